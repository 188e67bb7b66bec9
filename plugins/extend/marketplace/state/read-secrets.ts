import { EXIT, UserError } from "../../../../schemas/errors.js";
import type { JsonObject } from "../../../../schemas/json.js";
import { statOf } from "../../../../schemas/stat-of.js";
import { readJson } from "./read-json.js";

/** The file of sensitive answers. Throws a UserError where others may read it: then it may be known already. */
export function readSecrets(file: string): JsonObject | undefined {
  const mode = statOf(file)?.mode ?? 0;
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new UserError(
      `${file} can be read by others, so it is not used: change what is in it, and run chmod 600 on it.`,
      EXIT.usage,
    );
  }
  return readJson(file);
}
