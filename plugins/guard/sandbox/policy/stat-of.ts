import { lstatSync, type Stats } from "node:fs";

const NO_ERROR = { throwIfNoEntry: false } as const;

/** What stands at a path, links not followed; undefined also where it cannot be looked at, as below a file. */
export function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, NO_ERROR);
  } catch {
    return undefined;
  }
}

export function exists(path: string): boolean {
  return statOf(path) !== undefined;
}

/** True for a folder itself, not for a link to one. */
export function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() === true;
}
