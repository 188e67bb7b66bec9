import type { KindSpec } from "../../../schemas/parts.js";
import { Entries } from "./entries.js";
import { isStale, withCount, withHolds, type Entry, type PackageLine, type PartsLine, type Watch } from "./folder.js";
import { packPackage, stampsIn, unpackPackage } from "./line-forms.js";
import { PartPages, stampsOf } from "./part-pages.js";
import { randomName, VERSION, type FileName, type Head, type HotWatch, type Store } from "./store.js";
import { count, FEW, hottest, LOST, type Change, type Unit } from "./watches.js";

const PACKAGES = "packages";

/** What an index holds: its head in memory, the rest read when somebody asks, written when something has changed. */
export class Pages {
  readonly #store: Store;
  readonly #key: string;
  readonly #entries = new Entries();
  #packages: Map<string, PackageLine> | undefined;
  readonly #parts: PartPages;
  #kinds: Record<string, string> = {};
  #watched: Record<string, number> = {};
  #files: Record<string, FileName> = {};
  #hot: readonly HotWatch[] = [];
  /** What is in memory and not on disk: kinds, and "" for the packages; "head" alone for the rest. */
  readonly #dirty = new Set<string>();
  roots: readonly Watch[] = [];
  problems: readonly string[] = [];
  generation: string = randomName();
  /** Counts what may change which plugins there are and what they hold. */
  changes = 0;

  /** `key`: what the answers depend on beside the files; undefined: the index on disk is not used. */
  constructor(store: Store, key: string | undefined) {
    this.#store = store;
    this.#key = key ?? "";
    this.#parts = new PartPages(store);
  }

  get entries(): ReadonlyMap<string, Entry> {
    return this.#entries.byFolder;
  }

  get inOrder(): readonly Entry[] {
    return this.#entries.inOrder;
  }

  /** Takes up what is on disk. False when there is nothing that can be used. */
  open(kinds: readonly KindSpec[]): boolean {
    const head = this.#key === "" ? undefined : this.#store.head();
    this.#packages = new Map();
    if (!head || head.key !== this.#key) return false;
    this.#kinds = { ...head.kinds };
    const isKept = this.covers(kinds) && this.#entries.adopt(head.entries);
    if (isKept) this.#adopt(head);
    else this.#kinds = {};
    return isKept;
  }

  #adopt(head: Head): void {
    this.#packages = undefined;
    this.#parts.adopt(head);
    this.#watched = { ...head.watched };
    this.#files = { ...head.files };
    this.#hot = head.hot;
    ({ roots: this.roots, problems: this.problems, generation: this.generation } = head);
  }

