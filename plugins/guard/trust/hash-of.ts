import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import type { Acting } from "../../../schemas/trusted.js";

/** What runs programs, by the name of it. */
const RUNS = /hook|helper|command|server|status|suggestion|program/i;
const PROGRAM = /\.(?:sh|bash|zsh|fish|[cm]?[jt]s|py|rb|pl|php|lua|ps1|bat|cmd)$/i;
const MOST_WORDS = 500;
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * One hash over all of a part: where it stands below its root, what it is, its value, and the bytes of the project's own
 * programs that it names. A part with another hash is one that nobody has agreed to.
 */
export function hashOf(root: string, { file, what, value }: Acting): string {
  const sum = createHash("sha256");
  sum.update(JSON.stringify([relative(root, file), what, value]));
  if (RUNS.test(what)) for (const program of programsIn(root, file, value)) sum.update(`\n${program}`);
  return sum.digest("hex").slice(0, 32);
}

/** `path hash` of each program of the project that a command's words name. */
function programsIn(root: string, file: string, value: unknown): readonly string[] {
  const bases = [...new Set([root, dirname(dirname(file)), dirname(file)])];
  const words = textsIn(value).flatMap((text) =>
    text
      .replaceAll(/["']?\$\{?(?:CLAUDE|NACRE)?_?(?:PROJECT_DIR|PLUGIN_ROOT)\}?["']?\/?/g, "")
      .split(/[\s"'`;|&()<>=,]+/)
      .filter((word) => word !== "" && !word.startsWith("-")),
  );
  const found = new Map<string, string>();
  for (const word of new Set(words.slice(0, MOST_WORDS))) {
    for (const base of bases) {
      const path = isAbsolute(word) ? word : join(base, word);
      const way = relative(root, path);
      if (!way.startsWith("..") && !found.has(way)) found.set(way, programHash(path));
    }
  }
  return [...found].flatMap(([way, hash]) => (hash === "" ? [] : [`${way} ${hash}`])).toSorted();
}

function programHash(path: string): string {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile() || (!PROGRAM.test(path) && (stats.mode & 0o111) === 0)) return "";
    if (stats.size > MOST_BYTES) return `${stats.size} ${stats.mtimeMs}`;
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return "";
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
