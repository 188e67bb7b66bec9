import { mkdirSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { join } from "node:path";

/** Characters a hook may say in one place. */
const MOST = 10_000;
const PREVIEW = 2_000;

/** A text as it is told: what is too long goes into a private file, and its beginning and place are told instead. */
export function clip(text: string, home: string, sessionId: string): string {
  if (text.length <= MOST) return text;
  const dir = join(home, "tmp", sessionId.replace(/[^\w.-]/g, "-"));
  const file = join(dir, `hook-${randomUUID()}.txt`);
  const begin = text.slice(0, PREVIEW);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
    return `${begin}\n[${text.length} characters; the whole is in ${file}]`;
  } catch {
    return `${begin}\n[cut after ${PREVIEW} of ${text.length} characters]`;
  }
}
