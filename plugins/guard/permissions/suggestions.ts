import type { Destination, PermissionUpdate } from "../../../schemas/decision.js";
import { isWithin } from "./paths/judge-path.js";
import type { CallFacts } from "./calls/call-facts.js";
import type { Circumstance } from "./calls/circumstance.js";
import { TOOL_WORDS } from "./rules/vocabulary.js";

interface Written {
  readonly toolName: string;
  readonly ruleContent?: string;
}

/** The rules that would have let this very call pass, and nothing else. None where no rule can be that narrow. */
export function suggestionsFor(
  facts: CallFacts,
  open: readonly Circumstance[],
  root: string,
): readonly PermissionUpdate[] {
  const { tool, command, host, input } = facts;
  if (command) return add("localSettings", commandRule(tool.name, command.simple?.whole));
  const paths = open.filter(({ path }) => path !== undefined);
  if (paths.length > 0) {
    const rules = paths.map(({ path, operation }) => pathRule(path!, operation === "write" ? "Edit" : "Read", root));
    return rules.every((rule) => rule !== undefined) ? add("session", ...rules) : [];
  }
  switch (TOOL_WORDS.get(tool.name)?.grammar) {
    case "domain":
      return host === undefined ? [] : add("localSettings", { toolName: tool.name, ruleContent: `domain:${host}` });
    case "name": {
      const name = input[tool.name === "Skill" ? "skill" : "subagent_type"];
      const isPlain = typeof name === "string" && /^[\w.:/-]+$/.test(name);
      return add("localSettings", { toolName: tool.name, ...(isPlain && { ruleContent: name }) });
    }
    case "command":
    case "path":
      return [];
    default:
      return add("localSettings", { toolName: tool.name });
  }
}

function add(destination: Destination, ...rules: readonly (Written | undefined)[]): readonly PermissionUpdate[] {
  const written = rules.filter((rule) => rule !== undefined);
  return written.length > 0 ? [{ type: "addRules", rules: written, behavior: "allow", destination }] : [];
}

/** The exact command. A star in it would stand for anything in a rule, so then there is none. */
function commandRule(toolName: string, whole: string | undefined): Written | undefined {
  if (whole === undefined || whole.includes("*") || whole.length > 1000) return undefined;
  const program = TOOL_WORDS.get(toolName)?.program;
  return { toolName, ruleContent: program === undefined ? whole : whole.slice(program.length + 1) };
}

function pathRule(path: string, toolName: "Edit" | "Read", root: string): Written | undefined {
  if (/[^ -~\u00a0-\uffff]/.test(path)) return undefined;
  const pattern = isWithin(root, path) ? path.slice(root.length) || "/" : `/${path}`;
  return { toolName, ruleContent: pattern.replaceAll(/[*?[\]\\]/g, "\\$&") };
}
