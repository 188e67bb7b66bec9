import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "../../../schemas/errors.js";
import { syncFolder } from "../../../schemas/sync-folder.js";
import { inFolderOf } from "./desk.js";

/** Longest line a reader takes. */
export const LONGEST_LINE: number = 64 * 1024 * 1024;

const NEWLINE = 0x0a;
const { O_APPEND, O_CREAT, O_EXCL, O_RDWR } = constants;

/** A file that only grows, by whole lines. Every method throws what the file system says. */
export class AppendFile {
  readonly path: string;
  #file: number | undefined;
  #created = false;
  /** Bytes of a line that could not be written to its end. */
  #cut = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Makes the file, which must not be there, readable by nobody else. */
  create(): void {
    this.#file = inFolderOf(this.path, () => openSync(this.path, O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0o600));
    this.#created = true;
  }

  /** Opens the file. True when its last line was cut and the next one has to begin with a newline. */
  open(): boolean {
    const file = openSync(this.path, O_RDWR | O_APPEND);
    this.#file = file;
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
  }

  /** Adds whole lines. They are with the operating system when this returns. */
  write(lines: string): void {
    const bytes = Buffer.from(lines);
    if (bytes.length > LONGEST_LINE) throw new RangeError("a single event is larger than 64 MB");
    if (this.#file === undefined) this.open();
    // A short write means that the disk is all but full; the next one says so.
    for (let done = 0; done < bytes.length;) done += this.#write(bytes, done);
    this.#cut = 0;
  }

  #write(bytes: Buffer, from: number): number {
    const written = writeSync(this.#file!, bytes, from);
    this.#cut += written;
    return written;
  }

  /** Puts a short line in the place of one that could be written only in part: there is room where that was. */
  writeInstead(line: string): void {
    if (this.#file === undefined) this.open();
    if (this.#cut > 0) ftruncateSync(this.#file!, fstatSync(this.#file!).size - this.#cut);
    this.#cut = 0;
    this.write(line);
  }

  /** Waits until everything written is on the disk itself, the file's name included. */
  sync(): void {
    if (this.#file === undefined) return;
    try {
      if (!this.#created) return fdatasyncSync(this.#file);
      this.#created = false;
      fsyncSync(this.#file);
      const folder = dirname(this.path);
      for (const one of [folder, dirname(folder)]) syncFolder(one);
    } catch (error) {
      if (!["EINVAL", "ENOSYS", "ENOTSUP"].includes(codeOf(error) ?? "")) throw error;
    }
  }

  /** Lets go of the file. The next write opens it again. */
  close(): void {
    if (this.#file === undefined) return;
    const file = this.#file;
    this.#file = undefined;
    closeSync(file);
  }
}
