import { readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";
import type { CallFacts } from "../calls/call-facts.js";
import type { PathFact } from "../calls/path-facts.js";
import { matchesTokens, segmentTokens } from "../paths/segment.js";
import { ANYTHING, pathMatches, startsOf, type Anchors } from "./matches.js";
import type { Rule } from "./rule.js";

/** Entries that are looked at for one call. */
const BUDGET = 4_000;

/** A rule about files that a call would come across, and why. */
export interface Shown {
  readonly rule: Rule;
  readonly why: string;
}

/** The first of these rules that is about a file which a command would show as one of many. */
export function couldShow(rules: readonly Rule[], { paths }: CallFacts, anchors: Anchors): Shown | undefined {
  const swept = paths.filter(({ sweep, judged }) => sweep && judged.problem === undefined);
  const tests = swept.length > 0 ? rules.flatMap((rule) => testOf(rule, anchors) ?? []) : [];
  const budget = { left: BUDGET };
  for (const fact of tests.length > 0 ? swept : []) {
    const found = inFolder(fact, tests, budget);
    if (found) return found;
  }
  return undefined;
}

/** What a rule says of a path, of which these are the last names. */
interface Test {
  readonly rule: Rule;
  /** It begins with a dot. */
  readonly hidden: boolean;
  fits(path: string, names: readonly string[]): boolean;
}

function testOf(rule: Rule, anchors: Anchors): Test | undefined {
  const { tool, specifier } = rule;
  if (tool !== "Read" || !specifier) return undefined;
  if (specifier.kind === "expression") return { rule, hidden: false, fits: specifier.matches };
  if (specifier.kind !== "path") return undefined;
  const relative = startsOf(anchors);
  // Most names are told apart by the last part of a pattern alone.
  const tail = specifier.pattern.segments.findLast((one) => one !== "**") ?? "*";
  const tokens = segmentTokens(tail);
  const isLast = tail === specifier.pattern.segments.at(-1);
  const isName = !/[*?[\\]/.test(tail);
  return {
    rule,
    hidden: tail.startsWith("."),
    fits: (path, names) => {
      const may = isLast || isName ? names.some((name) => matchesTokens(tokens, name)) : true;
      return may && pathMatches(rule, path, anchors, relative);
    },
  };
}

function inFolder({ judged, sweep }: PathFact, all: readonly Test[], budget: { left: number }): Shown | undefined {
  const { visible, without, wanted } = sweep!;
  // What begins with a dot is not come across.
  const tests = visible ? all.filter(({ hidden }) => !hidden) : all;
  const open = [judged.candidates.at(-1)!];
  for (let dir = open.pop(); dir !== undefined && tests.length > 0; dir = open.pop()) {
    for (const entry of entriesOf(dir)) {
      if (budget.left-- <= 0) return { rule: tests[0]!.rule, why: "there are too many files to look at" };
      const { name } = entry;
      const isFolder = entry.isDirectory();
      if ((visible && name.startsWith(".")) || (isFolder && without.has(name))) continue;
      const path = join(dir, name);
      if (isFolder) open.push(path);
      else if (wanted.length > 0 && !wanted.some((one) => one(name))) continue;
      const seen = isFolder ? `${path}/${ANYTHING}` : path;
      const found = tests.find(({ fits }) => fits(seen, isFolder ? [name, ANYTHING] : [name]));
      if (found) return { rule: found.rule, why: `it would show what is in ${path}` };
    }
  }
  return undefined;
}

function entriesOf(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}
