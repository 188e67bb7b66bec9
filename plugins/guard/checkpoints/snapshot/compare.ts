import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { isWithin } from "../../../../schemas/is-within.js";
import { oneLine } from "../../../../schemas/printable.js";
import { native, pathOf } from "../files/byte-path.js";
import { isSame, look, lookStraight, NONE, type FileState } from "../files/file-state.js";
import { walk } from "../files/walk.js";
import { oldStates, readIndex, type IndexEntry } from "../git/old-content.js";
import type { Repository } from "../git/repository.js";
import { recordsIn, statusOf, type Indexed } from "../git/status.js";
import type { Change } from "../store/journal.js";
import { AFTER_TIME, ownPlaces, stampOf, type Means, type Repositories, type Snapshot } from "./snapshot.js";

/** Clocks of file systems lag by some milliseconds. */
const SLACK = 30;
/** New empty folders that are looked for. */
const FOLDERS = 1_000;

export interface Difference {
  readonly changes: readonly Change[];
  /** What has changed and cannot be put back, a few words each. */
  readonly lost: readonly string[];
}

/** What has changed in a folder since a snapshot of it. */
export async function compareSnapshot(
  snapshot: Snapshot,
  repositories: Repositories,
  means: Means,
): Promise<Difference> {
  const comparison = new Comparison(snapshot, means);
  if (snapshot.index === undefined) return comparison.withFolder();
  const repository = repositories.around(snapshot.folder, means.env);
  if (repository) return comparison.withRepository(repository, means.blobs.pathOf(snapshot.index));
  return { changes: comparison.known(), lost: [`${snapshot.folder} (its git repository is gone)`] };
}

class Comparison {
  readonly #snapshot: Snapshot;
  readonly #means: Means;
  readonly #changes: Change[] = [];
  readonly #lost: string[] = [];
  readonly #before: ReadonlyMap<string, FileState>;
  /** Where what is there now stood before, by its number in the file system. */
  readonly #moved = new Map<number, string>();
  /** Not looked into. */
  readonly #own: readonly string[];
  #folders: Set<string> | undefined;
  #indexed: Iterable<string> = [];

  constructor(snapshot: Snapshot, means: Means) {
    this.#snapshot = snapshot;
    this.#means = means;
    this.#own = ownPlaces(snapshot.folder, means.home);
    this.#before = new Map(snapshot.entries.map(({ path, state }) => [path, state]));
    for (const { path, inode } of snapshot.entries) if (inode > 0) this.#moved.set(inode, path);
  }

