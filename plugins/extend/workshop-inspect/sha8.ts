import { createHash } from "node:crypto";

/** The first eight signs of a text's SHA-256, in UTF-8. */
export function sha8(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
