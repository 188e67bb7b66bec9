import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { sweepTemporaries, temporaryName } from "./temporary-name.js";

/**
 * Replaces a file at once, down to the disk: whoever reads it finds the old text or the new one, whatever happens. A file
 * that is there keeps its mode. Throws what the file system says, with the old text in place.
 */
export function writeAtOnce(file: string, text: string, mode: number = 0o600): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, temporaryName());
  const fd = openSync(temporary, "wx", statSync(file, { throwIfNoEntry: false })?.mode ?? mode);
  try {
    try {
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
  sweepTemporaries(folder);
}

/** The new name is on disk only when its folder is. Not every file system knows how. */
export function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, "r");
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // The file itself is synced; a power cut may bring back the old one, whole.
  }
}
