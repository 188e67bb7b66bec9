import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

/**
 * SHA-256 of a file, in hex; of one with more than `most` bytes its size and the time of its record, which cannot be set
 * back. "unreadable" for what is none: a pipe would never end.
 */
export function fileDigest(file: string, most: number): string {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) return "unreadable";
    if (stats.size > most) return `${stats.size} ${stats.ctimeMs}`;
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    return "unreadable";
  }
}
