import type { JsonObject } from "../../../schemas/json.js";
import { boundedTest } from "../bounded-test.js";
import { expressionOf, type Condition, type Rule, type RuleEvent } from "./rule.js";

/** What happens, as rules see it. */
export interface Happening {
  readonly event: Exclude<RuleEvent, "all"> | "other";
  /** By field; made only where a rule asks for one. */
  readonly field: (name: string) => string | undefined;
}

/** The rules that are about this and apply. */
export function striking<R extends Rule>(rules: readonly R[], happening: Happening): readonly R[] {
  return rules.filter((rule) => {
    if (!rule.enabled || (rule.event !== "all" && rule.event !== happening.event)) return false;
    return rule.conditions.every((condition) => holds(condition, happening));
  });
}

function holds({ field, operator, pattern }: Condition, happening: Happening): boolean {
  const whole = happening.field(field);
  if (whole === undefined) return false;
  switch (operator) {
    case "regex":
      // All of the text, and what takes too long to tell is taken for a yes: length must not be a way around a rule.
      return boundedTest(expressionOf(pattern), whole) ?? true;
    case "contains":
      return whole.includes(pattern);
    case "equals":
      return whole === pattern;
    case "not_contains":
      return !whole.includes(pattern);
    case "starts_with":
      return whole.startsWith(pattern);
    case "ends_with":
      return whole.endsWith(pattern);
  }
}

const FILE_TOOLS: ReadonlySet<string> = new Set(["Edit", "Write", "MultiEdit", "NotebookEdit"]);
const SHELL_TOOLS: ReadonlySet<string> = new Set(["Bash", "Monitor", "Pty", "PowerShell"]);

/** Other names for what a tool's input calls differently. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  new_text: ["new_string", "content", "new_source", "new_text"],
  content: ["content", "new_string", "new_source"],
  old_text: ["old_string", "old_text"],
  file_path: ["file_path", "notebook_path", "path"],
};

/** A call of a tool, as rules see it. */
export function callHappening(tool: string, input: JsonObject): Happening {
  const text = (value: unknown): string | undefined => {
    if (value === undefined) return undefined;
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  return {
    event: SHELL_TOOLS.has(tool) ? "bash" : FILE_TOOLS.has(tool) ? "file" : "other",
    field(name) {
      if (name === "tool" || name === "tool_name") return tool;
      if (name === "any") return JSON.stringify(input);
      const names = ALSO[name] ?? [name];
      const key = names.find((one) => Object.hasOwn(input, one));
      const many = name === "new_text" || name === "old_text" ? editsOf(input, name) : undefined;
      return many ?? text(key === undefined ? undefined : input[key]);
    },
  };
}

/** All replacements of a call that makes several. */
function editsOf({ edits }: JsonObject, name: "new_text" | "old_text"): string | undefined {
  if (!Array.isArray(edits)) return undefined;
  const key = name === "new_text" ? "new_string" : "old_string";
  return edits.map((edit: JsonObject) => String(edit[key] ?? "")).join("\n");
}
