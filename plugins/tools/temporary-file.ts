import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsync,
  openSync,
  unlinkSync,
  writeSync,
  type Stats,
} from "node:fs";
import { promisify } from "node:util";
import { temporaryName } from "../../schemas/temporary-name.js";
import type { PinnedFolder } from "./pinned-folder.js";

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Rights of a new file, before the process' own mask. */
const NEW_FILE = 0o666;
const RIGHTS = 0o777;
const RIGHTS_AND_SETUID = 0o7777;

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
    if (like) dress(fd, like);
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

/** Writes from the beginning of an open file. */
export function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, done);
}

/** Waits until an open file is on the disk. */
export const flush: (fd: number) => Promise<void> = promisify(fsync);

function dress(fd: number, { uid, gid, mode }: Stats): void {
  const owned = chown(fd, uid, gid);
  // A file that changes its owner must not run with that owner's rights.
  fchmodSync(fd, mode & (owned ? RIGHTS_AND_SETUID : RIGHTS));
}

function chown(fd: number, uid: number, gid: number): boolean {
  if (process.geteuid?.() === uid && process.getegid?.() === gid) return true;
  try {
    fchownSync(fd, uid, gid);
    return true;
  } catch {
    return false;
  }
}
