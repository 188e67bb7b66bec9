import { statOf } from "../../../../schemas/stat-of.js";

/** True for a folder, and for a link to one. */
export function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false;
}
