import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { PluginContext } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import type { InstalledPlugins } from "../../../schemas/installed.js";
import type { Diagnostic, KindSpec, Package, PackageContext, PluginFormat } from "../../../schemas/parts.js";
import type { Folder } from "./folder.js";
import { hasModule, looksLikePlugin, plainPackage } from "./plain.js";

type Known = Pick<PluginContext, "all" | "get" | "kernel">;

/** Those who understand plugin folders, as they are offered now. */
export class Formats {
  readonly #known: Known;
  #live?: readonly PluginFormat[];
  /** Names in the folders that were classified and not yet read. */
  readonly #names = new Map<string, ReadonlySet<string>>();
  #installed?: InstalledPlugins | undefined;

  constructor(known: Known) {
    this.#known = known;
  }

  get kinds(): readonly KindSpec[] {
    return this.#known.all("kind") as readonly KindSpec[];
  }

  /** Folders of homes and projects that are plugins of their own. */
  get roots(): readonly string[] {
    return [...new Set(this.#specs().flatMap(({ roots = [] }) => roots))];
  }

  /** The manifest of the format that reads a root. */
  markOf(root: string): string | undefined {
    return this.#specs().find(({ roots }) => roots?.includes(root))?.mark;
  }

  /** Changes when a folder might be understood otherwise than before; undefined when that cannot be told. */
  get key(): string | undefined {
    const specs = this.#specs();
    if (specs.some(({ digest }) => digest === undefined)) return undefined;
    return specs.map(({ name, digest }) => `${name}:${digest}`).join(" ");
  }

  /** Loads their code, and what knows of marketplaces where that is asked for. To be called before folders are read. */
  async load(installed = false): Promise<void> {
    if (installed) this.#installed ??= await this.#known.kernel.service("installed");
    if (this.#live && this.#live.length === this.#specs().length) return;
    const live: PluginFormat[] = [];
    for (const { name } of this.#specs()) {
      const format = await this.#known.get("pluginFormat", name);
      if (format) live.push(format);
    }
    this.#live = live;
  }

  /** Whether a folder is a plugin: "marked" by a manifest, "plain" by what stands in it. */
  classify(dir: string): "marked" | "plain" | undefined {
    const names = namesIn(dir);
    if (names.size === 0) return undefined;
    const kind = this.#marked(dir, names) ? "marked" : looksLikePlugin(dir, names, this.kinds) ? "plain" : undefined;
    if (kind !== undefined) this.#names.set(dir, names);
    return kind;
  }

  /** Reads a folder. What a format throws becomes a package that is not usable. */
  read(folder: Folder, context: Partial<PackageContext> = {}): Package {
    const { dir, name, within } = folder;
    const entry = folder.installed ? this.#installed?.entryOf(dir) : undefined;
    const fallback = name ?? context.fallbackName ?? basename(dir);
    const kinds = context.kinds ?? this.kinds;
    if (folder.digest !== undefined) return plainPackage(folder, fallback, kinds);
    const format = this.#formatOf(folder, (entry ?? context.entry) !== undefined);
    if (!format) return plainPackage(folder, fallback, kinds);
    try {
      const whole = { kinds, ...(entry && { entry }), ...context, fallbackName: fallback };
      const found = format.read(dir, { ...whole, ...(within !== undefined && { within }) });
      return { ...found, ...(within !== undefined && { within }), ...(name !== undefined && { name }) };
    } catch (error) {
      return broken(plainPackage({ ...folder, root: "" }, fallback, []), format.name, error);
    }
  }

  /** A module that no manifest names is code only where no entry of a marketplace says what the folder is. */
  #formatOf(folder: Folder, hasEntry: boolean): PluginFormat | undefined {
    const { root } = folder;
    const names = this.#names.get(folder.dir) ?? namesIn(folder.dir);
    this.#names.delete(folder.dir);
    const own = root === undefined ? this.#marked(folder.dir, names) : this.#rootFormat(root);
    if (own || (root === undefined && !hasEntry && hasModule(names))) return own;
    return this.#live?.find(({ mark }) => mark === undefined);
  }

  #rootFormat(root: string): PluginFormat | undefined {
    return this.#live?.find(({ roots }) => roots?.includes(root));
  }

  #marked(dir: string, names: ReadonlySet<string>): PluginFormat | undefined {
    return this.#live?.find((format) => {
      const { mark } = format;
      if (mark === undefined || !names.has(mark.split("/")[0]!) || !existsSync(join(dir, mark))) return false;
      try {
        return format.claims?.(dir) ?? true;
      } catch {
        return false;
      }
    });
  }

  #specs(): readonly (Pick<PluginFormat, "name" | "order" | "roots" | "mark" | "digest"> & {
    readonly name: string;
  })[] {
    return this.#known.all("pluginFormat").toSorted((a, b) => a.order - b.order);
  }
}

function broken(found: Package, format: string, error: unknown): Package {
  const message = `${found.dir} could not be read as a plugin of the format "${format}": ${messageOf(error)}.`;
  const problem: Diagnostic = { severity: "error", code: "format-failed", message, file: found.dir };
  return { ...found, format, state: "broken", usable: false, problems: [problem] };
}

/** Names in a folder; a folder with more than these is no plugin's. */
function namesIn(dir: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(dir));
  } catch {
    return new Set();
  }
}
