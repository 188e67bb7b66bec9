import type { Plugin } from "../../../core/types.js";
import type { Diagnostic, Part } from "../../../schemas/parts.js";
import { stampOf, type Stamp } from "../stamp.js";

/** A path and the state it was in. `+` stands for a folder that is there, whatever has changed in it. */
export type Watch = readonly [path: string, stamp: Stamp];

/** A folder that is a plugin, before it has been read. */
export interface Folder {
  readonly dir: string;
  readonly origin: string;
  /**
   * What it is called where it stands (`.claude`), for the folders of a user or a project themselves: one plugin each,
   * without a namespace and without code.
   */
  readonly root?: string;
  /** Its name, whatever its manifest says. */
  readonly name?: string;
  /** The second half of its id: `inline`, ... */
  readonly market?: string;
  /** The folder that the links of a `root` may not leave. */
  readonly within?: string;
  /** Its version, where another plugin found it: a new one is read anew. */
  readonly version?: string;
  /** Whether it may have come from a marketplace, whose entry counts as well. */
  readonly installed?: boolean;
  /** Stands for looking at its files: what ships with nacre does not change under it. */
  readonly digest?: string;
}

/** What is kept of a plugin's folder at the head of the index: enough to start with. */
export interface Entry {
  readonly folder: Folder;
  /** As the kernel takes it, but for code: with thousands of them nothing is left to be done when nacre starts. */
  readonly plugin: Omit<Plugin, "load" | "setup">;
  readonly main?: string;
  readonly format: string;
  readonly strict?: boolean;
  /** Kinds of which it seems to hold parts: something stands in their place. */
  readonly may: readonly string[];
  /** How many parts it holds, by kind, as far as they have been read. */
  readonly counts: Readonly<Record<string, number>>;
  /** Why it is not to be loaded. */
  readonly error?: string;
  /** What is wrong with its manifest where it is loaded at all. */
  readonly flaw?: string;
}

/** What else is known of a folder. */
export interface PackageLine {
  readonly dir: string;
  readonly watch: readonly Watch[];
  readonly problems: readonly Diagnostic[];
  /** Changes when the places of its parts do. */
  readonly places: string;
}

/** The parts of one kind in one folder. */
export interface PartsLine {
  readonly dir: string;
  readonly parts: readonly Part[];
  readonly problems: readonly Diagnostic[];
  readonly watch: readonly Watch[];
  /** What is to be written of it, until that has been done. */
  packed?: string;
}

export function isStale([path, stamp]: Watch): boolean {
  if (stamp === "+" || stamp === "") return (stampOf(path) === "") !== (stamp === "");
  return stampOf(path) !== stamp;
}

/** The entry with another count of one kind; undefined: not yet known. */
export function withCount(entry: Entry, kind: string, count: number | undefined): Entry {
  const { [kind]: _old, ...others } = entry.counts;
  return withHolds({ ...entry, counts: count === undefined ? others : { ...others, [kind]: count } });
}

/** The entry whose plugin holds what its counts say, and what seems to be there of kinds that have not been read. */
export function withHolds(entry: Entry): Entry {
  const { may, counts, plugin } = entry;
  const { holds: before = [], ...rest } = plugin;
  const holds = may.filter((kind) => counts[kind] !== 0);
  if (holds.join(" ") === before.join(" ")) return entry;
  return { ...entry, plugin: holds.length > 0 ? { ...rest, holds } : rest };
}

/** Loads the code of a plugin in a folder, wherever it is to run. Throws where it must not. */
export type CodeLoader = (
  plugin: Plugin & { readonly dir: string },
  main: string,
) => ReturnType<NonNullable<Plugin["load"]>>;

/** The plugin as the kernel takes it; undefined when there is nothing of it to load. */
export function pluginOf({ folder, plugin, main, error }: Entry, load: CodeLoader): Plugin | undefined {
  if (error !== undefined || (folder.root !== undefined && plugin.holds === undefined)) return undefined;
  if (main === undefined) return plugin;
  return { ...plugin, load: () => load({ ...plugin, dir: folder.dir, origin: folder.origin }, main) };
}
