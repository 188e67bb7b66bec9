import { existsSync, readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { secretPart } from "../../../../schemas/secret-names.js";

/** Entries that are looked at, at most. What lies beyond is not found. */
const BUDGET = 3_000;
/** Names, from the folder on, that can be those of secrets: hidden ones, and keys. */
const LIKELY = /(?:^|\/)(?:\.|id_|_netrc$)/i;

/** Which files a search through folders leaves out. */
export interface Search {
  readonly takes: (file: string) => boolean;
  /** Names of folders. */
  readonly without: readonly string[];
}

/**
 * The first file below a folder that keeps secrets by its very name, and that a search through the folder reads. What
 * only ends like a key is none of them: repositories are full of keys to test with.
 */
export function secretBelow(folder: string, { takes, without }: Search): string | undefined {
  // However many other files lie beside it.
  const first = join(folder, ".env");
  if (takes(".env") && existsSync(first)) return first;
  const open = [""];
  let left = BUDGET;
  for (let dir = open.shift(); dir !== undefined; dir = open.shift()) {
    for (const entry of entriesOf(join(folder, dir))) {
      if (left-- <= 0) return undefined;
      const name = dir === "" ? entry.name : `${dir}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!without.includes(entry.name)) open.push(name);
      } else if (LIKELY.test(name) && takes(entry.name) && isTelling(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

function isTelling(path: string): boolean {
  return secretPart(path)?.every((part) => !part.startsWith("*.")) ?? false;
}

function entriesOf(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}
