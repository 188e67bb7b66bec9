import { closeSync, fsync, renameSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { syncFolder } from "../../../../schemas/sync-folder.js";
import { writePack, type Packed } from "./pack.js";
import { discard } from "./temporary.js";

/** Copies that wait for the disk together, and their bytes. */
const TOGETHER = 256;
const MOST_WAITING = 32 * 1024 * 1024;
/** More small copies than these are brought to the disk in one pack: one wait for all. */
const SINGLE = 4;

const flush = promisify(fsync);

/** A copy that was written and is not in its place yet. */
export interface Copy {
  readonly fd: number;
  readonly temporary: string;
  readonly hash: string;
  readonly size: number;
  /** The content of a small one. */
  readonly bytes?: Buffer;
}

/** Copies on their way to the disk, which are waited for together. */
export class Incoming {
  readonly #folder: string;
  #copies: Copy[] = [];
  #bytes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** True when so much waits for the disk that it should be waited for. */
  get isFull(): boolean {
    return this.#copies.length >= TOGETHER || this.#bytes >= MOST_WAITING;
  }

  add(copy: Copy): void {
    this.#copies.push(copy);
    this.#bytes += copy.size;
  }

  /**
   * Brings all that waits to the disk, and to its place. Rejects with what the file system says; none of them is kept
   * then, and `onFail` is told their hashes before.
   */
  async land(onFail: (hashes: readonly string[]) => void): Promise<void> {
    const copies = this.#copies;
    this.#copies = [];
    this.#bytes = 0;
    if (copies.length === 0) return;
    const small = copies.filter(({ bytes }) => bytes !== undefined);
    try {
      if (small.length > SINGLE) writePack(this.#folder, small as readonly Packed[]);
      const single = small.length > SINGLE ? copies.filter(({ bytes }) => bytes === undefined) : copies;
      await Promise.all(single.map(({ fd }) => flush(fd)));
      for (const { temporary, hash } of copies) renameSync(join(this.#folder, temporary), join(this.#folder, hash));
    } catch (error) {
      for (const { temporary } of copies) discard(join(this.#folder, temporary));
      onFail(copies.map(({ hash }) => hash));
      throw error;
    } finally {
      for (const { fd } of copies) closeSync(fd);
    }
    syncFolder(this.#folder);
  }
}
