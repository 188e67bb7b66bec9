import { closeSync, linkSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError, codeOf } from "../../../../schemas/errors.js";

/** Milliseconds between two tries, and in all. */
const PAUSE = 20;
const PATIENCE = 5_000;

/** A lock is held for milliseconds. One that cannot be checked any better is dead after this long. */
const DEAD_AFTER = 60_000;

/** A lock whose writer has not put its name in yet is dead after this long. */
const UNNAMED_AFTER = 2_000;

/**
 * Runs `work` while this process alone holds the lock at `path`. Waits for whoever has it, at most five seconds; the
 * lock of a process that is gone, or whose number another one has now, is taken over.
 */
export async function withLock<T>(path: string, work: () => T): Promise<T> {
  for (const end = performance.now() + PATIENCE; !take(path); await sleep(PAUSE)) {
    const holder = read(path);
    if (holder === undefined) continue;
    if (!isAlive(path, holder)) takeAway(path, holder);
    else if (performance.now() > end) {
      const who = /^\d+/.exec(holder)?.[0] ?? "another process";
      throw new UserError(`${path} is held by process ${who}; try again when it has ended, or remove that file.`);
    }
  }
  try {
    return work();
  } finally {
    unlinkSync(path);
  }
}

function take(path: string): boolean {
  try {
    const file = openSync(path, "wx", 0o600);
    writeSync(file, `${process.pid} ${startOf(process.pid) ?? ""}`);
    closeSync(file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function isAlive(path: string, holder: string): boolean {
  const [, pid, start] = /^(\d{1,10}) (\d*)$/.exec(holder) ?? [];
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (pid === undefined) return Math.abs(age) < UNNAMED_AFTER;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return false;
  }
  const now = startOf(Number(pid));
  return now === undefined || start === "" ? Math.abs(age) < DEAD_AFTER : now === start;
}

/** When a process started, in clock ticks since boot; undefined where the system does not say. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold anything.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/** Removes a dead lock. If another process put its own there in between, that one goes back. */
function takeAway(path: string, judged: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") !== judged) linkSync(aside, path);
    unlinkSync(aside);
  } catch (error) {
    if (codeOf(error) === "EEXIST") unlinkSync(aside);
    else if (codeOf(error) !== "ENOENT") throw error;
  }
}
