import { closeSync, constants, fdatasyncSync, lstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAll } from "../../../../schemas/write-all.js";
import { namesIn } from "../../../../schemas/names-in.js";
import { hashOf } from "./hash-of.js";
import { discard, temporaryName } from "./temporary.js";

const PREFIX = ".pack";
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
/** After so many milliseconds the system has long brought the single copies to the disk by itself. */
const NEEDED_MS = 10 * 60 * 1000;
const NEWLINE = 0x0a;

export interface Packed {
  readonly hash: string;
  readonly bytes: Buffer;
}

/**
 * Brings many small copies to the disk with one wait: all in one file. It stands in for single ones that a loss of power
 * took, and is removed when those are surely there.
 */
export function writePack(folder: string, contents: readonly Packed[]): void {
  removeOld(folder);
  const path = join(folder, PREFIX + temporaryName());
  const fd = openSync(path, CREATE, 0o600);
  try {
    const head = JSON.stringify(contents.map(({ hash, bytes }) => [hash, bytes.length]));
    const all = Buffer.concat([Buffer.from(`${head}\n`), ...contents.map(({ bytes }) => bytes)]);
    writeAll(fd, all);
    fdatasyncSync(fd);
  } catch (error) {
    discard(path);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** A content from the packs that are still there. */
export function readPacked(folder: string, wanted: string): Buffer | undefined {
  for (const path of packsIn(folder)) {
    try {
      const all = readFileSync(path);
      const end = all.indexOf(NEWLINE);
      let at = end + 1;
      for (const [hash, size] of JSON.parse(all.toString("latin1", 0, end)) as [string, number][]) {
        const bytes = all.subarray(at, at + size);
        if (hash === wanted && hashOf(bytes) === wanted) return bytes;
        at += size;
      }
    } catch {
      // It was cut off while it was written; nothing counted on it yet.
    }
  }
  return undefined;
}

function removeOld(folder: string): void {
  for (const path of packsIn(folder)) {
    const age = Date.now() - (lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > NEEDED_MS) discard(path);
  }
}

function packsIn(folder: string): readonly string[] {
  return namesIn(folder)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(folder, name));
}
