import { existsSync } from "node:fs";
import type { KindReader, Package, PartsFound } from "../../../schemas/parts.js";
import { messageOf } from "../../../schemas/errors.js";
import { forgetStamps, takeStamp } from "../stamp.js";
import { entryOf } from "./entry.js";
import type { FoldersFound } from "./find-folders.js";
import { isStale, type Entry, type Folder, type PackageLine, type PartsLine, type Watch } from "./folder.js";
import type { Formats } from "./formats.js";
import { plainLine } from "./line-forms.js";
import type { Pages } from "./pages.js";
import { changesIn, type Change, type Pace } from "./watches.js";

/** How a kind is read, and what tells one version of the reader from another. */
export interface Reading {
  readonly kind: string;
  /** undefined: what it answers is not kept across runs. */
  readonly digest: string | undefined;
  readonly reader: () => Promise<KindReader | undefined>;
  /** Whether a folder's plugin is loaded: what is not is not read. */
  readonly wants: (dir: string) => boolean;
}

/** Finds the folders of a shelf. */
export interface Lister {
  /** False when there is nothing at all to be looked through. */
  readonly isAnyThere: () => boolean;
  readonly find: () => FoldersFound;
}

/** Longest stretch of work between two looks at what else is to be done, in ms. */
const STRETCH = 25;

/** The plugins of one group of places and their parts, out of an index on disk. */
export class Shelf {
  readonly #pages: Pages;
  readonly #formats: Formats;
  readonly #list: Lister | undefined;
  readonly #packages = new Map<string, Package>();
  #folders: readonly Folder[] = [];
  /** Folders that have to be read (again). */
  readonly #pending = new Set<string>();
  #mustList = false;
  #queue: Promise<unknown> = Promise.resolve();

  /** `list` finds the folders; without it they are given. */
  constructor(pages: Pages, formats: Formats, list?: Lister) {
    this.#pages = pages;
    this.#formats = formats;
    this.#list = list;
  }

  /** The same in each run that finds nothing, of which nothing is kept. */
  get generation(): string {
    return this.#pages.entries.size === 0 ? "" : this.#pages.generation;
  }

  /** Counts what may change which plugins there are and what they hold. */
  get changes(): number {
    return this.#pages.changes;
  }

  entry(dir: string): Entry | undefined {
    return this.#pages.entries.get(dir);
  }

  /** Whether there are more files than `open` looks at. */
  get isLarge(): boolean {
    return this.#pages.isLarge;
  }

