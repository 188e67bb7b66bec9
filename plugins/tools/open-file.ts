import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync, type Stats } from "node:fs";
import { fileProblem } from "./file-problem.js";
import { requireJudged, type GivenPath } from "./given-path.js";
import { requirePlace } from "./require-place.js";

/** A regular file that is open for reading. Whoever opened it closes `fd`. */
export interface OpenFile {
  readonly fd: number;
  /** Where it stands once all links are resolved. */
  readonly real: string;
  /** As it was before anything of it was read. */
  readonly stat: Stats;
}

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Opens a regular file: links are resolved now, and what was opened is known to be what they led to. Throws one
 * sentence about the path for everything that is not there or is no file; devices and pipes are not even opened.
 */
export function openFile(given: GivenPath): OpenFile {
  const { path } = given;
  try {
    const real = realpathSync.native(path);
    requireJudged(real, given);
    requireFile(lstatSync(real), path);
    const fd = openSync(real, FLAGS);
    try {
      const stat = fstatSync(fd);
      requireFile(stat, path);
      requirePlace(fd, real);
      return { fd, real, stat };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  } catch (error) {
    throw fileProblem(error, path);
  }
}

/** Throws unless it is a regular file. */
function requireFile(stat: Stats, path: string): void {
  if (stat.isFile()) return;
  if (stat.isDirectory()) throw new Error(`${path} is a folder: use LS or Glob to see what is in it.`);
  const kind = stat.isFIFO() ? "named pipe" : stat.isSocket() ? "socket" : "device";
  throw new Error(`${path} is a ${kind}; only regular files can be used.`);
}

/**
 * The first bytes of a file, at most `most`. Files whose size is not known beforehand (as in /proc) are read to their
 * end as well.
 */
export function readStart({ fd, stat }: Pick<OpenFile, "fd" | "stat">, most: number): Buffer {
  let buffer = Buffer.allocUnsafe(Math.min(most, stat.size === 0 ? 8_192 : stat.size + 1));
  let length = 0;
  for (;;) {
    const read = readSync(fd, buffer, length, buffer.length - length, length);
    length += read;
    if (read === 0 || length >= most) return buffer.subarray(0, length);
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(most, length * 2));
      buffer.copy(larger);
      buffer = larger;
    }
  }
}
