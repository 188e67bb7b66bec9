import { join } from "node:path";
import { lstatSync } from "node:fs";
import { readText } from "../../read-text.js";
import { isLookedInto } from "./forbid.js";
import type { Hit, Rule } from "./rule.js";
import { Source } from "./source.js";
import type { Change, Tree } from "./tree.js";

/** Something that stands against a rule. */
export interface Breach extends Hit {
  readonly path: string;
  readonly rule: Rule;
  /** The line it stands on. */
  readonly excerpt?: string;
}

export interface Checked {
  readonly breaches: readonly Breach[];
  readonly files: number;
  /** True where not everything was looked at or is told. */
  readonly cut: boolean;
}

const FILE_LIMIT = 1024 * 1024;
const TOTAL_LIMIT = 512 * 1024 * 1024;
const MOST_BREACHES = 1_000;

/** Checks every file, or every change, against all rules. Guidelines themselves are not looked into. */
export function checkTree(
  { root, files, changes }: Tree,
  rules: readonly Rule[],
  guidelines: ReadonlySet<string>,
): Checked {
  const all = changes ?? files.map((path): Change => ({ path, isNew: true, isGone: false }));
  const breaches: Breach[] = [];
  let size = 0;
  let looked = 0;
  for (const change of all) {
    if (breaches.length >= MOST_BREACHES || size > TOTAL_LIMIT) return { breaches, files: looked, cut: true };
    if (guidelines.has(change.path)) continue;
    looked++;
    const about = rules.filter(({ scope }) => scope.fits(change.path));
    if (about.length === 0) continue;
    breaches.push(...ofPath(change, about, changes !== undefined));
    const inside = change.isGone ? [] : about.filter(({ check }) => check.find && isLookedInto(change.path, check));
    const source = inside.length > 0 ? sourceOf(root, change.path) : undefined;
    if (!source) continue;
    size += source.text.length;
    breaches.push(...ofContent(source, inside, change));
  }
  return { breaches: breaches.toSorted(byPlace).slice(0, MOST_BREACHES), files: looked, cut: false };
}

function ofPath({ path, isNew, isGone }: Change, rules: readonly Rule[], isDiff: boolean): readonly Breach[] {
  return rules
    .filter(
      ({ check }) =>
        (isNew && !isGone && (isDiff || !check.newOnly) && check.misplaced?.(path)) ||
        (isDiff && check.touched?.(path)),
    )
    .map((rule) => ({ path, line: 1, column: 1, rule }));
}

function ofContent(source: Source, rules: readonly Rule[], { path, lines }: Change): readonly Breach[] {
  const rows = source.text.split("\n");
  return rules.flatMap((rule) => {
    const hits = rule.check.find!(source);
    // A file that grew too long, or lacks what it must hold, is wrong as a whole.
    const isWhole =
      rule.check.kind === "content" || (rule.check.kind === "size" && hits.length === 1 && hits[0]!.column === 1);
    const counted =
      lines === undefined || (isWhole && lines.size > 0) ? hits : hits.filter(({ line }) => lines.has(line));
    return counted.map(({ line, column }): Breach => ({ path, line, column, rule, excerpt: rows[line - 1] ?? "" }));
  });
}

function sourceOf(root: string, path: string): Source | undefined {
  const file = join(root, path);
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
  const text = readText(file, FILE_LIMIT);
  return typeof text === "string" ? new Source(path, text) : undefined;
}

function byPlace(a: Breach, b: Breach): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || a.column - b.column;
}
