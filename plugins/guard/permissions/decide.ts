import type { Behavior, Decision, PermissionUpdate } from "../../../schemas/decision.js";
import type { CallFacts } from "./calls/call-facts.js";
import type { Circumstance } from "./calls/circumstance.js";
import { HARD, type Mode } from "./modes.js";
import { openOf, type Law } from "./open.js";
import { couldName } from "./rules/could-name.js";
import { couldShow, type Shown } from "./rules/could-show.js";
import { mayStrike, strikes } from "./rules/matches.js";
import { nearestRule } from "./rules/nearest.js";
import { originOf } from "./rules/origin.js";
import type { Rule } from "./rules/rule.js";
import type { RuleSet } from "./rules/rule-set.js";
import { suggestionsFor } from "./suggestions.js";

export interface Judgement {
  readonly decision?: Decision;
  readonly doubt?: string;
  /** The rule that comes closest to sparing the doubt. */
  readonly nearest?: string;
  readonly confirm?: string;
  readonly blockedPath?: string;
  readonly suggestions?: readonly PermissionUpdate[];
}

/** Who has let a call pass before. */
export interface Approval {
  /** Another gate: that spares the question but lifts no rule. */
  readonly approved: boolean;
  /** Walls confine what the call can do, so that it may be one that nobody can read. */
  readonly contained: boolean;
}

const UNAPPROVED: Approval = { approved: false, contained: false };

/**
 * Judges a call: deny rules, what the mode forbids, ask rules, what no rule can lift, allow rules, the mode.
 */
export function decide(facts: CallFacts, law: Law, approval: Approval = UNAPPROVED): Judgement {
  const { rules, mode, anchors } = law;
  // Where a mode has each call confirmed, or reads only, walls are no reason to go on.
  const contained = approval.contained && mode.rules === "all";
  const approved = approval.approved && (contained || !approval.contained);
  const settled = (behavior: Behavior, reason: string, rule?: Rule): Judgement => {
    return { decision: decisionOf({ behavior, reason }, facts, rules, rule) };
  };
  const denying = rules.deny.find((rule) => strikes(rule, facts, anchors));
  if (denying) return settled("deny", `The rule ${denying.text} forbids it.`, denying);
  const outside = law.confined ? facts.circumstances.find(readsOutside) : undefined;
  if (outside) return settled("deny", `${outside.reason}; ${CONFINED} keeps reading inside.`);
  const { circumstances: open, by } = openOf(facts, law);
  const forbidden = open.find(({ situation }) => mode.answers[situation] === "deny");
  if (forbidden) return settled("deny", forbids(forbidden, mode));
  const asking = rules.ask.find((rule) => {
    return strikes(rule, facts, anchors) && !(contained && approved && !rule.specifier);
  });
  const possible = asking ? undefined : possibleOf(facts, law);
  const ruled = asking ?? possible?.rule;
  const hard = open.find(({ situation }) => HARD.has(situation) && !(contained && situation === "opaque"));
  const first = hard ?? open[0];
  if (!ruled && !first) return settled("allow", by ? `The rule ${by.text} allows it.` : lets(facts, mode), by);
  const reason = ruled ? demands(ruled, possible?.why) : asks(first!, open, mode);
  const firm = ruled !== undefined || hard !== undefined || approved !== approval.approved;
  if (mode.asking === "deny" && (firm || !approved)) {
    return settled("deny", `${reason} In the mode "${mode.name}" that is a no.`, ruled);
  }
  const question = questionOf(open, first);
  if (firm || mode.asking === "insist") return { ...settled("ask", reason, ruled), ...question, suggestions: [] };
  const nearest = nearestRule(rules, facts, undefined);
  const near = nearest && { nearest: `${nearest.text} (${originOf(nearest)})` };
  return { doubt: reason, ...near, ...question, suggestions: suggestionsFor(facts, open, law) };
}

/** What a person is told beside the reason. */
function questionOf(open: readonly Circumstance[], first: Circumstance | undefined): Judgement {
  const danger = open.find(({ named }) => named !== undefined);
  return {
    ...(danger && { confirm: danger.named! }),
    ...(first?.path !== undefined && { blockedPath: first.path }),
  };
}

/** A deny or ask rule that could be about the call, and why. */
function possibleOf(facts: CallFacts, { rules, anchors }: Law): Shown | undefined {
  const all = [...rules.deny, ...rules.ask];
  const rule = all.find((one) => mayStrike(one, facts));
  return rule
    ? { rule, why: "not every word of it is known" }
    : (couldShow(all, facts, anchors) ?? couldName(all, facts, anchors));
}

function demands({ text }: Rule, possibly: string | undefined): string {
  return possibly === undefined ? `The rule ${text} asks first.` : `The rule ${text} could be about it: ${possibly}.`;
}

const CONFINED = "permissions.blockReadsOutsideWorkingDirectories";

function readsOutside({ operation, situation }: Circumstance): boolean {
  return operation === "read" && (situation === "readOutside" || situation === "secretOutside");
}

function lets({ circumstances: [first] }: CallFacts, { name }: Mode): string {
  return `${first?.reason ?? "Nothing stands against it"}; the mode "${name}" lets it through.`;
}

function asks({ reason, command }: Circumstance, open: readonly Circumstance[], { name, asking }: Mode): string {
  const parts = new Set(open.flatMap((one) => one.command?.whole ?? []));
  const others = command ? parts.size - 1 : 0;
  const more = others < 1 ? "" : others === 1 ? ", nor is another part of it" : `, nor are ${others} other parts of it`;
  const what = `${reason}${reason.endsWith("known to only read") ? more : ""}`;
  return asking === "deny" ? `${what}.` : `${what}; the mode "${name}" asks first.`;
}

function forbids({ reason, situation, secret }: Circumstance, { name }: Mode): string {
  if (situation === "secret")
    return `${reason}; it is read only when an allow rule names it, such as Read(${secret![0]}).`;
  return `${reason}; the mode "${name}" does not let it through.`;
}

function decisionOf(
  decided: { readonly behavior: Behavior; readonly reason: string },
  facts: CallFacts,
  rules: RuleSet,
  rule: Rule | undefined,
): Decision {
  const nearest = nearestRule(rules, facts, rule);
  return {
    ...decided,
    ...(rule && { rule: rule.text, origin: originOf(rule) }),
    ...(nearest && { nearest: `${nearest.text} (${originOf(nearest)})` }),
  };
}
