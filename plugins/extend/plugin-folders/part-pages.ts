import type { PartsLine } from "./folder.js";
import { packParts, packStamps, unpackParts, type StampsLine } from "./line-forms.js";
import type { FileName, Head, Store } from "./store.js";

type Files = Record<string, FileName>;

/** The parts that an index holds, kind by kind: read when somebody asks, and only what the same reader had made. */
export class PartPages {
  readonly #store: Store;
  readonly #lines = new Map<string, Map<string, PartsLine>>();
  readonly #dropped = new Map<string, Set<string>>();
  #readers: Record<string, string> = {};

  constructor(store: Store) {
    this.#store = store;
  }

  adopt({ readers, dropped }: Head): void {
    this.#readers = { ...readers };
    for (const [kind, dirs] of Object.entries(dropped)) this.#dropped.set(kind, new Set(dirs));
  }

  /** What the head of the index says of them. */
  get head(): Pick<Head, "readers" | "dropped"> {
    return {
      readers: this.#readers,
      dropped: Object.fromEntries([...this.#dropped].map(([kind, dirs]) => [kind, [...dirs]])),
    };
  }

  /** Kinds that have been read, now or in an earlier run. */
  get kinds(): readonly string[] {
    return [...new Set([...this.#lines.keys(), ...Object.keys(this.#readers)])];
  }

  /** Kinds that are in memory. */
  get loaded(): Iterable<string> {
    return this.#lines.keys();
  }

  /** Whether the parts of a kind may be written: whoever read them can be told from another version. */
  isKept(kind: string): boolean {
    return this.#readers[kind] !== undefined;
  }

  /** What is in memory of a kind. */
  known(kind: string): ReadonlyMap<string, PartsLine> | undefined {
    return this.#lines.get(kind);
  }

  isDropped(kind: string, dir: string): boolean {
    return this.#dropped.get(kind)?.has(dir) ?? false;
  }

  put(kind: string, line: PartsLine): void {
    this.#lines.get(kind)?.set(line.dir, line);
  }

  drop(kind: string, dir: string): void {
    this.#lines.get(kind)?.delete(dir);
    const dropped = this.#dropped.get(kind) ?? new Set();
    this.#dropped.set(kind, dropped.add(dir));
  }

  /** Lines of a kind as far as they have been read with this reader, of folders that are there. */
  read(
    kind: string,
    digest: string | undefined,
    files: Files,
    isThere: (dir: string) => boolean,
  ): Map<string, PartsLine> {
    const isOld = digest === undefined || this.#readers[kind] !== digest;
    const known = this.#lines.get(kind);
    if (known && (digest === undefined || !isOld)) return known;
    const kept = isOld ? new Map<string, PartsLine>() : this.#fromDisk(kind, files, isThere);
    if (digest === undefined) delete this.#readers[kind];
    else this.#readers[kind] = digest;
    this.#lines.set(kind, kept);
    return kept;
  }

  #fromDisk(kind: string, files: Files, isThere: (dir: string) => boolean): Map<string, PartsLine> {
    const lines = this.#store.lines<PartsLine>(files[kind]) ?? [];
    const stamps = this.#store.lines<StampsLine>(files[stampsOf(kind)]) ?? [];
    if (lines.length !== stamps.length) return new Map();
    const kept = lines.flatMap((line, at): [string, PartsLine][] => {
      const isUsed = !this.isDropped(kind, line.dir) && isThere(line.dir);
      return isUsed ? [[line.dir, unpackParts(kind, line, stamps[at]!)]] : [];
    });
    return new Map(kept);
  }

  /** Writes what is in memory of a kind, and answers with it. */
  write(kind: string, files: Files): readonly PartsLine[] {
    const lines = [...(this.#lines.get(kind)?.values() ?? [])];
    this.#dropped.delete(kind);
    files[kind] = this.#store.write(kind, lines, (line) => line.packed ?? packParts(line));
    for (const line of lines) delete line.packed;
    files[stampsOf(kind)] = this.#store.write(stampsOf(kind), lines, packStamps);
    return lines;
  }
}

/** The name of the file that has the stamps of a kind's files. */
export function stampsOf(kind: string): string {
  return `${kind} stamps`;
}
