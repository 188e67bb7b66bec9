import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { JsonObject } from "../../../../schemas/json.js";
import { withLock } from "../../../../schemas/file-lock.js";
import { writeAtOnce } from "../../../../schemas/write-at-once.js";
import { readJson } from "./read-json.js";

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
