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
  readonly plugin: Omit<Plugin, "dir" | "origin" | "load" | "setup" | "holds">;
  readonly main?: string;
  readonly format: string;
  readonly strict?: boolean;
  /** Kinds of which it seems to hold parts: something stands in their place. */
  readonly may: readonly string[];
  /** How many parts it holds, by kind, as far as they have been read. */
  readonly counts: Record<string, number>;
  /** Why it is not to be loaded. */
  readonly error?: string;
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
}

export function isStale([path, stamp]: Watch): boolean {
  if (stamp === "+" || stamp === "") return (stampOf(path) === "") !== (stamp === "");
  return stampOf(path) !== stamp;
}

/** Kinds of which a plugin holds at least one part, or seems to. */
export function holdsOf({ may, counts }: Entry): readonly string[] {
  return may.every((kind) => counts[kind] !== 0) ? may : may.filter((kind) => counts[kind] !== 0);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The plugin as the kernel takes it; undefined when there is nothing of it to load. */
export function pluginOf(entry: Entry): Plugin | undefined {
  const { folder, main, error } = entry;
  const holds = holdsOf(entry);
  if (error !== undefined || (folder.root !== undefined && holds.length === 0)) return undefined;
  const { dir, origin } = folder;
  // Filled in step by step: with thousands of them, that is several times as fast as one expression.
  const plugin: Mutable<Plugin> = { ...entry.plugin };
  plugin.dir = dir;
  plugin.origin = origin;
  if (holds.length > 0) plugin.holds = holds;
  if (main !== undefined) {
    plugin.load = async () => (await import("./import-module.js")).importModule(dir, main);
  }
  return plugin;
}
