import { existsSync, readlinkSync } from "node:fs";

let known: boolean | undefined;

/** Whether the system tells where an open file stands, and opens things below an open folder. */
export function knowsPlaces(): boolean {
  known ??= process.platform === "linux" && existsSync("/proc/self/fd");
  return known;
}

/** The path under which an open file or folder is reached whatever happens to its name. Needs `knowsPlaces`. */
export function pathOfDescriptor(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/**
 * Throws when an open file does not stand where it was looked for: a folder of its path was swapped for a link in
 * between. Without a system that tells, it is taken as it is.
 */
export function requirePlace(fd: number, real: string): void {
  if (!knowsPlaces()) return;
  const place = readlinkSync(pathOfDescriptor(fd));
  // Where case makes no difference, the system may remember another spelling than the one it was asked for.
  if (place === real || place.toLowerCase() === real.toLowerCase()) return;
  throw new Error(`${real} was moved or replaced while it was being opened; try again.`);
}
