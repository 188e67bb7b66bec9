import type { Stats } from "node:fs";
import { join } from "node:path";
import { isWithin } from "../../../../schemas/is-within.js";
import { futureRealPath } from "../../../../schemas/real-path.js";
import { isObject } from "../../../../schemas/json.js";
import { Repository } from "../git/repository.js";
import type { FileState } from "../files/file-state.js";
import type { Blobs } from "../store/blobs.js";
import { isState } from "../store/journal.js";

/** A folder at one moment: what could be put back of it. Kept in the store as text. */
export interface Snapshot {
  readonly folder: string;
  /** Milliseconds since 1970, by the clock that files are dated by. */
  readonly at: number;
  /**
   * The index of the repository it lies in, as a copy in the store: tracked files that stood on disk as it says are not
   * among the entries. Without it the entries are all there was.
   */
  readonly index?: string;
  /** Files that were touched since git looked are not among the entries: their line ends may be others than it knows. */
  readonly touched?: true;
  readonly entries: readonly SnapshotEntry[];
  /** Folders that were not looked into. */
  readonly closed: readonly string[];
}

export interface SnapshotEntry {
  readonly path: string;
  readonly state: FileState;
  readonly inode: number;
  /** Tells whether a file that could not be copied was changed. */
  readonly stamp?: string;
}

/** What snapshots are made with. */
export interface Means {
  readonly blobs: Blobs;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** nacre's home. */
  readonly home: string;
  readonly limits: SnapshotLimits;
}

export interface SnapshotLimits {
  /** Bytes of one file. */
  readonly file: number;
  /** Bytes that are copied for one command. */
  readonly command: number;
  /** Files and folders that are looked at one by one. */
  readonly entries: number;
}

/** Milliseconds. Before a command somebody waits for it. */
export const BEFORE_TIME = 2_000;
export const AFTER_TIME = 20_000;

export const LARGEST_INDEX: number = 128 * 1024 * 1024;

/** What nacre writes in its home while it works, the copies themselves among it. */
const STATE = ["audit", "cache", "checkpoints", "plugin-data", "projects", "tmp", "trust"];

/** Places in a folder that are no work of any command: nacre's home; where one works in that, what it writes there. */
export function ownPlaces(folder: string, home: string): readonly string[] {
  const real = futureRealPath(home);
  if (real !== folder && isWithin(folder, real)) return [real];
  return isWithin(real, folder) ? STATE.map((name) => join(real, name)) : [];
}

export function stampOf(stat: Stats | undefined): string {
  return stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}` : "";
}

/** The same object for the same folder, which keeps what it learned; looked for anew when it is gone. */
export class Repositories {
  readonly #known = new Map<string, Repository>();

  around(folder: string, env: Means["env"]): Repository | undefined {
    const found = Repository.around(folder, env);
    const known = found && this.#known.get(found.top);
    if (found && !known) this.#known.set(found.top, found);
    return known ?? found;
  }
}

/** A snapshot from the store; undefined when it is none. */
export function readSnapshot(bytes: Buffer | undefined): Snapshot | undefined {
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (!isObject(value) || typeof value["folder"] !== "string" || !Array.isArray(value["entries"])) return undefined;
    const isEntry = (entry: unknown): boolean =>
      isObject(entry) && typeof entry["path"] === "string" && isState(entry["state"]);
    return value["entries"].every(isEntry) && Array.isArray(value["closed"])
      ? (value as unknown as Snapshot)
      : undefined;
  } catch {
    return undefined;
  }
}
