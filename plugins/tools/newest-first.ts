import { lstatSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";

/** How many files are looked at before others get their turn. */
const SLICE = 1_000;

/** Sorts paths below a folder by the time their files changed, the newest first; equal ones by name. */
export async function newestFirst(paths: readonly string[], folder: string): Promise<readonly string[]> {
  const dated: { readonly path: string; readonly time: number }[] = [];
  for (const path of paths) {
    const stat = lstatSync(join(folder, path), { throwIfNoEntry: false });
    dated.push({ path, time: stat?.mtimeMs ?? 0 });
    if (dated.length % SLICE === 0) await breathe();
  }
  dated.sort((one, other) => other.time - one.time || (one.path < other.path ? -1 : 1));
  return dated.map(({ path }) => path);
}
