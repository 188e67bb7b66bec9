import type { Part } from "../../../schemas/parts.js";
import type { PackageLine, PartsLine, Watch } from "./folder.js";

/** A line of stamps as it stands in a file: paths below the plugin's folder are short. */
export interface StampsLine {
  readonly dir: string;
  readonly watch: readonly Watch[];
}

export function packPackage(line: PackageLine): object {
  return { ...line, watch: packed(line.dir, line.watch) };
}

export function unpackPackage(line: PackageLine): PackageLine {
  return { ...line, watch: unpacked(line.dir, line.watch) };
}

/** A line of parts without its stamps, which are written to a file of their own. */
export function packParts({ dir, parts, problems }: PartsLine): object {
  return { dir, parts: parts.map(({ name, file, data }) => ({ name, file: packedPath(dir, file), data })), problems };
}

/**
 * The parts as they will be read from the index. A text cut out of a file keeps the whole file in memory; thousands of
 * skills would stay there with their bodies.
 */
export function plainParts(parts: readonly Part[]): readonly Part[] {
  return JSON.parse(JSON.stringify(parts)) as readonly Part[];
}

export function packStamps({ dir, watch }: PartsLine): StampsLine {
  return { dir, watch: packed(dir, watch) };
}

export function unpackParts(kind: string, line: PartsLine, { watch }: StampsLine): PartsLine {
  const { dir } = line;
  const parts = line.parts.map((part) => ({ ...part, kind, file: unpackedPath(dir, part.file) }));
  return { ...line, parts, watch: unpacked(dir, watch) };
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
