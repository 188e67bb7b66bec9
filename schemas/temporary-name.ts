import { randomBytes } from "node:crypto";
import { lstatSync, opendirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { isRunning } from "./process-start.js";

const FORM = /^\.nacre-(\d{1,10})-[0-9a-f]{12}\.tmp$/;

/** A file whose writer is gone is left alone for so many milliseconds: it may be a process of another machine. */
const YOUNG = 60_000;
/** One whose number some process has is ours no more after a day. */
const OLD = 24 * 3_600_000;

/** Entries of a folder that are looked at. */
const MOST = 20_000;

const swept = new Set<string>();

/** A name for a file that stands beside the one it is to replace, for as long as it is written. */
export function temporaryName(): string {
  return `.nacre-${process.pid}-${randomBytes(6).toString("hex")}.tmp`;
}

/** The number of the process that gave a temporary file its name; undefined for names of another form. */
export function writerOf(name: string): number | undefined {
  const [, pid] = FORM.exec(name) ?? [];
  return pid === undefined ? undefined : Number(pid);
}

/** Removes temporary files that killed processes left in a folder, once for each folder. Never throws. */
export function sweepTemporaries(folder: string): void {
  if (swept.has(folder)) return;
  swept.add(folder);
  try {
    const entries = opendirSync(folder);
    try {
      for (let count = 0, entry = entries.readSync(); entry && count < MOST; count++, entry = entries.readSync()) {
        const pid = writerOf(entry.name);
        if (pid !== undefined && entry.isFile() && isLeftOver(join(folder, entry.name), pid)) {
          unlinkSync(join(folder, entry.name));
        }
      }
    } finally {
      entries.closeSync();
    }
  } catch {
    // It costs a few bytes and is tried again by the next process.
  }
}

function isLeftOver(path: string, pid: number): boolean {
  const { mtimeMs, uid } = lstatSync(path);
  if (uid !== process.geteuid?.()) return false;
  const age = Math.abs(Date.now() - mtimeMs);
  return age > OLD || (age > YOUNG && !isRunning(pid, ""));
}
