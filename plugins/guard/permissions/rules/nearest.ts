import type { CallFacts } from "../calls/call-facts.js";
import { speaksFor } from "./matches.js";
import type { Rule } from "./rule.js";
import { LISTS, type RuleSet } from "./rule-set.js";

/** The rule about the same kind of thing that shares the longest beginning with the call, beside the one that decided. */
export function nearestRule(rules: RuleSet, facts: CallFacts, decided: Rule | undefined): Rule | undefined {
  let best: Rule | undefined;
  let most = -1;
  let segments: ReadonlySet<string> | undefined;
  for (const list of LISTS) {
    for (const rule of rules[list]) {
      if (rule === decided || !isAbout(rule, facts)) continue;
      segments ??= new Set(facts.paths.flatMap(({ judged }) => judged.candidates[0]!.split("/")));
      const length = likeness(rule, facts, segments);
      const isForeign = facts.command !== undefined && rule.specifier?.kind === "path";
      if (length > most && (length > 0 || !isForeign)) [best, most] = [rule, length];
    }
  }
  return best;
}

function isAbout(rule: Rule, facts: CallFacts): boolean {
  return (rule.specifier?.kind === "path" && facts.paths.length > 0) || speaksFor(rule, facts.tool);
}

function likeness({ specifier }: Rule, facts: CallFacts, segments: ReadonlySet<string>): number {
  switch (specifier?.kind) {
    case "command":
      return common(specifier.pattern, facts.command?.line ?? "");
    case "path":
      return specifier.pattern.segments.reduce((sum, segment) => sum + (segments.has(segment) ? 1 : 0), 0);
    case "domain":
      return common(specifier.pattern, facts.host ?? "");
    default:
      return 0;
  }
}

function common(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
