import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Diagnostic, KindSpec, PartPlace } from "../../../schemas/parts.js";
import { checkBelow, checkPath, usualPlaces } from "../usual-places.js";
import { experimental } from "./check-fields.js";
import type { Source } from "./source.js";

/** Fields that define components, for the rule of `strict`. */
export const COMPONENTS: readonly string[] = ["commands", "agents", "skills", "hooks", "outputStyles", "themes"];

/** Where parts stand when no field says otherwise. */
const USUAL: readonly KindSpec[] = [
  { name: "skill", folder: "skills" },
  { name: "command", folder: "commands" },
  { name: "agent", folder: "agents" },
  { name: "output-style", folder: "output-styles" },
  { name: "hook", file: "hooks/hooks.json" },
  { name: "mcp-server", file: ".mcp.json" },
  { name: "lsp-server", file: ".lsp.json" },
  { name: "theme", folder: "themes" },
  { name: "workflow", folder: "workflows" },
  { name: "monitor", file: "monitors/monitors.json" },
];

export interface PlacesWanted {
  readonly dir: string;
  readonly root: string;
  readonly kinds: readonly KindSpec[];
  readonly manifest?: Source;
  readonly entry?: Source;
  /** The plugin is the marketplace's own folder: then listed skills are all of them. */
  readonly isRoot: boolean;
  /** Servers of the entry count too: it stands for the manifest. */
  readonly whole?: boolean;
}

export interface PlacesFound {
  readonly places: Readonly<Record<string, readonly PartPlace[]>>;
  readonly problems: readonly Diagnostic[];
}

/** Every place of parts that fields and usual folders give. A bad path costs that place alone. */
export function collectPlaces(wanted: PlacesWanted): PlacesFound {
  const collector = new Collector(wanted);
  collector.skills();
  for (const [kind, field] of REPLACING) collector.replacing(kind, field);
  collector.adding("hook", "hooks", true);
  collector.adding("mcp-server", "mcpServers", wanted.whole ?? false);
  collector.adding("lsp-server", "lspServers", wanted.whole ?? false);
  return { places: collector.places, problems: collector.problems };
}

/** Kinds for which a field stands in the place of the usual folder. */
const REPLACING = [
  ["command", "commands"],
  ["agent", "agents"],
  ["output-style", "outputStyles"],
  ["theme", "themes"],
  ["workflow", "workflows"],
  ["monitor", "monitors"],
] as const;

/** More than this of one field are not followed. */
const MOST_PATHS = 1000;

interface Said {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}

class Collector {
  readonly places: Record<string, PartPlace[]> = {};
  readonly problems: Diagnostic[] = [];
  readonly #wanted: PlacesWanted;
  readonly #usual: Readonly<Record<string, readonly PartPlace[]>>;
  readonly #taken = new Set<string>();

  constructor(wanted: PlacesWanted) {
    this.#wanted = wanted;
    const others = wanted.kinds.filter(({ name }) => !USUAL.some((usual) => usual.name === name));
    const { places, problems } = usualPlaces(wanted.dir, wanted.root, [...USUAL, ...others]);
    this.#usual = places;
    this.problems.push(...problems);
    for (const { name } of others) this.#useUsual(name);
  }

