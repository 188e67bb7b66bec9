import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";

const MOST = 4 * 1024 * 1024;

/** The beginning of a regular file as text; empty for what is none. */
export function fileText(cwd: string, path: string): { readonly text: string; readonly inInput: false } {
  let file: number | undefined;
  try {
    file = openSync(resolve(cwd, path), constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile()) return { text: "", inInput: false };
    const buffer = Buffer.alloc(Math.min(stats.size, MOST));
    return { text: buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, 0)), inInput: false };
  } catch {
    return { text: "", inInput: false };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
