import { realPath } from "../../../../schemas/real-path.js";

/** A path without links; as it is given where it cannot be resolved. For names to compare with, never to allow by. */
export function realOr(path: string): string {
  return realPath(path) ?? path;
}
