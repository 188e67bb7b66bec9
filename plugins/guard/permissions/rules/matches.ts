import { isWithin } from "../../../../schemas/is-within.js";
import type { JsonObject } from "../../../../schemas/json.js";
import type { ToolSpec } from "../../../../schemas/tool.js";
import type { CallFacts } from "../calls/call-facts.js";
import type { PathFact } from "../calls/path-facts.js";
import { hostMatches } from "../calls/web-facts.js";
import { matchesPath, type Base } from "../paths/path-pattern.js";
import { realOr } from "../paths/real-or.js";
import type { Expression } from "./expression.js";
import { plainPowerShell } from "./power-shell.js";
import type { Rule } from "./rule.js";
import { OLD_NAMES } from "./vocabulary.js";
import { matchesWildcard } from "./wildcard.js";

/** Where the patterns of path rules start. */
export interface Anchors {
  readonly cwd: string;
  readonly root: string;
  readonly home: string;
}

/** Whether a rule is about a tool as such. */
export function namesTool(rule: Rule, tool: ToolSpec): boolean {
  const { name, aliases = [] } = tool;
  if (rule.tool === name || aliases.includes(rule.tool) || OLD_NAMES.get(rule.tool) === name) return true;
  if (rule.tool.includes("*")) return matchesWildcard(rule.tool, name);
  const isServer = rule.tool.startsWith("mcp__") && !rule.tool.slice(5).includes("__");
  return isServer && name.startsWith(`${rule.tool}__`);
}

/** Whose command rules also speak for whom: a command is the same whichever tool starts it. */
const SAME_LANGUAGE: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["Bash", new Set(["Git", "GitHub"])],
  ["Monitor", new Set(["Bash", "Git", "GitHub"])],
  ["Pty", new Set(["Bash", "Git", "GitHub"])],
  ["Git", new Set(["Bash"])],
  ["GitHub", new Set(["Bash"])],
]);

/** Whether a rule's command pattern can be compared with what a tool runs. */
export function speaksFor(rule: Rule, tool: ToolSpec): boolean {
  return namesTool(rule, tool) || (SAME_LANGUAGE.get(tool.name)?.has(rule.tool) ?? false);
}

/** Whether a deny or ask rule is about this call: one matching part is enough. */
export function strikes(rule: Rule, facts: CallFacts, anchors: Anchors): boolean {
  const { specifier } = rule;
  if (!specifier) return namesTool(rule, facts.tool);
  switch (specifier.kind) {
    case "command":
      return (
        speaksFor(rule, facts.tool) &&
        (facts.command?.seen.some((one) => commandMatches(...spelled(rule, specifier.pattern, one))) ?? false)
      );
    case "path":
      return facts.paths.some((fact) => concerns(rule, fact, facts.tool) && pathStrikes(rule, fact, anchors));
    case "domain":
      return namesTool(rule, facts.tool) && facts.host !== undefined && hostMatches(specifier.pattern, facts.host);
    case "name":
      return (
        namesTool(rule, facts.tool) &&
        (nameMatches(specifier.pattern, facts) || calledName(facts.tool, facts.input) === specifier.pattern)
      );
    case "expression":
      return expressionMatches(rule, specifier.matches, facts);
    case "param":
      return namesTool(rule, facts.tool) && valueMatches(specifier.pattern, facts.input[specifier.name]);
  }
}

/** Whether a word that is not known could make a command one that a rule is about. */
export function mayStrike({ specifier, ...rule }: Rule, { command, tool }: CallFacts): boolean {
  if (specifier?.kind !== "command" || !speaksFor(rule, tool)) return false;
  const literal = specifier.pattern.split("*", 1)[0]!;
  return command?.begun.some((one) => literal.length > one.length && literal.startsWith(one)) ?? false;
}

function spelled({ tool }: Rule, pattern: string, command: string): [string, string] {
  return tool === "PowerShell" ? [plainPowerShell(pattern), plainPowerShell(command)] : [pattern, command];
}

