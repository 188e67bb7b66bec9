import type { Stats } from "node:fs";
import { statOf } from "../../schemas/stat-of.js";

/**
 * What tells one state of a file or folder from another, or "" where there is nothing. Time and size alone miss a file
 * that was exchanged for another; the change time catches edits that put the time of modification back.
 */
export type Stamp = string;

interface Note {
  readonly stamp: Stamp;
  readonly size: number;
  readonly isFile: boolean;
  readonly at: number;
}

const noted = new Map<string, Note>();
/** How long a look at a file counts as one made just now. */
const RECENT_MS = 50;

export function stampOf(path: string): Stamp {
  const stats = statOf(path);
  return stats ? stampFrom(stats) : "";
}

export function stampFrom({ mtimeMs, ctimeMs, size, ino }: Stats): Stamp {
  const changed = short(mtimeMs * 1000);
  // Most often the state and the content changed together.
  return `${changed}:${ctimeMs === mtimeMs ? "" : short(ctimeMs * 1000)}:${short(size)}:${short(ino)}`;
}

/** When a stamped file changed last, in microseconds; Infinity where there is none. */
export function changedAt(stamp: Stamp): number {
  const time = Number.parseInt(stamp, 36);
  return Number.isNaN(time) ? Infinity : time;
}

function short(value: number): string {
  return Math.round(value).toString(36);
}

/** Remembers the state a file was in before it was read, for whoever asks what the reading depended on. */
export function noteStamp(path: string, stats: Stats): void {
  if (noted.size >= MOST) return;
  noted.set(path, { stamp: stampFrom(stats), size: stats.size, isFile: stats.isFile(), at: performance.now() });
}

/** The size of a regular file that was looked at just now, links not followed. */
export function recentSize(path: string): number | undefined {
  const note = noted.get(path);
  return note?.isFile && performance.now() - note.at < RECENT_MS ? note.size : undefined;
}

/** The state a file was read in, else its state now. What was noted is forgotten. */
export function takeStamp(path: string): Stamp {
  const stamp = noted.get(path)?.stamp ?? stampOf(path);
  noted.delete(path);
  return stamp;
}

/** Forgets what nobody asked for. */
export function forgetStamps(): void {
  noted.clear();
}

const MOST = 200_000;
