import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf, EXIT, UserError } from "../../../schemas/errors.js";
import { releaseLock, takeLock } from "../../../schemas/file-lock.js";
import { endLeftovers } from "../../../schemas/orphans.js";
import { lockOf } from "./place.js";

/** What reading a transcript found out. `end` grows while it is read. */
export interface Reading {
  readonly path: string;
  /** Byte position behind the last whole line that was read. */
  end: number;
  damaged: number;
  /** Calls that were left out with their results, because the answer that asked for them is lost. */
  unpaired: number;
  /** Saving failed once. */
  unsaved: boolean;
  /** The session whose events come first and whose file is not there. */
  missing?: string;
}

/** What the writers and readers of one kernel share. */
export class Desk {
  readonly home: string;
  /** False when nothing may be written. */
  readonly persist: boolean;
  /** What has been read, by session id. */
  readonly readings: Map<string, Reading> = new Map();
  /** Locks this kernel has; true once a session is being written under it. */
  readonly #claimed = new Map<string, boolean>();

  constructor(home: string, env: Readonly<Record<string, string | undefined>>, persist: boolean) {
    this.home = home;
    this.persist = persist && !isOn(env["CLAUDE_CODE_SKIP_PROMPT_HISTORY"]);
  }

  /**
   * Makes this kernel the only writer of a transcript, and ends what a killed process has left running. Throws a
   * UserError that names the process that is.
   */
  claim(file: string): void {
    const lock = lockOf(file);
    const claimed = this.#claimed.get(lock);
    if (claimed === false) return;
    const holder = claimed ? { pid: process.pid } : inFolderOf(lock, () => takeLock(lock, endLeftovers));
    if (holder) {
      const who = holder.pid > 0 ? `process ${holder.pid}` : "another process";
      throw new UserError(
        `This session is open in ${who} (${lock}); end that one, or add --fork-session to go on in a copy.`,
        EXIT.usage,
      );
    }
    this.#claimed.set(lock, false);
  }

  /** The same for the session that will write: from here on nobody else in this process can claim it either. */
  claimToWrite(file: string): void {
    this.claim(file);
    this.#claimed.set(lockOf(file), true);
  }

  /** Gives a lock back that was claimed; one that is being written under only for who writes. */
  release(file: string, writes: boolean): void {
    const lock = lockOf(file);
    const claimed = this.#claimed.get(lock);
    if (claimed === undefined || (claimed && !writes)) return;
    this.#claimed.delete(lock);
    releaseLock(lock);
  }

  releaseAll(): void {
    for (const lock of this.#claimed.keys()) releaseLock(lock);
    this.#claimed.clear();
  }
}

/** Runs something that makes a file, and makes the folder first only if that turns out to be needed. */
export function inFolderOf<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    makeFolder(dirname(file));
    return make();
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    // On a read-only file system Node says that the folder is not there.
    let nearest = folder;
    while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
    accessSync(nearest, constants.W_OK);
    throw error;
  }
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(|0|false|no|off)$/i.test(value);
}
