import { basename } from "node:path";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { messageOf } from "../../../schemas/errors.js";
import { readFrontMatter, type Fault } from "../front-matter.js";

/** When a rule is asked. */
export type RuleEvent = "bash" | "file" | "stop" | "prompt" | "all";
const RULE_EVENTS: readonly RuleEvent[] = ["bash", "file", "stop", "prompt", "all"];

const OPERATORS = ["regex", "contains", "equals", "not_contains", "starts_with", "ends_with"] as const;

/** One thing that has to hold. */
export interface Condition {
  readonly field: string;
  readonly operator: (typeof OPERATORS)[number];
  readonly pattern: string;
}

/** A rule as its file says it: plain data. */
export interface Rule {
  readonly name: string;
  readonly enabled: boolean;
  readonly event: RuleEvent;
  /** All have to hold. */
  readonly conditions: readonly Condition[];
  readonly action: "warn" | "block";
  /** Told when it strikes. */
  readonly message: string;
}

/** The most a rule file, a pattern and a message may hold. */
export const MOST_FILE: number = 64 * 1024;
const MOST_PATTERN = 1_000;
const MOST_MESSAGE = 4_000;
const MOST_CONDITIONS = 20;

/** What a bare `pattern` looks at. */
const FIELD_OF: Readonly<Record<RuleEvent, string>> = {
  bash: "command",
  file: "new_text",
  stop: "transcript",
  prompt: "user_prompt",
  all: "any",
};

const KEYS = ["name", "enabled", "event", "pattern", "conditions", "action"];

/** A rule's name where it does not say: that of its file. */
export function nameOfFile(file: string): string {
  return basename(file, ".md")
    .replace(/^hookify\./, "")
    .replace(/\.local$/, "");
}

/** Reads a rule file. Without a rule the problems say why. Never throws. */
export async function readRule(
  text: string,
  fallbackName: string,
): Promise<{ readonly rule?: Rule; readonly problems: readonly Fault[] }> {
  const { data, body, problems, present } = await readFrontMatter(text, KEYS);
  const bad = (message: string, fix: string): { readonly problems: readonly Fault[] } => ({
    problems: [...problems, { severity: "error", code: "hookify-rule", message, fix, line: 1 }],
  });
  if (!present) return bad("A rule needs front matter.", "Begin the file with --- and event: bash.");
  const rule = ruleOf(data, body, fallbackName);
  return typeof rule === "string" ? bad(rule, "See docs/hooks.md, Rules without code.") : { rule, problems };
}

/** A rule out of its data and message, or one sentence on what is wrong with it. */
export function ruleOf(data: JsonObject, body: string, fallbackName: string): Rule | string {
  const { name = fallbackName, enabled = true, event = "all", action = "warn" } = data;
  if (typeof name !== "string" || !/^[\w][\w .-]{0,63}$/.test(name)) {
    return 'The rule\'s "name" must be 1 to 64 letters, digits, dots, dashes and blanks.';
  }
  if (typeof enabled !== "boolean") return 'The rule\'s "enabled" must be true or false.';
  if (!RULE_EVENTS.includes(event as RuleEvent)) {
    return `The rule's "event" must be one of ${RULE_EVENTS.join(", ")}, not ${JSON.stringify(event)}.`;
  }
  if (action !== "warn" && action !== "block") {
    return `The rule's "action" must be warn or block, not ${JSON.stringify(action)}.`;
  }
  const conditions = conditionsOf(data, event as RuleEvent);
  if (typeof conditions === "string") return conditions;
  const message = body.trim() === "" ? `The rule "${name}" applies.` : body.trim().slice(0, MOST_MESSAGE);
  return { name, enabled, event: event as RuleEvent, conditions, action, message };
}

function conditionsOf({ pattern, conditions }: JsonObject, event: RuleEvent): readonly Condition[] | string {
  const given = conditions ?? (pattern === undefined ? [] : [{ field: FIELD_OF[event], pattern }]);
  if (!Array.isArray(given)) return 'The rule\'s "conditions" must be a list of {field, operator, pattern}.';
  if (given.length === 0) return 'A rule needs "pattern" or "conditions".';
  if (given.length > MOST_CONDITIONS) return `A rule can have at most ${MOST_CONDITIONS} conditions.`;
  const read: Condition[] = [];
  for (const one of given) {
    if (!isObject(one)) return 'Each of the "conditions" must be {field, operator, pattern}.';
    const { field = FIELD_OF[event], operator = "regex", pattern: text } = one;
    if (typeof field !== "string") return 'The "field" of a condition must be a text.';
    if (typeof text !== "string" || text === "" || text.length > MOST_PATTERN) {
      return `A pattern must be a text of 1 to ${MOST_PATTERN} characters.`;
    }
    if (!OPERATORS.includes(operator as Condition["operator"])) {
      return `The "operator" must be one of ${OPERATORS.join(", ")}, not ${JSON.stringify(operator)}.`;
    }
    try {
      if (operator === "regex") expressionOf(text);
    } catch (error) {
      return `The pattern ${JSON.stringify(text)} is no regular expression: ${messageOf(error)}.`;
    }
    read.push({ field, operator: operator as Condition["operator"], pattern: text });
  }
  return read;
}

const expressions = new Map<string, RegExp>();

/** The expression of a pattern, made once. A leading `(?i)` means that case does not count. Throws when it is none. */
export function expressionOf(pattern: string): RegExp {
  let found = expressions.get(pattern);
  if (!found) {
    const isLoose = pattern.startsWith("(?i)");
    found = new RegExp(isLoose ? pattern.slice(4) : pattern, isLoose ? "im" : "m");
    if (expressions.size > 500) expressions.clear();
    expressions.set(pattern, found);
  }
  return found;
}

/** A rule as a file. */
export function ruleText({ name, enabled, event, conditions, action, message }: Rule): string {
  const single = conditions.length === 1 && conditions[0]!.operator === "regex" ? conditions[0] : undefined;
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const lines = [`name: ${name}`, `enabled: ${enabled}`, `event: ${event}`];
  if (single && single.field === FIELD_OF[event]) lines.push(`pattern: ${quoted(single.pattern)}`);
  else {
    lines.push("conditions:");
    for (const { field, operator, pattern } of conditions) {
      lines.push(`  - field: ${quoted(field)}`, `    operator: ${operator}`, `    pattern: ${quoted(pattern)}`);
    }
  }
  lines.push(`action: ${action}`);
  return `---\n${lines.join("\n")}\n---\n${message}\n`;
}
