import type { CallFacts } from "../calls/call-facts.js";
import type { Circumstance } from "../calls/circumstance.js";
import { foldPath } from "../../../../schemas/secret-names.js";
import { hostMatches } from "../calls/web-facts.js";
import { calledName, commandMatches, nameMatches, namesTool, pathMatches, speaksFor, type Anchors } from "./matches.js";
import type { Expression } from "./expression.js";
import type { Rule } from "./rule.js";

/** Circumstances that no rule answers. */
const NEVER: ReadonlySet<string> = new Set(["protected", "unresolved", "critical", "opaque"]);

/** Whether an allow rule answers one circumstance of a call. */
export function covers(rule: Rule, circumstance: Circumstance, facts: CallFacts, anchors: Anchors): boolean {
  const { specifier } = rule;
  if (NEVER.has(circumstance.situation)) return false;
  if (specifier?.kind === "path") return pathCovers(rule, circumstance, anchors);
  if (circumstance.secret)
    return specifier?.kind === "command" && specifier.exact && commandCovers(rule, circumstance, facts);
  if (!specifier) return namesTool(rule, facts.tool) && isPlain(circumstance, facts);
  switch (specifier.kind) {
    case "command":
      return commandCovers(rule, circumstance, facts);
    case "domain":
      return namesTool(rule, facts.tool) && facts.host !== undefined && hostMatches(specifier.pattern, facts.host);
    case "name":
      return namesTool(rule, facts.tool) && nameMatches(specifier.pattern, facts);
    case "expression":
      return expressionCovers(rule, specifier.matches, { circumstance, facts });
    case "param":
      return false;
  }
}

interface About {
  readonly circumstance: Circumstance;
  readonly facts: CallFacts;
}

/** What an expression allows is no more than a rule with a star would: nothing that has to be named. */
function expressionCovers(rule: Rule, matches: Expression, { circumstance, facts }: About): boolean {
  const { situation, path, operation } = circumstance;
  if (rule.tool === "Edit" || rule.tool === "Read") {
    return path !== undefined && (operation === "read" || rule.tool === "Edit") && matches(path);
  }
  if (!speaksFor(rule, facts.tool) || situation === "dangerous") return false;
  const simple = circumstance.command ?? facts.command?.simple;
  if (facts.command)
    return simple !== undefined && !simple.exactOnly && simple.certain === undefined && matches(simple.bare);
  return facts.host !== undefined ? matches(facts.host) : matches(calledName(facts.tool, facts.input) ?? "");
}

/** A rule for a whole tool answers everything but what has to be named, and commands that are certain. */
function isPlain({ situation }: Circumstance, { command }: CallFacts): boolean {
  return situation !== "dangerous" && (command?.clear ?? true);
}

/** Whether a path rule answers a circumstance of that path. */
export function pathCovers(rule: Rule, { path, operation, secret }: Circumstance, anchors: Anchors): boolean {
  if (path === undefined || (operation === "write" && rule.tool !== "Edit")) return false;
  if (rule.tool !== "Edit" && rule.tool !== "Read") return false;
  return pathMatches(rule, path, anchors) && (!secret || namesSecret(rule, secret));
}

/** What can hold secrets has to be called by its name: `Read(.env)`, not `Read(**)`. */
function namesSecret(rule: Rule, secret: readonly string[]): boolean {
  const segments = rule.specifier?.kind === "path" ? rule.specifier.pattern.segments : [];
  return segments.some((segment) => secret.includes(foldPath(segment)));
}

function commandCovers(rule: Rule, circumstance: Circumstance, { command, tool }: CallFacts): boolean {
  const { situation, named } = circumstance;
  const simple = circumstance.command ?? command?.simple;
  const specifier = rule.specifier;
  if (!command || !simple || specifier?.kind !== "command" || !speaksFor(rule, tool)) return false;
  if (specifier.exact) return [simple.whole, simple.bare, command.line.trim()].includes(specifier.pattern);
  if (simple.exactOnly || !commandMatches(specifier.pattern, simple.bare)) return false;
  if (simple.certain !== undefined && !isBeginning(specifier.pattern, simple.certain)) return false;
  return situation !== "dangerous" || (named !== undefined && begins(specifier.pattern, named));
}

/** Whether a pattern asks for nothing but how a command begins, and that much of it is certain. */
function isBeginning(pattern: string, certain: string): boolean {
  const star = pattern.indexOf("*");
  return star === pattern.length - 1 && `${certain} `.startsWith(pattern.slice(0, star));
}

/** Whether a pattern spells out these first words. */
function begins(pattern: string, named: string): boolean {
  const literal = pattern.slice(0, pattern.indexOf("*"));
  return literal === named || literal.startsWith(`${named} `);
}
