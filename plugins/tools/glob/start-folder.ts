import { realpathSync } from "node:fs";
import { join } from "node:path";
import { isWithin } from "../../../schemas/is-within.js";

const SPECIAL = /[*?[\]{}\\]/;

/** A pattern relative to the folder of the search. Throws when it leads out: only that folder was judged. */
export function patternBelow(pattern: string, folder: string, home: string): string {
  const full = pattern.startsWith("~/") ? join(home, pattern.slice(2)) : pattern;
  if (full.startsWith("/") && isWithin(folder, full)) return patternBelow(full.slice(folder.length + 1), folder, home);
  if (!full.startsWith("/") && !full.split("/").includes("..")) return full.replace(/^(?:\.\/+)+/, "");
  throw new Error(`The pattern leads out of ${folder}: give the folder it means as path.`);
}

/**
 * The deepest folder that all files of a pattern must lie in, relative to where it is searched; undefined when it is
 * not there or a link leads to it.
 */
export function startFolder(pattern: string, folder: string): string | undefined {
  const names = pattern.split("/").slice(0, -1);
  const special = names.findIndex((name) => SPECIAL.test(name));
  const start = names.slice(0, special === -1 ? names.length : special).join("/");
  const path = join(folder, start);
  try {
    return realpathSync.native(path) === path ? start : undefined;
  } catch {
    return undefined;
  }
}
