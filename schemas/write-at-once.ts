import { closeSync, constants, fchmodSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { dressFile, type Dress } from "./dress-file.js";
import { statOf } from "./stat-of.js";
import { syncFolder } from "./sync-folder.js";
import { sweepTemporaries, temporaryName } from "./temporary-name.js";
import { writeAll } from "./write-all.js";

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** As `replaceAtOnce`, with the folder made where it is missing. A file that is there keeps its owner and its mode. */
export function writeAtOnce(file: string, text: string, mode: number = 0o600): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  replaceAtOnce(file, text, statOf(file) ?? mode);
}

/**
 * Puts a text in the place of a file at once, down to the disk: whoever reads it finds the old text or the new one,
 * whatever happens. It gets a mode, less what the process' mask takes away, or looks like another file. Throws what the
 * file system says, with the old text in place and nothing left behind.
 */
export function replaceAtOnce(file: string, text: string, like: number | Dress): void {
  const folder = dirname(file);
  const temporary = join(folder, temporaryName());
  try {
    write(temporary, text, like);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  try {
    syncFolder(folder);
  } catch {
    // The text itself is on the disk; a power cut may bring back the old one, whole.
  }
  sweepTemporaries(folder);
}

function write(file: string, text: string, like: number | Dress): void {
  const fd = openSync(file, NEW_FILE, 0o600);
  try {
    writeAll(fd, Buffer.from(text));
    if (typeof like === "number") fchmodSync(fd, like & ~process.umask());
    else dressFile(fd, like);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
