import { realpathSync } from "node:fs";
import { EXIT, UserError } from "./errors.js";

/** The real path of a folder. Where it is not there: `fallback`, or else a UserError. */
export function realFolder(dir: string, fallback?: string): string {
  try {
    return realpathSync.native(dir);
  } catch {
    if (fallback !== undefined) return fallback;
    throw new UserError(`The working folder ${dir} does not exist or cannot be entered.`, EXIT.usage);
  }
}
