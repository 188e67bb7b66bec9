import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";

const MOST = 8 * 1024 * 1024;

export interface FileText {
  readonly text: string;
  readonly inInput: false;
  /** There is more in it. */
  readonly partial?: true;
}

/** The beginning of a regular file as text; empty for what is none. */
export function fileText(cwd: string, path: string): FileText {
  let file: number | undefined;
  try {
    file = openSync(resolve(cwd, path), constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile()) return { text: "", inInput: false };
    const buffer = Buffer.alloc(Math.min(stats.size, MOST));
    const text = buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, 0));
    return { text, inInput: false, ...(stats.size > MOST && { partial: true }) };
  } catch {
    return { text: "", inInput: false };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
