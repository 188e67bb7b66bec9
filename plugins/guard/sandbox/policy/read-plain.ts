import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

const PLAIN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The beginning of a regular file, in Latin-1, and whether that is all of it; undefined for anything else. A command in
 * the background may put a link or a pipe in its place at any moment, and nobody must wait for what never comes.
 */
export function readPlain(path: string, most: number): { readonly text: string; readonly whole: boolean } | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, PLAIN);
    const stat = fstatSync(file);
    if (!stat.isFile()) return undefined;
    const bytes = Buffer.allocUnsafe(Math.min(stat.size, most));
    return { text: bytes.toString("latin1", 0, readSync(file, bytes, 0, bytes.length, 0)), whole: stat.size <= most };
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
