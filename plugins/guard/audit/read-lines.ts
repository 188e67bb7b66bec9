import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readSync } from "node:fs";
import { headFile, headText, type Head } from "./chain.js";

/** Nobody is waited for who might write into a pipe. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

const PIECE = 256 * 1024;
/** Longer lines are none of ours. */
const LONGEST = 4 * 1024 * 1024;

export interface Line {
  readonly text: string;
  /** False for what stands behind the last newline. */
  readonly whole: boolean;
}

/** The lines of a file, read piece by piece. Throws what the file system says. */
export function* readLines(path: string): Generator<Line> {
  const file = openSync(path, READ);
  try {
    if (!fstatSync(file).isFile()) throw new Error("it is no file");
    const buffer = Buffer.alloc(PIECE);
    let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      rest = Buffer.concat([rest, buffer.subarray(0, read)]);
      let from = 0;
      for (let end = rest.indexOf(0x0a, from); end >= 0; end = rest.indexOf(0x0a, from)) {
        yield { text: rest.toString("utf8", from, end), whole: true };
        from = end + 1;
      }
      rest = rest.subarray(from);
      if (rest.length > LONGEST) break;
    }
    if (rest.length > 0) yield { text: rest.toString("utf8"), whole: false };
  } finally {
    closeSync(file);
  }
}

/** Where a chain ended when it was written to last; "torn" where the writing of that was cut off, undefined where there is nothing. */
export function readHead(path: string): Head | "torn" | undefined {
  const file = headFile(path);
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
  const text = readFileSync(file, "utf8");
  const [, hash = "", lines] = /^([0-9a-f]{64}) +(\d+) [0-9a-f]{16}\n$/.exec(text) ?? [];
  const head = { hash, lines: Number(lines) };
  return headText(head) === text ? head : "torn";
}
