import { existsSync, readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { secretPart } from "../paths/names.js";

/** Entries that are looked at, at most. What lies beyond is not found. */
const BUDGET = 3_000;
const NAME = /^\.env(?:\.|$)/i;

/** Which files a search through folders leaves out. */
export interface Search {
  readonly takes: (file: string) => boolean;
  /** Names of folders. */
  readonly without: readonly string[];
}

/** The first file below a folder that keeps an environment's secrets, and that a search through the folder reads. */
export function environmentFile(folder: string, { takes, without }: Search): string | undefined {
  // However many other files lie beside it.
  const first = join(folder, ".env");
  if (takes(".env") && existsSync(first)) return first;
  const open = [folder];
  let left = BUDGET;
  for (let dir = open.shift(); dir !== undefined; dir = open.shift()) {
    for (const entry of entriesOf(dir)) {
      if (left-- <= 0) return undefined;
      const { name } = entry;
      const path = join(dir, name);
      if (entry.isDirectory()) {
        if (!without.includes(name)) open.push(path);
      } else if (NAME.test(name) && takes(name) && secretPart(path)) return path;
    }
  }
  return undefined;
}

function entriesOf(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}
