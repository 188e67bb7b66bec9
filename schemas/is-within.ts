import { sep } from "node:path";

/** True when `path` is `folder` or lies in it, by whole segments. Both are absolute and without `.` and `..`. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
