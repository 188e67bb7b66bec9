import { execFile } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../../schemas/find-program.js";

/** How many pairs are made at a time. */
const BATCH = 4;

/** Where a child writes and where we read. */
export interface Pipes {
  /** For the child's stdio. Closed on our side by `started`. */
  readonly writers: readonly [number, number];
  readonly readers: readonly [Socket, Socket];
  /** The child has its ends, or never will: let go of ours. */
  started(): void;
  /** Nobody writes any more; the pair may serve again. */
  release(): void;
  /** Somebody may still write; the pair is not to be used again. */
  abandon(): void;
}

/** Two named pipes without a name: held by file numbers that neither read nor write. */
type Pair = readonly [number, number];

/** Linux' flag for a file number that only stands for the file; Node does not name it. */
const O_PATH = 0o10000000;

const free: Pair[] = [];

/**
 * Two real pipes. Node itself gives children sockets, which cannot be opened again: `echo oops > /dev/stderr` and
 * `tee /dev/stdout` would fail. Undefined where Linux' named pipes are not to be had; sockets then have to do.
 */
export async function takePipes(): Promise<Pipes | undefined> {
  if (process.platform !== "linux") return undefined;
  try {
    const pair = free.pop() ?? (await makePairs());
    return pair && open(pair);
  } catch {
    return undefined;
  }
}

async function makePairs(): Promise<Pair | undefined> {
  const mkfifo = findProgram("mkfifo", {}, ["/usr/bin/mkfifo", "/bin/mkfifo"]);
  if (mkfifo === undefined) return undefined;
  const dir = mkdtempSync(join(tmpdir(), "nacre-"));
  try {
    const paths = Array.from({ length: 2 * BATCH }, (_, place) => join(dir, String(place)));
    await new Promise<void>((done, fail) => {
      execFile(mkfifo, ["-m", "600", ...paths], { env: {} }, (error) => (error ? fail(error) : done()));
    });
    while (paths.length > 0) free.push([openSync(paths.pop()!, O_PATH), openSync(paths.pop()!, O_PATH)]);
    return free.pop();
  } finally {
    // Nothing is left behind, whatever becomes of this process: the pipes live on through their numbers.
    rmSync(dir, { recursive: true, force: true });
  }
}

function open(pair: Pair): Pipes {
  const [out, err] = [openBoth(pair[0]), openBoth(pair[1])];
  return {
    writers: [out.writer, err.writer],
    readers: [out.reader, err.reader],
    started() {
      closeSync(out.writer);
      closeSync(err.writer);
    },
    release: () => void free.push(pair),
    abandon() {
      for (const number of pair) closeSync(number);
    },
  };
}

interface Ends {
  readonly reader: Socket;
  readonly writer: number;
}

function openBoth(pipe: number): Ends {
  const path = `/proc/self/fd/${pipe}`;
  // The reading end first and without waiting: opening either end of a named pipe waits for the other.
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  return { reader: new Socket({ fd: reading, readable: true, writable: false }), writer };
}
