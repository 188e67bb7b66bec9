import { lstatSync, statSync, type Stats } from "node:fs";

const QUIET = { throwIfNoEntry: false } as const;

/** What lies at a path; undefined for nothing, and for what cannot be looked at, such as a path through a file. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, QUIET);
  } catch {
    return undefined;
  }
}

/** The same of a link itself. */
export function linkStatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, QUIET);
  } catch {
    return undefined;
  }
}
