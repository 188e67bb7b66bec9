import { closeSync, constants, fsync, openSync, unlinkSync, type Stats } from "node:fs";
import { promisify } from "node:util";
import { dressFile } from "../../schemas/dress-file.js";
import { temporaryName } from "../../schemas/temporary-name.js";
import { writeAll } from "../../schemas/write-all.js";
import type { PinnedFolder } from "./pinned-folder.js";

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Rights of a new file, before the process' own mask. */
const NEW_FILE = 0o666;

/**
 * Writes bytes into a new file beside the one they are for, down to the disk. It looks like `like` (mode, and owner
 * where the system permits), or like any new file. Returns its name; nothing is left when it throws. A copy that may be
 * all there is of the content stays when the process is killed; other temporary files are removed by a later one.
 */
export async function writeTemporary(folder: PinnedFolder, bytes: Buffer, like?: Stats): Promise<string> {
  const name = like && like.nlink > 1 ? temporaryName().replace(/tmp$/, "copy") : temporaryName();
  const fd = openSync(folder.at(name), FLAGS, like ? 0o600 : NEW_FILE);
  try {
    writeAll(fd, bytes);
    if (like) dressFile(fd, like);
    await flush(fd);
    return name;
  } catch (error) {
    discard(folder, name);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** Removes a temporary file, if it is still there. */
export function discard(folder: PinnedFolder, name: string): void {
  try {
    unlinkSync(folder.at(name));
  } catch {
    // It was renamed, or the folder is gone with it.
  }
}

/** Waits until an open file is on the disk. */
export const flush: (fd: number) => Promise<void> = promisify(fsync);
