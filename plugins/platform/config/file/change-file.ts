import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { EXIT, UserError, codeOf, whyUnwritten } from "../../../../schemas/errors.js";
import { withLock } from "../../../../schemas/file-lock.js";
import { replaceAtOnce } from "../../../../schemas/write-at-once.js";

const LIMIT = 1024 * 1024;

/** A settings file that may not be there yet. */
export interface Place {
  readonly file: string;
  /** Rights of a new file; a folder made for it gets the rights to be entered as well. */
  readonly mode: number;
  /** The real file must lie in this folder, wherever links lead. */
  readonly within?: string;
}

/**
 * Changes a file's text, under a lock and in one step: whoever reads it, or a kill at any moment, finds the old text or
 * the new one. A link to the file stays a link; mode and owner stay. `change` is given the text as it is then, "" when
 * there is no file. Resolves with the real path. Throws a UserError that says why nothing was changed.
 */
export async function changeFile(place: Place, change: (text: string) => string): Promise<string> {
  try {
    const file = realFile(place);
    return await withLock(`${file}.lock`, () => {
      const before = read(file);
      const text = before?.text ?? "";
      const changed = change(text);
      if (!before || changed !== text) replaceAtOnce(file, changed, before?.stats ?? place.mode);
      return file;
    });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${place.file} could not be changed: ${whyUnwritten(error, { ENOENT: "its folder cannot be made" })}.`,
      EXIT.failed,
    );
  }
}

/** Where the file really is. Its folder is made if need be. */
function realFile({ file, mode, within }: Place): string {
  // Where a file may be read, its folder may be entered.
  const folderMode = mode | ((mode & 0o444) >> 2);
  mkdirSync(dirname(file), { recursive: true, mode: folderMode });
  const isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  const real = isThere ? realpathSync.native(file) : join(realpathSync.native(dirname(file)), basename(file));
  const root = within === undefined ? undefined : realpathSync.native(within);
  if (root !== undefined && !real.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new UserError(`${file} leads out of ${root} to ${real}, so it is not changed; edit it by hand.`);
  }
  return real;
}

function read(file: string): { readonly text: string; readonly stats: Stats } | undefined {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new UserError(`${file} is not a file.`);
    if (stats.size > LIMIT) throw new UserError(`${file} is larger than 1 MB, the limit for a settings file.`);
    const bytes = readFileSync(fd);
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), stats };
  } catch (error) {
    if (codeOf(error) !== "ERR_ENCODING_INVALID_ENCODED_DATA") throw error;
    throw new UserError(`${file} is not UTF-8 text, so nothing was changed.`);
  } finally {
    closeSync(fd);
  }
}
