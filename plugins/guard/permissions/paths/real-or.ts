import { realpathSync } from "node:fs";

/** A path without links; as it is given where it cannot be resolved. For names to compare with, never to allow by. */
export function realOr(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
