import { createHash } from "node:crypto";
import { readFileSync, statSync, type Stats } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import type { Acting } from "../../../schemas/trusted.js";

/** What runs programs, by the name of it. */
const RUNS = /hook|helper|command|server|status|suggestion|program/i;
/** Texts and data, which are read far more often than run. */
const PROSE = /\.(?:md|markdown|txt|rst|log|jsonl?|csv|tsv|lock|png|jpe?g|gif|svg|pdf)$/i;
/** Places that are looked at for one part. */
const MOST_PLACES = 10_000;
const MOST_LETTERS = 1_000;
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
  const names = new Set(textsIn(value).flatMap(namesIn));
  const found = new Map<string, string>();
  const bases = new Set([root, dirname(dirname(file)), dirname(file)]);
  let left = MOST_PLACES;
  for (const base of bases) {
    for (const name of names) {
      if (--left < 0) break;
      const path = isAbsolute(name) ? name : join(base, name);
      const way = relative(root, path);
      if (/^\.\.(?:\/|$)/.test(way) || found.has(way)) continue;
      const stats = statsOf(path);
      if (stats?.isDirectory() && base === root) bases.add(path); // `cd` makes it the place for what follows.
      if (stats?.isFile()) found.set(way, programHash(path, stats));
    }
  }
  return [...found].flatMap(([way, hash]) => (hash === "" ? [] : [`${way} ${hash}`])).toSorted();
}

/** Everything in a command that may be a path, however it is quoted and whatever variable stands before it. */
function namesIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, double, single]) => double ?? single ?? "");
  const words = [text, text.replaceAll(/["'\\]/g, "")].flatMap((form) => form.split(/[\s"'`;|&()<>=,:{}$]+/));
  const names = [text, ...quoted, ...words.map((word) => word.replace(/^-+/, ""))];
  return names.flatMap((name) => [name, ...endsOf(name)]).filter(({ length }) => length > 1 && length < MOST_LETTERS);
}

/** `tools/x.sh` and `x.sh` of `PWD/tools/x.sh`. */
function endsOf(word: string): readonly string[] {
  return [...word.matchAll(/\/+/g)].map(({ index, 0: { length } }) => word.slice(index + length));
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function programHash(path: string, { size, ctimeMs, mode }: Stats): string {
  if (PROSE.test(path) && (mode & 0o111) === 0) return "";
  // The time of a file's record cannot be set back.
  if (size > MOST_BYTES) return `${size} ${ctimeMs}`;
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return "unreadable";
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
