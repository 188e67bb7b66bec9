import { createHash } from "node:crypto";
import { lstatSync, readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";

/** With more than this below them, folders are read each time. */
const MOST = 2_000;
/** Copies of the sources and packages: nothing in them is a part of the project's configuration. */
const APART: ReadonlySet<string> = new Set(["worktrees", "node_modules", ".git"]);

/**
 * Tells one state of some folders from another by times, sizes and numbers, without reading a file. The time of the last
 * change of a file's record cannot be set back. Undefined where there is too much, or nothing can be told.
 */
export function stateOfFolders(dirs: readonly string[]): string | undefined {
  const sum = createHash("sha256");
  const waiting = [...dirs];
  let left = MOST;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (--left < 0 || stats?.isSymbolicLink()) return undefined;
    sum.update(`${path}\0${stats?.mode} ${stats?.ino} ${stats?.size} ${stats?.ctimeMs}\n`);
    if (!stats?.isDirectory()) continue;
    for (const { name } of entriesOf(path)) if (!APART.has(name)) waiting.push(join(path, name));
  }
  return sum.digest("hex").slice(0, 32);
}

function entriesOf(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}
