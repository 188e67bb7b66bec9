import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "../../../../schemas/names-in.js";
import { linkStatOf } from "../../../../schemas/stat-of.js";
import { isRunning, ownStart } from "../../../../schemas/process-start.js";

const FILE = /^placeholders-(\d+)$/;

/** How many commands of this process need each. */
const needed = new Map<string, number>();

/** What is noted on disk, by folder. */
const noted = new Map<string, Set<string>>();

/** Whether a path is one of those that stand in the way now. */
export function isPlaceholder(path: string): boolean {
  return needed.has(path);
}

/**
 * Makes empty folders where nothing may be made, for as long as a command runs; git does not see empty folders. What
 * is there already stays. Returns what takes those away again that nobody needs any more.
 */
export function placeholders(paths: readonly string[], folder: string): () => void {
  const made: string[] = [];
  note(folder, paths);
  for (const path of paths) {
    const count = needed.get(path);
    if (count === undefined && !make(path)) continue;
    needed.set(path, (count ?? 0) + 1);
    made.push(path);
  }
  return () => {
    for (const path of made.splice(0)) {
      const left = (needed.get(path) ?? 1) - 1;
      if (left > 0) needed.set(path, left);
      else {
        needed.delete(path);
        remove(path);
      }
    }
  };
}

/** Takes away what processes that were killed have left; `sockets` is where they had theirs. */
export function sweepPlaceholders(folder: string, sockets: RegExp): void {
  for (const name of namesIn(folder)) {
    const pid = Number(FILE.exec(name)?.[1]);
    if (!(pid > 0)) continue;
    const file = join(folder, name);
    const [start = "", ...paths] = lines(file);
    if (isRunning(pid, start)) continue;
    for (const path of paths) {
      if (sockets.test(path)) removeOwn(path);
      else if (path.startsWith("/")) remove(path);
    }
    rmSync(file, { force: true });
  }
}

/** What may be left by a kill, on disk, so that it is known then. */
export function note(folder: string, paths: readonly string[]): void {
  const known = noted.get(folder) ?? new Set<string>();
  if (paths.every((path) => known.has(path))) return;
  for (const path of paths) known.add(path);
  noted.set(folder, known);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(noteIn(folder), [ownStart(), ...known].join("\0"), { mode: 0o600 });
}

/** The process ends in order: nothing is to stand in the way any more, whoever still needed it. */
export function forgetPlaceholders(): void {
  for (const path of needed.keys()) remove(path);
  needed.clear();
  for (const folder of noted.keys()) rmSync(noteIn(folder), { force: true });
  noted.clear();
}

function noteIn(folder: string): string {
  return join(folder, `placeholders-${process.pid}`);
}

/** False where there is something already, and where nacre may not write: then a command cannot either. */
function make(path: string): boolean {
  try {
    mkdirSync(path, 0o755);
    return true;
  } catch {
    return false;
  }
}

/** Only what is empty goes. */
function remove(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Somebody has put something in it in the meantime: it is theirs now.
  }
}

/** In a folder that everybody may write, the name may have become somebody else's. */
function removeOwn(path: string): void {
  const stat = linkStatOf(path);
  if (stat?.isDirectory() && stat.uid === process.geteuid?.()) rmSync(path, { recursive: true, force: true });
}

function lines(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\0");
  } catch {
    return [];
  }
}
