import { createHash } from "node:crypto";
import { closeSync, constants, lstatSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../schemas/errors.js";

/** Bytes of a command's output that are kept; the rest is counted. */
export const KEPT: number = 10 * 1024 * 1024;

const FRESH = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** A new private file that takes the first 10 MB of what is written to it. It never throws: see `problem`. */
export class OutputFile {
  readonly path: string;
  /** Why it holds less than it should: a code such as ENOSPC. */
  problem?: string;
  #bytes = 0;
  #file: number | undefined;

  constructor(path: string) {
    this.path = path;
    this.#attempt(() => (this.#file = openSync(path, FRESH, 0o600)));
  }

  write(chunk: Uint8Array): void {
    let rest = chunk.subarray(0, Math.max(0, KEPT - this.#bytes));
    this.#attempt(() => {
      while (this.#file !== undefined && rest.length > 0) {
        const written = writeSync(this.#file, rest);
        this.#bytes += written;
        rest = rest.subarray(written);
      }
    });
  }

  /** Adds a last line, beyond the limit if need be, and closes. */
  close(line = ""): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    this.#attempt(() => {
      if (line !== "") writeSync(file, line);
    });
    closeSync(file);
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.problem ??= codeOf(error) ?? String(error);
      this.close();
    }
  }
}

/**
 * The folder for what a session's commands wrote, below nacre's home; made when it is not there. Only its owner may
 * enter. Throws when it is not a folder of ours.
 */
export function outputFolder(home: string, sessionId: string): string {
  const name = /^[\w-]{1,128}$/.test(sessionId) ? sessionId : createHash("sha256").update(sessionId).digest("hex");
  const dir = join(home, "tmp", name);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (!lstatSync(dir).isDirectory()) throw new Error(`${dir} is not a folder.`);
  return dir;
}
