import { statSync } from "node:fs";
import { basename } from "node:path";
import type { Diagnostic, Package, PartPlace } from "../../schemas/parts.js";
import { listFiles, type ListOptions } from "./list-files.js";

/** The files of one place of a plugin, and what has to be watched to notice others. */
export interface PlaceFiles {
  readonly files: readonly string[];
  readonly watched: readonly string[];
  /** Whether two of them may be the same file, reached by links. */
  readonly isLinked?: boolean;
  readonly problems: readonly Diagnostic[];
}

/** Lists the files of a place that may be a file, a folder, or not there at all. Files that lead out are left out. */
export function placeFiles({ path, optional }: PartPlace, from: Package, options: ListOptions): PlaceFiles {
  if (path === undefined) return { files: [], watched: [], problems: [] };
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) {
    const message = `${path} does not exist, so nothing is read from it.`;
    const problem: Diagnostic = { severity: "error", code: "missing", message, file: path };
    return { files: [], watched: [path], problems: optional === true ? [] : [problem] };
  }
  if (!stats.isDirectory()) {
    if (options.wants(basename(path))) return { files: [path], watched: [], isLinked: true, problems: [] };
    const message = `${path} is not a file of the kind that is expected here, so it is not read.`;
    return { files: [], watched: [path], problems: [{ severity: "error", code: "wrong-kind", message, file: path }] };
  }
  const { files, folders, isLinked, problems } = listFiles(path, from, options);
  return { files, watched: folders, isLinked, problems };
}
