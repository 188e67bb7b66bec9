import { readdirSync, type Stats } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import { native, pathOf } from "./byte-path.js";
import { look } from "./file-state.js";

/** How many entries are looked at before others get their turn. */
const SLICE = 500;

/** Folders that hold what others made, and much of it. */
const CLOSED: ReadonlySet<string> = new Set([".git", "node_modules"]);

export interface Walked {
  /** Everything below the folder, each folder before what is in it. */
  readonly entries: ReadonlyMap<string, Stats>;
  /** Folders that were not entered. */
  readonly closed: readonly string[];
}

export interface WalkLimits {
  readonly entries: number;
  /** Milliseconds. */
  readonly time: number;
  /** Not entered, and not told of. */
  readonly without: readonly string[];
}

/** Looks at everything below a folder, links not followed, other file systems left out. Undefined beyond a limit. */
export async function walk(folder: string, limits: WalkLimits): Promise<Walked | undefined> {
  const entries = new Map<string, Stats>();
  const closed: string[] = [];
  const device = look(folder)?.dev;
  const started = performance.now();
  const open = [folder];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const name of namesIn(at)) {
      const path = `${at === "/" ? "" : at}/${name}`;
      const stat = limits.without.includes(path) ? undefined : look(path);
      if (!stat) continue;
      if (stat.isDirectory() && (CLOSED.has(name) || stat.dev !== device)) {
        closed.push(path);
        continue;
      }
      entries.set(path, stat);
      if (stat.isDirectory()) open.push(path);
      if (entries.size > limits.entries) return undefined;
      if (entries.size % SLICE === 0) {
        if (performance.now() - started > limits.time) return undefined;
        await breathe();
      }
    }
  }
  return { entries, closed };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(native(folder), { encoding: "buffer" }).map(pathOf);
  } catch {
    return [];
  }
}
