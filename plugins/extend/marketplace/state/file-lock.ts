import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError, codeOf } from "../../../../schemas/errors.js";

const PAUSE = 15;
const PATIENCE = 10_000;
/** A process number that no system gives. */
const NOBODY = 2 ** 30;
/** A holder that has not written its number by now never will. */
const UNNAMED = 2_000;

/**
 * Runs `work` while no other process runs one under the same lock. Waits at most ten seconds. A folder is the lock, since
 * making one fails where it is there; whoever is in it has written the number of its process.
 */
export async function withLock<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  for (const end = performance.now() + PATIENCE; !take(path); await sleep(PAUSE)) {
    if (isDead(path)) rmSync(path, { recursive: true, force: true });
    else if (performance.now() > end) {
      throw new UserError(`${path} is held by another nacre; try again when it has ended, or remove that folder.`);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

function take(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  writeFileSync(join(path, "pid"), String(process.pid), { mode: 0o600 });
  return true;
}

function isDead(path: string): boolean {
  try {
    process.kill(Number(readFileSync(join(path, "pid"), "utf8")) || NOBODY, 0);
    return false;
  } catch (error) {
    if (codeOf(error) === "ESRCH") return true;
    if (codeOf(error) !== "ENOENT") return false;
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats !== undefined && Date.now() - stats.mtimeMs > UNNAMED;
  }
}