  /** Whether the entries tell of all these kinds. */
  covers(kinds: readonly KindSpec[]): boolean {
    return kinds.every((kind) => this.#kinds[kind.name] === placeOf(kind));
  }

  /** All folders have been read with these kinds. Puts the entries in the folders' order. */
  cover(kinds: readonly KindSpec[], dirs: readonly string[]): void {
    for (const kind of kinds) this.#kinds[kind.name] = placeOf(kind);
    this.#entries.arrange(dirs);
  }

  /** Something is otherwise than before. */
  changed(): void {
    this.generation = randomName();
    this.changes++;
    this.#dirty.add("head");
  }

  list(watch: readonly Watch[], problems: readonly string[]): void {
    if (JSON.stringify(problems) !== JSON.stringify(this.problems)) this.changed();
    this.roots = watch;
    this.problems = problems;
    this.#dirty.add("head");
  }

  remove(dir: string): void {
    this.packages()?.delete(dir);
    this.#entries.delete(dir);
    this.#hot = this.#hot.filter((hot) => hot[2] !== dir);
    this.#dropAll(dir);
    this.#dirty.add("");
    this.changed();
  }

  /** A folder that was read. Its parts are kept where their places are the same as before. */
  put({ entry, line }: { readonly entry: Entry; readonly line: PackageLine }): void {
    const { dir } = line;
    const before = this.packages()?.get(dir);
    const old = this.entries.get(dir);
    const isSame = before?.places === line.places;
    const counts = isSame ? (old?.counts ?? {}) : {};
    const next = withHolds({ ...entry, counts });
    if (!isSame) this.#dropAll(dir);
    if (!isSame || JSON.stringify(old) !== JSON.stringify(next)) {
      this.changed();
      this.#entries.set(next);
    }
    this.#packages?.set(dir, line);
    this.#dirty.add("");
  }

  putParts(kind: string, line: PartsLine): void {
    this.#parts.put(kind, line);
    const entry = this.entries.get(line.dir);
    if (entry) this.#entries.set(withCount(entry, kind, line.parts.length));
    if (line.parts.length === 0) this.changes++; // It seemed to hold some.
    this.#dirty.add(kind);
  }

  /** Whether nothing is left to be read of a folder. */
  isRead(dir: string): boolean {
    const entry = this.entries.get(dir);
    return entry?.may.every((kind) => entry.counts[kind] !== undefined) ?? true;
  }

  /** The parts of a kind in a folder have to be read again. */
  drop(dir: string, kind: string): void {
    this.#parts.drop(kind, dir);
    const entry = this.entries.get(dir);
    if (entry) this.#entries.set(withCount(entry, kind, undefined));
    this.#hot = this.#hot.filter((hot) => hot[2] !== dir || hot[3] !== kind);
    this.changed();
  }

  #dropAll(dir: string): void {
    for (const kind of this.#parts.kinds) this.drop(dir, kind);
  }

  /** Lines of all folders; undefined when the file is damaged. With `needed` false they are not read for it. */
  packages(needed = true): Map<string, PackageLine> | undefined {
    if (this.#packages || !needed) return this.#packages ?? new Map();
    const lines = this.#store.lines<PackageLine>(this.#files[PACKAGES]);
    const isWhole = lines?.every((line) => Array.isArray(line?.watch));
    this.#packages = new Map(
      (isWhole ? lines! : []).map((line): [string, PackageLine] => [line.dir, unpackPackage(line)]),
    );
    return isWhole ? this.#packages : undefined;
  }

  /** Lines of a kind as far as they have been read with this reader. */
  lines(kind: string, digest: string | undefined): Map<string, PartsLine> {
    return this.#parts.read(kind, digest, this.#files, (dir) => this.entries.has(dir));
  }

  get isLarge(): boolean {
    return this.#total() > FEW;
  }

  #total(): number {
    return Object.values(this.#watched).reduce((sum, one) => sum + one, 0);
  }

  /** What of the watches that a start looks at has changed. */
  staleNow(): readonly Change[] {
    return this.#hot.filter(([path, stamp]) => isStale([path, stamp])).map(([, , dir, kind]) => ({ dir, kind }));
  }

  /** Every watch there is, each read when it is asked for. */
  units(): readonly (() => Unit | undefined)[] {
    return [
      ...this.#unitsOf("", this.#packages, this.#files[PACKAGES]),
      ...this.#parts.kinds.flatMap((kind) => {
        return this.#unitsOf(kind, this.#parts.known(kind), this.#files[stampsOf(kind)]);
      }),
    ];
  }

  #unitsOf(
    kind: string,
    known: ReadonlyMap<string, { readonly dir: string; readonly watch: readonly Watch[] }> | undefined,
    file: FileName | undefined,
  ): readonly (() => Unit | undefined)[] {
    if (known)
      return [...known.values()].map(({ dir, watch }) => () => ({ dir, kind, watch }));
    const texts = this.#store.texts(file);
    if (!texts) return [...this.entries.keys()].map((dir) => () => ({ dir, kind, watch: LOST }));
    return texts.map((text) => () => {
      const { dir, watch } = stampsIn(text);
      return this.#parts.isDropped(kind, dir) || !this.entries.has(dir) ? undefined : { dir, kind, watch };
    });
  }

  /** Writes what has changed since it was written last. */
  save(): void {
    if (this.#dirty.size === 0) return;
    const written = [...this.#dirty];
    this.#dirty.clear();
    const isEmpty = this.entries.size === 0 && this.problems.length === 0;
    if (this.#key === "" || (isEmpty && !this.#store.exists)) return;
    for (const kind of written) {
      if (kind === "") this.#writePackages();
      else if (kind !== "head" && this.#parts.isKept(kind))
        this.#watched[kind] = count(this.#parts.write(kind, this.#files));
    }
    this.#chooseHot();
    this.#store.publish({
      version: VERSION,
      key: this.#key,
      kinds: this.#kinds,
      ...this.#parts.head,
      generation: this.generation,
      roots: this.roots,
      hot: this.#hot,
      watched: this.#watched,
      entries: this.#entries.lines,
      problems: this.problems,
      files: this.#files,
    });
  }

  #writePackages(): void {
    const lines = [...(this.#packages?.values() ?? [])];
    this.#watched[""] = count(lines);
    this.#files[PACKAGES] = this.#store.write(PACKAGES, lines, packPackage);
  }

  /** Of what is not in memory, those that were chosen before are chosen from. */
  #chooseHot(): void {
    const known = this.#unitsInMemory();
    const kinds = new Set(this.#parts.loaded);
    if (this.#packages) kinds.add("");
    const before: Unit[] = this.#hot
      .filter(([, , dir, kind]) => !kinds.has(kind) && this.entries.has(dir))
      .map(([path, stamp, dir, kind]) => ({ dir, kind, watch: [[path, stamp]] }));
    this.#hot = hottest([...known, ...before], this.#total(), this.entries);
  }

  #unitsInMemory(): readonly Unit[] {
    const packages = [...(this.#packages?.values() ?? [])].map(({ dir, watch }) => ({ dir, kind: "", watch }));
    const parts = [...this.#parts.loaded].flatMap((kind) => {
      const lines = this.#parts.isKept(kind) ? [...this.#parts.known(kind)!.values()] : [];
      return lines.map(({ dir, watch }) => ({ dir, kind, watch }));
    });
    return [...packages, ...parts];
  }
}

function placeOf({ folder, file }: KindSpec): string {
  return folder ?? file ?? "";
}