/** An expression is about any command that can be seen in a line, any place a path can mean, a host, or a name. */
function expressionMatches(rule: Rule, matches: Expression, facts: CallFacts): boolean {
  const { tool, paths, host, input, command } = facts;
  if (rule.tool === "Edit" || rule.tool === "Read") {
    return paths.some((fact) => concerns(rule, fact, tool) && fact.judged.candidates.some(matches));
  }
  if (!speaksFor(rule, tool)) return false;
  return [...(command?.seen ?? []), host, calledName(tool, input)].some((text) => text !== undefined && matches(text));
}

/** `*` is any text; a closing ` *`, when it is the only one, also stands for nothing at all. */
export function commandMatches(pattern: string, command: string): boolean {
  if (pattern.endsWith(" *") && pattern.indexOf("*") === pattern.length - 1) {
    const prefix = pattern.slice(0, -2);
    return command === prefix || command.startsWith(`${prefix} `);
  }
  return matchesWildcard(pattern, command);
}

/** Edit rules are about writing; Read rules about reading, and a Read deny about writing as well. */
function concerns(rule: Rule, { operation }: PathFact, { name }: ToolSpec): boolean {
  if (operation === "read") return rule.tool === "Read";
  return rule.tool === "Edit" || (rule.tool === "Read" && rule.list === "deny" && name !== "NotebookEdit");
}

/** Stands for anything in a folder that is searched. */
export const ANYTHING = "\uFFFF";

/** Where relative patterns of deny and ask rules start. */
export function startsOf({ root, cwd }: Anchors): readonly string[] {
  return root === cwd ? [root] : [root, cwd];
}

function pathStrikes(rule: Rule, { judged, folder }: PathFact, anchors: Anchors): boolean {
  const relative = startsOf(anchors);
  return [...judged.candidates, ...(judged.twins ?? [])].some(
    (path) =>
      pathMatches(rule, path, anchors, relative) ||
      (folder && pathMatches(rule, `${path}/${ANYTHING}`, anchors, relative)),
  );
}

/** Whether a path rule matches one path. Relative patterns of allow rules never move with the working folder. */
export function pathMatches(
  rule: Rule,
  path: string,
  anchors: Anchors,
  relative: readonly string[] = [anchors.root],
): boolean {
  if (rule.specifier?.kind !== "path") return false;
  const { pattern } = rule.specifier;
  const anyDepth = rule.list !== "allow";
  return starts(pattern.base, rule, anchors, relative).some((start) => {
    if (!isWithin(start, path)) return false;
    const below = path.slice(start.length).split("/");
    return matchesPath(
      pattern,
      below.filter((name) => name !== ""),
      anyDepth,
    );
  });
}

function starts(base: Base, { source }: Rule, { home, root }: Anchors, relative: readonly string[]): readonly string[] {
  switch (base) {
    case "root":
      return ["/"];
    case "home":
      return bothNames(home);
    case "source":
      return source.base === "" ? [root] : bothNames(source.base);
    case "cwd":
      return relative;
  }
}

const realNames = new Map<string, readonly string[]>();

/** A folder as it is called and as it really is. */
function bothNames(folder: string): readonly string[] {
  let found = realNames.get(folder);
  if (!found) {
    found = [...new Set([folder, realOr(folder)])];
    if (realNames.size > 200) realNames.clear();
    realNames.set(folder, found);
  }
  return found;
}

/** A skill or a kind of agent, with the arguments it is given. */
export function nameMatches(pattern: string, { input, tool }: CallFacts): boolean {
  const name = calledName(tool, input);
  if (name === undefined) return false;
  // Community files write several agents into one rule.
  if (tool.name === "Agent") return pattern.split(",").some((one) => commandMatches(one.trim(), name));
  const args = input["args"];
  return commandMatches(pattern, typeof args === "string" && args !== "" ? `${name} ${args}` : name);
}

/** The skill or kind of agent that a call names. */
export function calledName(tool: ToolSpec, input: JsonObject): string | undefined {
  const name = input[tool.name === "Skill" ? "skill" : "subagent_type"] ?? input["name"];
  return typeof name === "string" ? name : undefined;
}

function valueMatches(pattern: string, value: unknown): boolean {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return false;
  return matchesWildcard(pattern, String(value));
}