  async withFolder(): Promise<Difference> {
    const { folder, closed } = this.#snapshot;
    const limits = { entries: 4 * this.#means.limits.entries, time: AFTER_TIME, without: this.#own };
    const walked = await walk(folder, limits);
    this.known();
    if (!walked) this.#lost.push(`new files in ${this.#shown(folder)} (too many to look at)`);
    this.#created([...(walked?.entries.keys() ?? [])].filter((path) => !this.#before.has(path)));
    if (walked) this.#closed(closed, walked.closed);
    return this.#result();
  }

  async withRepository(repository: Repository, index: string): Promise<Difference> {
    const { folder } = this.#snapshot;
    const call = { index, timeout: AFTER_TIME };
    const [status, empty] = await Promise.all([
      statusOf(repository, folder, { ...call, without: this.#own }),
      repository.run(folder, ["ls-files", "--others", "--directory", "--exclude-standard", "--full-name", "-z"], call),
    ]);
    this.known();
    const tracked = [...status.tracked].filter(([path]) => !this.#before.has(path));
    const unknown = status.unknown.filter((path) => !this.#before.has(path));
    const folders = [...recordsIn(empty)].map(pathOf).filter((path) => path.endsWith("/"));
    const isMoved = tracked.length > 0 || unknown.length > 0;
    const entries = isMoved ? await readIndex(repository, folder, call) : new Map<string, IndexEntry>();
    this.#indexed = entries.keys();
    await this.#fromGit(repository, tracked, { ...call, entries });
    for (const [path, { inode }] of entries) if (inode > 0) this.#moved.set(inode, path);
    this.#created(unknown);
    const closed = new Set([...status.closed, ...this.#own]);
    for (const path of folders) this.#newFolders(join(repository.top, path).replace(/\/$/, ""), closed);
    this.#closed(this.#snapshot.closed, status.closed);
    return this.#result();
  }

  /** What stood in the snapshot itself. */
  known(): readonly Change[] {
    const { blobs } = this.#means;
    const straight = new Map<string, boolean>();
    for (const { path, state, stamp } of this.#snapshot.entries) {
      const stat = lookStraight(path, straight);
      if (state.kind === "lost") {
        if (stampOf(stat) !== stamp) this.#lost.push(`${this.#shown(path)} (${state.why})`);
        continue;
      }
      const after = stat ? blobs.stateOf(path, false, stat) : NONE;
      if (!isSame(state, after)) this.#changes.push({ path, before: state, after });
    }
    return this.#changes;
  }

  /** Files that stood on disk as the index says. */
  async #fromGit(
    repository: Repository,
    tracked: readonly (readonly [string, Indexed])[],
    call: { readonly index: string; readonly timeout: number; readonly entries: ReadonlyMap<string, IndexEntry> },
  ): Promise<void> {
    const { blobs, limits } = this.#means;
    const wanted = tracked.map(([path, place]) => ({ path, ...place, size: call.entries.get(path)?.size ?? -1 }));
    const states = await oldStates(repository, wanted, blobs, {
      ...call,
      most: limits.file,
      exact: this.#snapshot.touched !== true,
    });
    await blobs.settle();
    for (const [path, before] of states) {
      const after = blobs.stateOf(path, false);
      if (before.kind === "lost") this.#lost.push(`${this.#shown(path)} (${before.why})`);
      else this.#add(path, withRights(before, after), after);
    }
  }

  /** What is there now and was not before: made, or moved here from a place that is known. */
  #created(paths: readonly string[]): void {
    const parents = new Set<string>();
    for (const path of paths) {
      const stat = look(path);
      if (!stat) continue;
      const from = this.#moved.get(stat.ino);
      if (stat.birthtimeMs < this.#snapshot.at - SLACK && from === undefined) {
        this.#lost.push(`${this.#shown(path)} (it was there before, out of sight, or came from elsewhere)`);
        continue;
      }
      const before = this.#wasFolder(path) ? ({ kind: "folder", mode: 0o755 } as const) : NONE;
      this.#add(path, before, this.#means.blobs.stateOf(path, false, stat));
      const parent = dirname(path);
      const isMoved = from !== undefined && lookStraight(dirname(from))?.isDirectory() !== true;
      if (!parents.has(parent)) this.#newParents(parent, isMoved, parents);
    }
  }

  #newParents(folder: string, isMoved: boolean, done: Set<string>): void {
    for (let at = folder; at !== this.#snapshot.folder && isWithin(this.#snapshot.folder, at); at = dirname(at)) {
      if (done.has(at)) return;
      done.add(at);
      if (this.#before.has(at) || this.#wasFolder(at)) return;
      this.#newFolder(at, isMoved);
    }
  }

  /** An empty folder that was made, and those in it; what git keeps of another repository is none of it. */
  #newFolders(folder: string, closed: ReadonlySet<string>): void {
    const open = [folder];
    for (let at = open.pop(), count = 0; at !== undefined && count < FOLDERS; at = open.pop(), count++) {
      if (closed.has(at) || this.#wasFolder(at) || !this.#newFolder(at, false)) continue;
      for (const entry of foldersIn(at)) open.push(join(at, entry));
    }
  }

  #newFolder(path: string, isMoved: boolean): boolean {
    const stat = look(path);
    if (!stat?.isDirectory() || (!isMoved && stat.birthtimeMs < this.#snapshot.at - SLACK)) return false;
    if (!this.#changes.some((change) => change.path === path)) {
      this.#changes.push({ path, before: NONE, after: { kind: "folder", mode: stat.mode & 0o7777 } });
    }
    return true;
  }

  #closed(before: readonly string[], after: readonly string[]): void {
    for (const path of before) if (!look(path)) this.#lost.push(`${this.#shown(path)}/ (it was not looked into)`);
    const old = new Set(before);
    for (const path of after) {
      if (old.has(path)) continue;
      const stat = look(path);
      if (stat && stat.birthtimeMs >= this.#snapshot.at - SLACK) {
        this.#lost.push(`${this.#shown(path)}/ (new, and not looked into)`);
      }
    }
  }

  /** Whether something stood below this path before. */
  #wasFolder(path: string): boolean {
    if (!this.#folders) {
      this.#folders = new Set();
      for (const paths of [this.#before.keys(), this.#indexed, this.#snapshot.closed]) {
        for (const one of paths) addParents(one, this.#folders);
      }
    }
    return this.#folders.has(path);
  }

  #add(path: string, before: FileState, after: FileState): void {
    if (!isSame(before, after)) this.#changes.push({ path, before, after });
  }

  #shown(path: string): string {
    return oneLine(relative(this.#snapshot.folder, path) || path, 200);
  }

  #result(): Difference {
    return { changes: this.#changes, lost: this.#lost };
  }
}

/** Git knows of rights only whether a file can be run: the others are taken from what stands there now. */
function withRights(before: FileState, after: FileState): FileState {
  if (before.kind !== "file") return before;
  const base = after.kind === "file" ? after.mode & ~0o111 : 0o666 & ~process.umask();
  const runs = (before.mode & 0o100) !== 0;
  return { ...before, mode: runs ? base | ((base & 0o444) >> 2) : base };
}

function addParents(path: string, folders: Set<string>): void {
  for (let at = dirname(path); !folders.has(at) && at !== dirname(at); at = dirname(at)) folders.add(at);
}

function foldersIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(native(folder), { encoding: "buffer", withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => pathOf(entry.name));
  } catch {
    return [];
  }
}
