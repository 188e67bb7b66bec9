import { readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";
import type { CallFacts } from "../calls/call-facts.js";
import type { PathFact } from "../calls/path-facts.js";
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
  const about = rules.filter(
    ({ tool, specifier }) => tool === "Read" && /^(?:path|expression)$/.test(specifier?.kind ?? ""),
  );
  const budget = { left: BUDGET };
  for (const fact of about.length > 0 ? paths : []) {
    const found =
      fact.sweep && fact.judged.problem === undefined ? inFolder(fact, about, { anchors, budget }) : undefined;
    if (found) return found;
  }
  return undefined;
}

interface How {
  readonly anchors: Anchors;
  readonly budget: { left: number };
}

function inFolder({ judged, sweep }: PathFact, rules: readonly Rule[], { anchors, budget }: How): Shown | undefined {
  const { visible, without, wanted } = sweep!;
  const relative = startsOf(anchors);
  // What begins with a dot is not come across.
  const about = visible ? rules.filter((rule) => !tailOf(rule).startsWith(".")) : rules;
  const open = [judged.candidates.at(-1)!];
  for (let dir = open.pop(); dir !== undefined && about.length > 0; dir = open.pop()) {
    for (const entry of entriesOf(dir)) {
      if (budget.left-- <= 0) return { rule: about[0]!, why: "there are too many files to look at" };
      const { name } = entry;
      const isFolder = entry.isDirectory();
      if ((visible && name.startsWith(".")) || (isFolder && without.has(name))) continue;
      const path = join(dir, name);
      if (isFolder) open.push(path);
      else if (wanted.length > 0 && !wanted.some((one) => one(name))) continue;
      const seen = isFolder ? `${path}/${ANYTHING}` : path;
      const rule = about.find((one) => isAbout(one, seen, isFolder ? ANYTHING : name, { anchors, relative }));
      if (rule) return { rule, why: `it would show what is in ${path}` };
    }
  }
  return undefined;
}

interface Where {
  readonly anchors: Anchors;
  readonly relative: readonly string[];
}

function isAbout(rule: Rule, path: string, name: string, { anchors, relative }: Where): boolean {
  if (rule.specifier?.kind === "expression") return rule.specifier.matches(path);
  const tail = tailOf(rule);
  // Most names are told apart by their last part alone; a pattern of a folder is about all that is in it.
  if (!/[*?[\\]/.test(tail) && tail !== name && !path.includes(`/${tail}/`)) return false;
  return pathMatches(rule, path, anchors, relative);
}

function tailOf({ specifier }: Rule): string {
  return specifier?.kind === "path" ? (specifier.pattern.segments.at(-1) ?? "") : "";
}

function entriesOf(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}
