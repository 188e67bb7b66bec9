import { createHash } from "node:crypto";

/** What a content is kept under: its SHA-256, in hex. */
export function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
