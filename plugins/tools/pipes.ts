import { execFile } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "./find-program.js";

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
}

type Pair = readonly [string, string];

let dir: string | undefined;
let free: Pair[] = [];
let made = 0;

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
    // Somebody cleared the temporary folder away: start afresh next time.
    removePipes();
    return undefined;
  }
}

/** Removes the folder that the pipes stand in. */
export function removePipes(): void {
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
  dir = undefined;
  free = [];
}

async function makePairs(): Promise<Pair | undefined> {
  const mkfifo = findProgram("mkfifo", {}, ["/usr/bin/mkfifo", "/bin/mkfifo"]);
  if (mkfifo === undefined) return undefined;
  if (dir === undefined) process.once("exit", removePipes);
  dir ??= mkdtempSync(join(tmpdir(), "nacre-"));
  const pairs = Array.from({ length: BATCH }, (): Pair => [join(dir!, `${made}.out`), join(dir!, `${made++}.err`)]);
  await new Promise<void>((done, fail) => {
    execFile(mkfifo, ["-m", "600", ...pairs.flat()], { env: {} }, (error) => (error ? fail(error) : done()));
  });
  free.push(...pairs);
  return free.pop();
}

function open(pair: Pair): Pipes {
  const [out, err] = pair.map(openBoth) as [Ends, Ends];
  return {
    writers: [out.writer, err.writer],
    readers: [out.reader, err.reader],
    started() {
      closeSync(out.writer);
      closeSync(err.writer);
    },
    release() {
      if (dir !== undefined && pair[0].startsWith(dir)) free.push(pair);
    },
  };
}

interface Ends {
  readonly reader: Socket;
  readonly writer: number;
}

function openBoth(path: string): Ends {
  // The reading end first and without waiting: opening either end of a named pipe waits for the other.
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  return { reader: new Socket({ fd: reading, readable: true, writable: false }), writer };
}
