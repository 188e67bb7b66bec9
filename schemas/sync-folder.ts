import { closeSync, constants, fsyncSync, openSync } from "node:fs";
import { codeOf } from "./errors.js";

/** Not every file system can. */
const UNABLE: ReadonlySet<string | undefined> = new Set(["EINVAL", "ENOTSUP", "ENOSYS"]);

/** Brings the names in a folder to the disk: a file that was made or renamed is there after a power cut only then. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!UNABLE.has(codeOf(error))) throw error;
  } finally {
    closeSync(fd);
  }
}
