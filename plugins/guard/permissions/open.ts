import type { CallFacts } from "./calls/call-facts.js";
import type { Circumstance } from "./calls/circumstance.js";
import { rulesCount, type Answer, type Mode } from "./modes.js";
import { covers } from "./rules/covers.js";
import type { Anchors } from "./rules/matches.js";
import type { Rule } from "./rules/rule.js";
import type { RuleSet } from "./rules/rule-set.js";

/** What a call is judged by. */
export interface Law {
  readonly rules: RuleSet;
  readonly mode: Mode;
  readonly anchors: Anchors;
  /** Nothing outside the workspace is read, whatever mode and rules say. */
  readonly confined?: boolean;
}

/** What stands between a call and its run, strongest first. */
export interface Open {
  readonly circumstances: readonly Circumstance[];
  /** The allow rule that answered something. */
  readonly by?: Rule;
}

/** What a mode says to a circumstance. What a command reads cannot be told, so it is asked about where that matters. */
function answerTo({ situation }: Circumstance, { mode, confined }: Law): Answer {
  const answer = mode.answers[situation];
  return confined && answer === "allow" && (situation === "shell" || situation === "opaque") ? "ask" : answer;
}

/** The circumstances that neither mode nor rules let pass, the gravest first. */
export function openOf(facts: CallFacts, law: Law): Open {
  const { rules, mode, anchors } = law;
  let by: Rule | undefined;
  const open = facts.circumstances.filter((circumstance) => {
    const answer = answerTo(circumstance, law);
    if (answer === "allow") return false;
    // A deny of a mode is final; only what a path's name gives away can be named back.
    const liftable = answer === "ask" || circumstance.secret !== undefined;
    const counts = liftable && rulesCount(mode, circumstance.situation);
    const rule = counts ? rules.allow.find((one) => covers(one, circumstance, facts, anchors)) : undefined;
    by ??= rule;
    return !rule;
  });
  const weight = ({ situation }: Circumstance): number => GRAVITY.indexOf(situation);
  return { circumstances: open.sort((a, b) => weight(b) - weight(a)), ...(by && { by }) };
}

/** From the mildest to the gravest; what is not listed is milder than all of it. */
const GRAVITY: readonly string[] = [
  "opaque",
  "secretOutside",
  "secret",
  "unresolved",
  "protected",
  "dangerous",
  "critical",
];
