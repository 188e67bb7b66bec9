import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  type Stats,
} from "node:fs";
import { join } from "node:path";
import { codeOf, messageOf } from "../../schemas/errors.js";
import { meansNoLinks } from "../../schemas/means-no-links.js";
import { sweepTemporaries } from "../../schemas/temporary-name.js";
import { writeAll } from "../../schemas/write-all.js";
import type { PinnedFolder } from "./pinned-folder.js";
import { isSame } from "./read-state.js";
import { discard, flush, writeTemporary } from "./temporary-file.js";

/** The file is not the one that was read; nothing was changed. */
export class Conflict extends Error {}

/** The file could be written only in part. What it should hold is in a file beside it. */
class HalfWritten extends Error {}

/** A place for a file in a folder. */
export interface Target {
  readonly folder: PinnedFolder;
  readonly name: string;
  /** The file as it was when it was read, or undefined if there was none. */
  readonly before: Stats | undefined;
}

/**
 * Puts bytes in the place of a file, or makes it. A kill at any moment leaves the old content or the new, and mode,
 * owner and links stay. Throws a `Conflict`, with nothing changed, if the file is not the one that was read.
 */
export async function replaceFile(target: Target, bytes: Buffer): Promise<Stats> {
  const { folder, name, before } = target;
  requireUnchanged(target);
  if (before) accessSync(folder.at(name), constants.W_OK);
  const temporary = await writeTemporary(folder, bytes, before);
  try {
    // Nothing is awaited between this look and the change.
    requireUnchanged(target);
    if (!before) create(folder, temporary, name);
    else if (before.nlink > 1) await overwrite(target, bytes, temporary);
    else renameSync(folder.at(temporary), folder.at(name));
    if (!before || before.nlink > 1) discard(folder, temporary);
  } catch (error) {
    if (!(error instanceof HalfWritten)) discard(folder, temporary);
    throw error;
  }
  await folder.sync();
  sweepTemporaries(folder.path);
  return lstatSync(folder.at(name));
}

function requireUnchanged({ folder, name, before }: Target): void {
  const now = lstatSync(folder.at(name), { throwIfNoEntry: false });
  if (before ? now && isSame(before, now) : !now) return;
  throw new Conflict();
}

/** A link is refused where a rename would silently take the place of what came there in between. */
function create(folder: PinnedFolder, temporary: string, name: string): void {
  try {
    linkSync(folder.at(temporary), folder.at(name));
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw new Conflict();
    if (!meansNoLinks(error)) throw error;
    renameSync(folder.at(temporary), folder.at(name));
  }
}

/**
 * A file with several names keeps them only if it is written in place. That cannot be done in one step, so the whole
 * new content stands beside it on disk until it is done; and it is never emptied, so that short content is old or new
 * after a kill.
 */
async function overwrite({ folder, name, before }: Target, bytes: Buffer, copy: string): Promise<void> {
  const fd = openSync(folder.at(name), constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    if (!isSame(before!, fstatSync(fd))) throw new Conflict();
    writeAll(fd, bytes);
    ftruncateSync(fd, bytes.length);
    await flush(fd);
  } catch (error) {
    if (error instanceof Conflict) throw error;
    const where = join(folder.path, copy);
    throw new HalfWritten(`Writing stopped halfway (${messageOf(error)}); the whole new content is in ${where}.`);
  } finally {
    closeSync(fd);
  }
}
