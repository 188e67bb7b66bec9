import { lstatSync, statSync, type Stats } from "node:fs";

/** What lies at a path; undefined for nothing, and for what cannot be looked at, such as a path through a file. */
export function statOf(path: string): Stats | undefined {
  return quietly(() => statSync(path));
}

/** The same of a link itself. */
export function linkStatOf(path: string): Stats | undefined {
  return quietly(() => lstatSync(path));
}

export function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false;
}

function quietly(look: () => Stats): Stats | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
