import { UserError } from "../../../../schemas/errors.js";
import type { CallFacts } from "../calls/call-facts.js";
import { speaksFor, strikes, type Anchors } from "./matches.js";
import { parseRule, type Rule, type ToolNames } from "./rule.js";

/**
 * Whether a rule is about a call, for those who only want to look closer: the answer is yes where a command cannot be
 * read with certainty, or says only when it runs what it will do. Throws a UserError for what is no rule.
 */
export function fits(text: string, facts: CallFacts, anchors: Anchors, tools: ToolNames): boolean {
  const source = { layer: "session", source: "if", base: "" } as const;
  const parsed = parseRule({ text, list: "ask", source }, tools);
  if (typeof parsed === "string") throw new UserError(`"${text}" is no permission rule: ${parsed}.`);
  // A folder that is named without `**/` is the one at the top, as in an allow rule.
  const rule: Rule = parsed.specifier?.kind === "path" ? { ...parsed, list: "allow" } : parsed;
  return strikes(rule, facts, anchors) || mayFit(rule, facts);
}

/** The words of a command are not all known, and the rule asks about more than its name. */
function mayFit(rule: Rule, { command, circumstances, tool }: CallFacts): boolean {
  if (!command || rule.specifier?.kind !== "command" || !speaksFor(rule, tool)) return false;
  if (circumstances.some(({ situation }) => situation === "opaque")) return true;
  return /\s/.test(rule.specifier.pattern.replace(/ \*$/, "")) && /\$[({\w]|`/.test(command.line);
}
