import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../../../../schemas/errors.js";
import { dressFile } from "../../../../schemas/dress-file.js";
import { isRunning } from "../../../../schemas/process-start.js";
import { temporaryName, writerOf } from "../../../../schemas/temporary-name.js";
import { writeAll } from "../../../../schemas/write-all.js";
import { native, pathOf } from "./byte-path.js";

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

let reaches: boolean | undefined;

/** Whether things can be reached through an open folder, whatever happens to its name. */
function reachesByNumber(): boolean {
  return (reaches ??= process.platform === "linux" && existsSync("/proc/self/fd"));
}

/** How a file that is put back looks. */
export interface Looks {
  readonly mode: number;
  readonly owner?: readonly [uid: number, gid: number];
}

/** A file that stands beside the place it is for, open. */
export interface Written {
  readonly name: string;
  readonly fd: number;
}

/** A folder held open by its real path: what is done in it happens there, and nowhere a link leads. */
export class HeldFolder implements Disposable {
  readonly #fd: number;
  readonly #path: string;

  /** Throws when the path leads elsewhere than it says: a folder of it was replaced by a link. */
  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(native(path), FOLDER);
    const place = reachesByNumber()
      ? pathOf(readlinkSync(`/proc/self/fd/${this.#fd}`, { encoding: "buffer" }))
      : realpathSync.native(path);
    if (place === path) return;
    closeSync(this.#fd);
    throw new Error("a folder on the way to it is not the one it was");
  }

  /** The folder a path stands in; with `make`, the folders that are missing on the way to it are made. */
  static of(path: string, make: boolean): HeldFolder {
    const folder = dirname(path);
    try {
      return new HeldFolder(folder);
    } catch (error) {
      if (!make || codeOf(error) !== "ENOENT") throw error;
    }
    using parent = HeldFolder.of(folder, true);
    const name = basename(folder);
    try {
      mkdirSync(parent.#at(name));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    return new HeldFolder(folder);
  }

  /** Writes a file beside its place. It is on the disk once `flush` has resolved, and in its place after `put`. */
  write(bytes: Buffer, looks: Looks): Written {
    const name = temporaryName();
    const fd = openSync(this.#at(name), CREATE, 0o600);
    try {
      writeAll(fd, bytes);
      dress(fd, looks);
      return { name, fd };
    } catch (error) {
      closeSync(fd);
      this.discard(name);
      throw error;
    }
  }

  /** In one step. */
  put(written: Written, name: string): void {
    renameSync(this.#at(written.name), this.#at(name));
  }

  putLink(name: string, target: string): void {
    const temporary = temporaryName();
    symlinkSync(native(target), this.#at(temporary));
    try {
      renameSync(this.#at(temporary), this.#at(name));
    } catch (error) {
      this.discard(temporary);
      throw error;
    }
  }

  putFolder(name: string, mode: number): void {
    try {
      mkdirSync(this.#at(name), mode);
    } catch (error) {
      if (codeOf(error) !== "EEXIST" || !lstatSync(this.#at(name)).isDirectory()) throw error;
    }
    const fd = openSync(this.#at(name), FOLDER);
    try {
      fchmodSync(fd, mode);
    } finally {
      closeSync(fd);
    }
  }

  removeFile(name: string): void {
    unlinkSync(this.#at(name));
  }

  /** False when there is something in it. What a killed process was writing there does not count, and goes with it. */
  removeFolder(name: string): boolean {
    for (const leftOver of leftOvers(this.#at(name))) unlinkSync(join(String(this.#at(name)), leftOver));
    try {
      rmdirSync(this.#at(name));
      return true;
    } catch (error) {
      if (codeOf(error) === "ENOTEMPTY" || codeOf(error) === "EEXIST") return false;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #at(name: string): string | Buffer {
    return native(join(reachesByNumber() ? `/proc/self/fd/${this.#fd}` : this.#path, name));
  }

  /** Removes a file that was written and is not to be put in its place. */
  discard(name: string): void {
    try {
      unlinkSync(this.#at(name));
    } catch {
      // It was renamed.
    }
  }

  /** Writes to disk which names are in it, where the file system can. */
  sync(): void {
    try {
      fsyncSync(this.#fd);
    } catch {
      // Nothing more can be done; the content itself is on the disk.
    }
  }
}

/** Temporary files of processes that are gone, where there is nothing else in a folder. */
function leftOvers(folder: string | Buffer): readonly string[] {
  const names = typeof folder === "string" ? readdirSync(folder) : [];
  const isLeft = (name: string): boolean => {
    const pid = writerOf(name);
    return pid !== undefined && !isRunning(pid, "");
  };
  return names.every(isLeft) ? names : [];
}

function dress(fd: number, { mode, owner }: Looks): void {
  if (owner) dressFile(fd, { uid: owner[0], gid: owner[1], mode });
  else fchmodSync(fd, mode);
}