  /** Listed skills come on top of the usual folder; a SKILL.md at the root counts only where there is neither. */
  skills(): void {
    const listed = this.#fields("skills");
    if (!(this.#wanted.isRoot && listed.length > 0)) this.#useUsual("skill");
    for (const [source, value] of listed) this.#paths("skill", "skills", source, value);
    if (listed.length > 0 || this.#usual["skill"]) return;
    const { dir, root } = this.#wanted;
    if (checkPath(join(dir, "SKILL.md"), root, "file").path !== undefined) this.#add("skill", { path: dir });
  }

  replacing(kind: string, field: string): void {
    const listed = this.#fields(field);
    if (listed.length === 0) return this.#useUsual(kind);
    for (const [source, value] of listed) this.#paths(kind, field, source, value);
    const usual = this.#usual[kind]?.[0]?.path;
    if (usual === undefined || this.places[kind]?.some(({ path = "" }) => `${path}/`.startsWith(`${usual}/`))) return;
    const message = `"${field}" stands in the place of the folder ${basename(usual)}, which is not read.`;
    const [source] = listed[0]!;
    this.problems.push(source.problem([field], { severity: "info", code: `${field}-default-ignored`, message }));
  }

  adding(kind: string, field: string, withEntry: boolean): void {
    this.#useUsual(kind);
    const { entry } = this.#wanted;
    for (const [source, value] of this.#fields(field)) {
      if (source !== entry || withEntry) this.#paths(kind, field, source, value);
    }
  }

  /** A field of manifest and entry, in this order, where it is given. */
  #fields(field: string): readonly (readonly [Source, unknown])[] {
    const { manifest, entry } = this.#wanted;
    return [manifest, entry].flatMap((source) => {
      const value = source && experimental(source.fields, field);
      return source === undefined || value === undefined ? [] : [[source, value] as const];
    });
  }

  #paths(kind: string, field: string, source: Source, value: unknown): void {
    for (const one of [value].flat().slice(0, MOST_PATHS)) {
      if (typeof one === "string") this.#path(kind, field, source, one);
      else if (kind === "command" && isObject(one)) this.#commands(source, one);
      else if (isObject(one) && INLINE.has(kind)) this.#add(kind, { value: one, from: source.file });
      else this.#say(source, field, { code: "type", message: "holds something that is no path; it is ignored." });
    }
  }

  /** A map of names to a file or a text each. */
  #commands(source: Source, map: JsonObject): void {
    for (const [name, value] of Object.entries(map).slice(0, MOST_PATHS)) {
      const { source: path, content } = isObject(value) ? value : {};
      if ((typeof path === "string") === (typeof content === "string")) {
        this.#say(source, "commands", { code: "map", message: `"${name}" needs either "source" or "content".` });
        continue;
      }
      // Who reads commands looks for the file; here it is only made sure of.
      if (typeof path === "string" && !this.#resolve("commands", source, path)) continue;
      this.#add("command", { value: { [name]: value }, from: source.file });
    }
  }

  #path(kind: string, field: string, source: Source, path: string): void {
    if (/^https?:\/\//i.test(path) || /\.(?:mcpb|dxt)$/i.test(path)) {
      const message = `the bundle ${path} is not supported; the rest is loaded.`;
      return this.#say(source, field, { code: "bundle", message, fix: "Name the server's command in .mcp.json." });
    }
    const found = this.#resolve(field, source, path);
    if (!found) return;
    if (found.sort === "file" && kind === "skill") {
      if (!/^skill\.md$/i.test(basename(found.path)))
        return this.#say(source, field, { code: "path-is-file", message: `"${path}" is no skill.` });
      this.#say(source, field, {
        code: "path-is-file",
        message: `"${path}" names a file; its folder is taken.`,
        fix: "Name the folder.",
      });
      return this.#add(kind, { path: dirname(found.path), from: source.file });
    }
    if (found.sort === "folder" && FILES.has(kind)) {
      return this.#say(source, field, {
        code: "path-is-directory",
        message: `"${path}" is a folder where a file is expected; it is ignored.`,
      });
    }
    if (found.sort === "folder" && kind === "agent") {
      this.#say(source, field, {
        code: "path-is-directory",
        message: `"${path}" is a folder; every agent in it is taken.`,
        fix: "Name the files.",
      });
    }
    this.#add(kind, { path: found.path, from: source.file });
  }

  /** The place that a path names; complains where it cannot be used. */
  #resolve(field: string, source: Source, given: string): { path: string; sort: "file" | "folder" } | undefined {
    const { dir, root } = this.#wanted;
    const path = given.replace(/^\$\{CLAUDE_PLUGIN_ROOT\}\/?/, "./");
    if (path.startsWith("/") || path.startsWith("~") || path.includes("\0")) {
      this.#say(source, field, {
        code: "path-escapes",
        message: `"${given}" has to be a path below the plugin's folder; it is ignored.`,
      });
      return undefined;
    }
    if (!/^\.(?:\/|$)/.test(path) && !path.startsWith("../")) {
      this.#say(source, field, {
        code: "path-no-dot-slash",
        message: `"${given}" should begin with "./".`,
        fix: `Write "./${given}".`,
      });
    }
    const checked = checkBelow(dir, path, root, "any");
    if (checked.path !== undefined) return checked;
    if (checked.problem) {
      const why = checked.problem.code === "path-escapes" ? "leaves the plugin's folder" : "cannot be used";
      this.#say(source, field, { code: checked.problem.code, message: `"${given}" ${why}; it is ignored.` });
    } else
      this.#say(source, field, { code: "path-missing", message: `"${given}" does not exist; the rest is loaded.` });
    return undefined;
  }

  #say(source: Source, field: string, { code, message, fix }: Said): void {
    const escapes = code === "path-escapes";
    const about = { code: escapes ? code : `${field}-${code}`, message: `"${field}": ${message}` };
    const severity = escapes ? "error" : "warning";
    this.problems.push(source.problem([field], { severity, ...about, ...(fix !== undefined && { fix }) }));
  }

  #useUsual(kind: string): void {
    for (const place of this.#usual[kind] ?? []) this.#add(kind, place);
  }

  /** Each place once per kind, however it is written. */
  #add(kind: string, place: PartPlace): void {
    const list = (this.places[kind] ??= []);
    if (place.path !== undefined && place.value === undefined) {
      const key = `${kind} ${realpathSync.native(place.path)}`;
      if (this.#taken.has(key)) return this.#again(kind, place);
      this.#taken.add(key);
    }
    list.push(place);
  }

  #again(kind: string, { path = "", from }: PartPlace): void {
    if (kind !== "hook" || from === undefined) return;
    const message = `${from} names ${path}, which is loaded anyway; its hooks run once.`;
    this.problems.push({ severity: "info", code: "hooks-file-declared-twice", message, file: from });
  }
}

/** Kinds whose values may stand in the manifest itself. */
const INLINE: ReadonlySet<string> = new Set(["hook", "mcp-server", "lsp-server", "monitor", "theme"]);
/** Kinds that are single files. */
const FILES: ReadonlySet<string> = new Set(["hook", "mcp-server", "lsp-server", "monitor"]);
