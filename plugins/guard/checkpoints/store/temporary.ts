import { randomBytes } from "node:crypto";
import { unlinkSync } from "node:fs";

/** The name of a copy that is being made. */
export function temporaryName(): string {
  return `.${process.pid}-${randomBytes(6).toString("hex")}`;
}

/** Removes a copy that is not to be kept. Never throws. */
export function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone.
  }
}
