import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { sweepTemporaries, temporaryName } from "../../../../schemas/temporary-name.js";
import type { JsonObject } from "../../../../schemas/json.js";
import { withLock } from "../../../../schemas/file-lock.js";
import { readJson } from "./read-json.js";

/** Replaces a file at once: whoever reads it finds the old text or the new one, whatever happens. */
export function writeAtOnce(file: string, text: string, mode: number = 0o600): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, temporaryName());
  const fd = openSync(temporary, "wx", mode);
  try {
    try {
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
    sweepTemporaries(folder);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Changes a state file under a lock. `change` is given what is there now; what it returns is written. */
export async function changeJson<T extends object>(
  file: string,
  mode: number,
  change: (now: JsonObject | undefined) => T,
  textOf: (value: T) => string = (value) => JSON.stringify(value, null, 2),
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return withLock(`${file}.lock`, () => {
    const next = change(readJson(file));
    writeAtOnce(file, `${textOf(next)}\n`, mode);
    return next;
  });
}
