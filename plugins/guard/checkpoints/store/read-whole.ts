import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { hashOf } from "./hash-of.js";

/** What a file of ours holds, if it is what its hash says. */
export function readWhole(path: string, hash: string): Buffer | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const bytes = readFileSync(fd);
      return hashOf(bytes) === hash ? bytes : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
