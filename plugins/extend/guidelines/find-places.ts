import { basename, dirname, isAbsolute, relative } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { projectRoot } from "../../../schemas/project-root.js";
import { foldersTo, placesIn, placesOfUser, type Homes, type Place } from "./places.js";

export interface Finding extends Homes {
  /** Names that are not looked for. */
  readonly off: ReadonlySet<string>;
}

export interface FoundPlaces {
  /** The project's folder. */
  readonly project: string;
  readonly places: readonly Place[];
}

/**
 * Where guidelines stand for somebody who works in `root`: the user's, then each folder from the top of the file system
 * down, then folders that were added. A handful of looks at names; no file is read.
 */
export function findPlaces(root: string, added: readonly string[], finding: Finding): FoundPlaces {
  const { home, off } = finding;
  const seen = new Set<string>();
  const places = [
    ...placesOfUser(finding, root),
    ...[...foldersTo(root), ...added].flatMap((dir) => placesIn(dir, finding)),
  ].filter(({ path }) => !seen.has(path) && seen.add(path) && !isOff(off, path));
  return { project: places.length === 0 ? root : projectRoot(root, home), places };
}

/** Whether a plugin brings guidelines along. */
export function holdsGuidelines({ plugins }: KernelView): boolean {
  return plugins.some(({ plugin }) => plugin.holds?.includes("guideline"));
}

/** Whether somebody switched a file's name off. */
export function isOff(off: ReadonlySet<string>, path: string): boolean {
  return off.size > 0 && off.has(basename(path));
}

/** The folders between `top` and a file that nobody has looked into yet, the outermost first. */
export function newFolders(top: string, file: string, visited: Set<string>): readonly string[] {
  const way = relative(top, dirname(file));
  if (way.startsWith("..") || isAbsolute(way)) return [];
  const folders: string[] = [];
  for (let dir = dirname(file); dir !== top && !visited.has(dir) && dirname(dir) !== dir; dir = dirname(dir)) {
    visited.add(dir);
    folders.unshift(dir);
  }
  return folders;
}
