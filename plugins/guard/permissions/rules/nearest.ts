import type { CallFacts } from "../calls/call-facts.js";
import { speaksFor } from "./matches.js";
import type { Rule } from "./rule.js";
import { LISTS, type RuleSet } from "./rule-set.js";

/**
 * The rule about the same kind of thing that shares most with the call, beside the one that decided: first words of a
 * command, names of a path, the end of a host. One that shares nothing says nothing about the call.
 */
export function nearestRule(rules: RuleSet, facts: CallFacts, decided: Rule | undefined): Rule | undefined {
  let best: Rule | undefined;
  let most = 0;
  let segments: ReadonlySet<string> | undefined;
  for (const list of LISTS) {
    for (const rule of rules[list]) {
      if (rule === decided || !isAbout(rule, facts)) continue;
      segments ??= new Set(facts.paths.flatMap(({ judged }) => judged.candidates[0]!.split("/")));
      const length = likeness(rule, facts, segments);
      if (length > most) [best, most] = [rule, length];
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
      return common(specifier.pattern.split(/[\s:]+/), facts.command?.line.split(/\s+/) ?? []);
    case "path":
      return specifier.pattern.segments.reduce((sum, segment) => sum + (segments.has(segment) ? 1 : 0), 0);
    case "domain":
      // Hosts that share `com` share nothing.
      return common(specifier.pattern.split(".").toReversed(), facts.host?.split(".").toReversed() ?? []) - 1;
    default:
      return 0;
  }
}

function common(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
