import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../../../schemas/errors.js";

/**
 * Runs `work` with a folder that is gone afterwards, whatever happens: at once, or at the next call where this process was
 * killed. It lies beside where results go, so that they can be moved there in one step.
 */
export async function withStaging<T>(staging: string, work: (dir: string) => Promise<T>): Promise<T> {
  mkdirSync(staging, { recursive: true, mode: 0o700 });
  sweep(staging);
  const dir = mkdtempSync(join(staging, `${process.pid}-`));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Removes what processes left behind that are gone. */
function sweep(staging: string): void {
  for (const name of readdirSync(staging)) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1]);
    if (!pid || pid === process.pid || isAlive(pid)) continue;
    rmSync(join(staging, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}