  /** In the order in which they were found. */
  get entries(): readonly Entry[] {
    if (this.#list) return this.#pages.inOrder;
    return this.#folders.flatMap(({ dir }) => this.#pages.entries.get(dir) ?? []);
  }

  get problems(): readonly string[] {
    const broken = this.entries.filter(({ error }) => error !== undefined);
    return [...this.#pages.problems, ...broken.map(({ error = "" }) => error)];
  }

  /** Takes up the index, and looks at the files that are looked at when nacre starts. Reads no plugin. */
  open(): this {
    const isKept = this.#pages.open(this.#formats.kinds);
    this.#folders = [...this.#pages.entries.values()].map(({ folder }) => folder);
    if (!this.#list) return this;
    this.#mustList = !isKept || this.#pages.roots.some(isStale);
    this.#take(this.#pages.staleNow());
    return this;
  }

  /** The folders, where they are given. */
  give(folders: readonly Folder[]): void {
    const given = new Set(folders.map(({ dir }) => dir));
    for (const dir of this.#pages.entries.keys()) {
      // What another plugin found may be switched off here and on elsewhere: what is known of it is kept.
      if (!given.has(dir) && (this.#list || !existsSync(dir))) this.#pages.remove(dir);
    }
    for (const folder of folders) {
      const known = this.#pages.entries.get(folder.dir);
      if (!known || !isSame(known.folder, folder)) this.#pending.add(folder.dir);
    }
    this.#folders = folders;
    if (this.#pending.size > 0) this.#pages.changed();
  }

  /** Looks at the files of given folders that are looked at when nacre starts. */
  glance(): void {
    this.#take(this.#pages.staleNow());
  }

  /** Reads what has come, changed or never been read. What is found is written later, with what else is read. */
  settle(): Promise<void> {
    return this.#alone(() => this.#settle(false));
  }

  /** Writes what has not been written yet. */
  close(): Promise<void> {
    return this.#alone(async () => this.#pages.save());
  }

  /** Looks at every file. True when something has changed. */
  async refresh(pace: Pace): Promise<boolean> {
    const before = this.generation;
    const changes = await changesIn(this.#pages.units(), pace);
    return this.#alone(async () => {
      this.#mustList ||= this.#list !== undefined && this.#pages.roots.some(isStale);
      this.#take(changes);
      await this.#settle();
      return this.generation !== before;
    });
  }

  /** The lines of a kind, one for each plugin that holds some. */
  parts(reading: Reading): Promise<readonly (PartsLine & { readonly entry: Entry })[]> {
    return this.#alone(async () => {
      if (!this.#pages.covers(this.#formats.kinds)) for (const { dir } of this.#folders) this.#pending.add(dir);
      await this.#settle(false);
      const { kind, digest, wants } = reading;
      const lines = this.#pages.lines(kind, digest);
      const holding = this.entries.filter(({ folder, may, error }) => {
        return error === undefined && may.includes(kind) && wants(folder.dir);
      });
      const missing = holding.filter(({ folder }) => !lines.has(folder.dir));
      if (missing.length > 0) await this.#read(reading, missing);
      return holding.flatMap((entry) => {
        const line = lines.get(entry.folder.dir);
        return line ? [{ ...line, entry }] : [];
      });
    });
  }

  /** What was found wrong with the folders themselves. */
  packages(): Promise<readonly PackageLine[]> {
    return this.#alone(async () => {
      await this.#settle();
      return [...this.#packageLines().values()];
    });
  }

  #packageLines(): ReadonlyMap<string, PackageLine> {
    return this.#pages.packages() ?? new Map();
  }

  #take(changes: readonly Change[]): void {
    const dirs = new Set(changes.length > 0 ? this.#folders.map(({ dir }) => dir) : []);
    for (const { dir, kind } of changes) {
      if (kind !== "") this.#pages.drop(dir, kind);
      else if (dirs.has(dir)) this.#pending.add(dir);
      else this.#pages.remove(dir);
    }
  }

  async #settle(isSaved = true): Promise<void> {
    const { kinds } = this.#formats;
    const isDamaged = this.#pages.packages(this.#pending.size + (this.#mustList ? 1 : 0) > 0) === undefined;
    if (isDamaged) for (const { dir } of this.#folders) this.#pending.add(dir);
    if (!this.#mustList && this.#pending.size === 0) return isSaved ? this.#pages.save() : undefined;
    await this.#load();
    if (this.#mustList && this.#list) {
      const { folders, watch, problems } = this.#list.find();
      this.#pages.list(watch, problems);
      this.give(folders);
      this.#mustList = false;
    }
    const rest = new Stretch();
    for (const folder of this.#folders) {
      if (!this.#pending.delete(folder.dir)) continue;
      const found = this.#formats.read(folder);
      this.#packages.set(folder.dir, found);
      this.#pages.put(entryOf(folder, found, kinds));
      await rest.pause();
    }
    this.#pending.clear();
    this.#pages.cover(kinds, [...new Set([...this.#folders.map(({ dir }) => dir), ...this.#pages.entries.keys()])]);
    if (isSaved) this.#pages.save();
  }

  async #load(): Promise<void> {
    const isNeeded = this.#folders.length > 0 || this.#list?.isAnyThere() === true;
    if (isNeeded) await this.#formats.load(this.#list === undefined);
  }

  async #read({ kind, reader }: Reading, entries: readonly Entry[]): Promise<void> {
    const live = await reader();
    if (!live) return;
    await this.#load();
    const rest = new Stretch();
    for (const { folder } of entries) {
      const found = this.#packages.get(folder.dir) ?? this.#formats.read(folder);
      const { parts, problems, files } = await answerOf(live, found);
      const paths = folder.digest === undefined ? [...new Set([...files, ...placesOf(found, kind)])] : [];
      const watch = paths.map((path): Watch => [path, takeStamp(path)]);
      this.#pages.putParts(kind, plainLine(kind, { dir: folder.dir, parts, problems, watch }));
      if (this.#pages.isRead(folder.dir)) this.#packages.delete(folder.dir);
      await rest.pause();
    }
    forgetStamps();
    this.#pages.save();
  }

  /** One after the other: plugins ask for several kinds at once, and a check may be under way. */
  #alone<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(act);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/** What a reader makes of a package; what it throws costs that plugin's parts of the kind. */
export async function answerOf(reader: KindReader, found: Package): Promise<PartsFound> {
  try {
    return await reader.read(found.places[reader.name] ?? [], found);
  } catch (error) {
    const message = `${found.dir}: its parts of the kind "${reader.name}" could not be read: ${messageOf(error)}.`;
    return { parts: [], problems: [{ severity: "error", code: "reader-failed", message, file: found.dir }], files: [] };
  }
}

function placesOf({ places }: Package, kind: string): readonly string[] {
  return (places[kind] ?? []).flatMap(({ path }) => path ?? []);
}

function isSame(a: Folder, b: Folder): boolean {
  return a.name === b.name && a.origin === b.origin && a.version === b.version && a.digest === b.digest;
}

/** Lets other work in now and then. */
class Stretch {
  #since = performance.now();

  async pause(): Promise<void> {
    if (performance.now() - this.#since < STRETCH) return;
    await new Promise((done) => setImmediate(done));
    this.#since = performance.now();
  }
}
