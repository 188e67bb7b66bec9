import type { Entry, PackageLine, PartsLine, Watch } from "./folder.js";

/**
 * An entry as it stands at the head of an index. Thousands are read at each start: what is empty, and a folder of which
 * the plugin tells, is left out.
 */
export type EntryLine = Omit<Entry, "folder" | "may" | "counts"> & Partial<Pick<Entry, "folder" | "may" | "counts">>;

const NO_KINDS: Entry["may"] = [];
const NO_COUNTS: Entry["counts"] = {};

/** A line of stamps as it stands in a file: paths below the plugin's folder are short. */
export interface StampsLine {
  readonly dir: string;
  readonly watch: readonly Watch[];
}

export function packEntry({ folder, may, counts, ...rest }: Entry): EntryLine {
  const { dir, origin, ...more } = folder;
  const isTold = Object.keys(more).length === 0 && rest.plugin.dir === dir && rest.plugin.origin === origin;
  return {
    ...rest,
    ...(!isTold && { folder }),
    ...(may.length > 0 && { may }),
    ...(Object.keys(counts).length > 0 && { counts }),
  };
}

/** Fills in what was left out, in the line itself: copies would cost more than reading it. False where it is damaged. */
export function isEntry(line: { -readonly [K in keyof EntryLine]: EntryLine[K] }): line is Entry {
  const plugin = line?.plugin;
  if (typeof plugin?.name !== "string") return false;
  line.folder ??= { dir: plugin.dir ?? "", origin: plugin.origin ?? "" };
  line.may ??= NO_KINDS;
  line.counts ??= NO_COUNTS;
  return typeof line.folder.dir === "string" && Array.isArray(line.may);
}

export function packPackage(line: PackageLine): string {
  return JSON.stringify({ ...line, watch: packed(line.dir, line.watch) });
}

export function unpackPackage(line: PackageLine): PackageLine {
  return { ...line, watch: unpacked(line.dir, line.watch) };
}

/** A line of parts without its stamps, which are written to a file of their own. */
export function packParts({ dir, parts, problems }: PartsLine): string {
  const short = parts.map(({ name, file, data }) => ({ name, file: packedPath(dir, file), data }));
  return JSON.stringify({ dir, parts: short, problems });
}

/**
 * A line as it will be read from the index, with what will be written there. A text cut out of a file keeps the whole
 * file in memory; thousands of skills would stay there with their bodies.
 */
export function plainLine(kind: string, line: PartsLine): PartsLine {
  const packed = packParts(line);
  return { ...unpackParts(kind, JSON.parse(packed) as PartsLine), watch: line.watch, packed };
}

export function packStamps({ dir, watch }: PartsLine): string {
  return JSON.stringify({ dir, watch: packed(dir, watch) });
}

/** With the watches of its line of stamps, where there is one. */
export function unpackParts(kind: string, { dir, parts, problems }: PartsLine, stamps?: StampsLine): PartsLine {
  const whole = parts.map(({ name, file, data }) => ({ kind, name, file: unpackedPath(dir, file), data }));
  return { dir, parts: whole, problems, watch: unpacked(dir, stamps?.watch ?? []) };
}

/** A line of stamps; an empty one where it cannot be read. */
export function stampsIn(text: string): StampsLine {
  try {
    const { dir, watch } = JSON.parse(text) as StampsLine;
    return { dir, watch: unpacked(dir, watch) };
  } catch {
    return { dir: "", watch: [] };
  }
}

function packed(dir: string, watch: readonly Watch[]): readonly Watch[] {
  return watch.map(([path, stamp]) => [packedPath(dir, path), stamp]);
}

function unpacked(dir: string, watch: readonly Watch[]): readonly Watch[] {
  return watch.map(([path, stamp]) => [unpackedPath(dir, path), stamp]);
}

function packedPath(dir: string, path: string): string {
  return path.startsWith(`${dir}/`) ? `.${path.slice(dir.length)}` : path;
}

function unpackedPath(dir: string, path: string): string {
  return path.startsWith("./") ? `${dir}${path.slice(1)}` : path;
}
