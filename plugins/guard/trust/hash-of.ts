import { createHash } from "node:crypto";
import { relative } from "node:path";
import { namedPrograms } from "../../../schemas/named-programs.js";
import type { Acting } from "../../../schemas/trusted.js";

/** What runs programs, by the name of it. */
const RUNS = /hook|helper|command|server|status|suggestion|program/i;
/**
 * One hash over all of a part: where it stands below its root, what it is, its value, and the bytes of the project's own
 * programs that it names. A part with another hash is one that nobody has agreed to.
 */
export function hashOf(root: string, { file, what, value }: Acting): string {
  const sum = createHash("sha256");
  sum.update(JSON.stringify([relative(root, file), what, value]));
  if (RUNS.test(what)) for (const program of namedPrograms(root, file, value)) sum.update(`\n${program}`);
  return sum.digest("hex").slice(0, 32);
}
