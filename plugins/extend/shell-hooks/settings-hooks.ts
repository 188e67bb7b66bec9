import { isAbsolute } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import type { JsonObject } from "../../../schemas/json.js";
import { at, divide } from "../../../schemas/setting-values.js";
import type { LayerName } from "../../../schemas/settings.js";
import { projectRoot } from "../../../schemas/project-root.js";
import { statOf } from "../../../schemas/stat-of.js";
import type { Acting, Trusted } from "../../../schemas/trusted.js";

/** The settings that say which hooks run. */
const KEYS = ["hooks", "disableAllHooks", "allowManagedHooksOnly", "allowedHttpHookUrls", "httpHookAllowedEnvVars"];

const what = "hooks.PreToolUse";

/** A value that one layer gives for a key, and that counts. */
export interface Given {
  readonly value: unknown;
  readonly layer: LayerName;
  readonly source: string;
}

/** A settings file that is not what it was. */
export interface ChangedFile {
  readonly file: string;
  readonly layer: LayerName;
  /** Makes the new content count. */
  accept(): void;
}

interface Known {
  stamp: string;
  /** Set once the file was read again. */
  values?: JsonObject;
}

/** Settings about hooks as they stand in the files now, not as they stood at the start. */
export class SettingsHooks {
  readonly #kernel: KernelView;
  readonly #files = new Map<string, Known>();
  #trusted: Promise<Trusted | undefined> | undefined;

  constructor(kernel: KernelView) {
    this.#kernel = kernel;
    for (const { source } of this.#layersWithFile()) this.#files.set(source, { stamp: stampOf(source) });
  }

  /** Files that have changed since they were last accepted, read again. A broken file is told and left as it was. */
  async changed(say: (sentence: string) => void): Promise<readonly ChangedFile[]> {
    const changed: ChangedFile[] = [];
    for (const { source: file, name: layer } of this.#layersWithFile()) {
      const known = this.#files.get(file);
      const stamp = stampOf(file);
      if (known?.stamp === stamp) continue;
      const before = known?.values;
      this.#files.set(file, { stamp, ...(before && { values: before }) });
      try {
        const values = stamp === "" ? {} : await this.#read(file, layer);
        const accept = (): void => void this.#files.set(file, { stamp, values });
        if (JSON.stringify(pick(values)) !== JSON.stringify(pick(this.#valuesOf(file, before)))) {
          changed.push({ file, layer, accept });
        }
      } catch (error) {
        say(`${messageOf(error)} Its hooks stay as they were.`);
      }
    }
    return changed;
  }

  /** All that counts for a key, weakest first. What an untrusted project says does not, nor what nobody agreed to. */
  async given(key: string): Promise<readonly Given[]> {
    const { settings } = this.#kernel;
    const given: Given[] = [];
    for (const { name: layer, source, values, held } of settings.layers) {
      const isProject = layer === "project" || layer === "local";
      const later = this.#files.get(source)?.values;
      const value = at(later ?? values, key);
      if (value === undefined || (held !== undefined && later === undefined)) continue;
      // A file that is read again stands once, however many layers were made of it.
      if (later && given.some((one) => one.source === source)) continue;
      if (!isProject) given.push({ value, layer, source });
      else {
        const trusted = await this.trust();
        if (trusted) given.push(...theirs({ value, layer, source }, key, trusted));
      }
    }
    return given;
  }

  /** All that a project's settings say is to judge calls, whether or not somebody has agreed to it. */
  gates(): readonly Acting[] {
    const layers = this.#kernel.settings.layers.filter(({ name }) => name === "project" || name === "local");
    return layers.flatMap(({ source: file, values }, place) => {
      const later = this.#files.get(file)?.values;
      if (later && layers.findIndex(({ source }) => source === file) < place) return [];
      const groups = at(later ?? values, what);
      return Array.isArray(groups) ? groups.map((value: unknown) => ({ file, what, value })) : [];
    });
  }

  #valuesOf(file: string, before: JsonObject | undefined): JsonObject {
    return before ?? this.#kernel.settings.layers.find(({ source }) => source === file)?.values ?? {};
  }

  #layersWithFile(): readonly { readonly name: LayerName; readonly source: string }[] {
    return this.#kernel.settings.layers.filter(({ name, source }) => FROM_FILES.has(name) && isAbsolute(source));
  }

  async #read(file: string, layer: LayerName): Promise<JsonObject> {
    const all = this.#kernel.all("settingsFile");
    const place = all.find((one) => one.layer === layer && one.paths.some((path) => file.endsWith(`/${path}`)));
    const reader = await this.#kernel.get("settingsFile", place?.name ?? "");
    return (await reader?.read(file)) ?? {};
  }

  /** Proof that the project's own programs may be run. */
  trust(): Promise<Trusted | undefined> {
    const { cwd, home } = this.#kernel;
    return (this.#trusted ??= (async () => (await this.#kernel.service("trust"))?.of(projectRoot(cwd, home)))());
  }
}

/** What a trusted project says, without what is new or has changed since. */
function theirs({ value, layer, source }: Given, key: string, trusted: Trusted): readonly Given[] {
  const [kept] = divide({ [key]: value }, (what, item) => trusted.covers({ file: source, what, value: item }));
  return Object.hasOwn(kept, key) ? [{ value: kept[key], layer, source }] : [];
}

const FROM_FILES: ReadonlySet<LayerName> = new Set<LayerName>(["user", "project", "local", "managed"]);

function pick(values: JsonObject): readonly unknown[] {
  return KEYS.map((key) => values[key]);
}

function stampOf(file: string): string {
  const stats = statOf(file);
  return stats ? `${stats.mtimeMs}:${stats.size}:${stats.ino}` : "";
}
