import { linkStatOf } from "../../../../schemas/stat-of.js";

export function exists(path: string): boolean {
  return linkStatOf(path) !== undefined;
}

/** True for a folder itself, not for a link to one. */
export function isFolder(path: string): boolean {
  return linkStatOf(path)?.isDirectory() === true;
}
