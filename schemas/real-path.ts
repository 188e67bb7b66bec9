import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Where a path leads through all its links; undefined for what is not there or cannot be reached. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** The same; what is not there lies below where the nearest folder above it that is there leads. */
export function futureRealPath(path: string): string {
  const real = realPath(path);
  if (real !== undefined) return real;
  return dirname(path) === path ? path : join(futureRealPath(dirname(path)), basename(path));
}
