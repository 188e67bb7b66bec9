import { printable } from "../../../../schemas/printable.js";
import { domainToASCII } from "node:url";
import type { LayerName } from "../../../../schemas/settings.js";
import { plainHost } from "../calls/web-facts.js";
import { compileExpression, type Expression } from "./expression.js";
import { parsePathPattern, type PathPattern } from "../paths/path-pattern.js";
import { OLD_NAMES, TOOL_WORDS } from "./vocabulary.js";

export type List = "deny" | "ask" | "allow";

/** Where a rule was written. */
export interface RuleSource {
  readonly layer: LayerName | "session";
  /** File path, flag or "session". */
  readonly source: string;
  /** The folder that a pattern `/path` starts in; "" is the folder the session was opened in. */
  readonly base: string;
}

/** The part in parentheses, understood. */
export type Specifier =
  | { readonly kind: "command"; readonly pattern: string; readonly exact: boolean }
  | { readonly kind: "path"; readonly pattern: PathPattern }
  | { readonly kind: "domain"; readonly pattern: string }
  | { readonly kind: "name"; readonly pattern: string }
  /** A regular expression about the text that the tool's rules are about. */
  | { readonly kind: "expression"; readonly matches: Expression }
  | { readonly kind: "param"; readonly name: string; readonly pattern: string };

export interface Rule {
  /** As written. */
  readonly text: string;
  readonly list: List;
  /** Name of a tool, or a pattern of names. */
  readonly tool: string;
  /** Absent: the whole tool. */
  readonly specifier?: Specifier;
  readonly source: RuleSource;
}

/** What a parser of rules knows about the tools that are there. */
export interface ToolNames {
  /** The tool behind an alias; the name itself otherwise. */
  canonical(name: string): string;
  /** Names of a tool's input fields. */
  fields(tool: string): readonly string[];
}

export interface WrittenRule {
  readonly text: string;
  readonly list: List;
  readonly source: RuleSource;
}

/** Reads a rule, or says in one phrase why it cannot count. */
export function parseRule({ text, list, source }: WrittenRule, tools: ToolNames): Rule | string {
  const parts = /^([^\s()]+)(?:\((.*)\))?$/s.exec(text.trim());
  if (!parts || text.length > 10_000) return "it is not of the form Tool or Tool(specifier)";
  const given = parts[1]!;
  const tool = tools.canonical(OLD_NAMES.get(given) ?? given);
  const content = parts[2]?.trim();
  const badGlob = list === "allow" && tool.includes("*") && !/^mcp__(?:[^_*]|_(?!_))+__/.test(tool);
  if (badGlob) return "an allow rule can have a * in the tool's name only after mcp__<server>__";
  const rule = { text: text.trim(), list, tool, source };
  if (content === undefined) return rule;
  if (content === "") return "there is nothing in its parentheses";
  if (tool.includes("*")) return "a pattern of tool names takes no specifier";
  const specifier = parseSpecifier(content, rule, tools);
  if (typeof specifier === "string") return specifier;
  return specifier ? { ...rule, specifier } : rule;
}

/** Reads `Tool(regular expression)`, or says in one phrase why it cannot count. */
export function parseExpression({ text, list, source }: WrittenRule, tools: ToolNames): Rule | string {
  const parts = /^([^\s()*]+)\((.+)\)$/s.exec(text.trim());
  if (!parts || text.length > 10_000) return "it is not of the form Tool(regular expression)";
  const tool = tools.canonical(OLD_NAMES.get(parts[1]!) ?? parts[1]!);
  const words = TOOL_WORDS.get(tool);
  if (!words) return "there is no text of this tool that an expression could be about";
  if (words.instead) return `only ${words.instead}(...) rules are asked about paths`;
  const matches = compileExpression(parts[2]!);
  if (typeof matches === "string") return matches;
  return { text: text.trim(), list, tool, source, specifier: { kind: "expression", matches } };
}

/** Undefined stands for "everything", as in `Bash(*)`. */
function parseSpecifier(
  content: string,
  { tool, list, source }: Omit<Rule, "specifier">,
  tools: ToolNames,
): Specifier | string | undefined {
  const words = TOOL_WORDS.get(tool);
  const param = parameter(content, tool, tools);
  if (param && list === "allow" && words?.grammar !== "command") return "a rule about a field can only ask or deny";
  if (param && list !== "allow" && !content.endsWith(":*")) {
    if (words?.primary.includes(param.name)) return `the field "${param.name}" is matched by ${tool}(...) itself`;
    if (tool.startsWith("mcp__") && !source.source.startsWith("--")) return "an MCP tool's rule takes no parentheses";
    return param;
  }
  if (tool.startsWith("mcp__")) return "an MCP tool's rule takes no parentheses";
  switch (words?.grammar) {
    case "command":
      return commandSpecifier(content, words.program);
    case "path": {
      if (words.instead)
        return `only ${words.instead}(...) rules are asked about paths; write ${words.instead}(${printable(content)})`;
      const pattern = parsePathPattern(content);
      return typeof pattern === "string" ? pattern : { kind: "path", pattern };
    }
    case "domain":
      return content.startsWith("domain:")
        ? { kind: "domain", pattern: hostPattern(content.slice("domain:".length)) }
        : "only the form domain:HOST is known for it";
    case "name":
    case "folder":
      return { kind: "name", pattern: content.replace(/:\*$/, " *") };
    case undefined:
      return "this tool's rules take no specifier of that form";
  }
}

/** What can be a number of a host, in any of the ways to write it. */
const ADDRESS = /^(?:[\da-fx.]+|\[?[\da-f.]*:[\da-f.]*:[\da-f:.]*\]?)$/i;

/** A host as addresses spell it: in lower case, letters beyond ASCII encoded, numbers as four or in brackets. */
function hostPattern(text: string): string {
  const given = text.trim();
  const address = ADDRESS.test(given) && [given, `[${given}]`].find((one) => URL.canParse(`http://${one}/`));
  if (address) return plainHost(new URL(`http://${address}/`).hostname);
  const labels = given.toLowerCase().replace(/\.+$/, "").split(".");
  return labels.map((label) => (/^[ -~]*$/.test(label) ? label : domainToASCII(label) || label)).join(".");
}

function commandSpecifier(content: string, program: string | undefined): Specifier | undefined {
  const plain = content.replace(/:\*$/, " *").trim();
  if (plain === "*") return undefined;
  const pattern = program === undefined || plain.split(" ", 1)[0] === program ? plain : `${program} ${plain}`;
  return { kind: "command", pattern, exact: !pattern.includes("*") };
}

const SHELL_FIELDS: ReadonlySet<string> = new Set([
  "run_in_background",
  "dangerouslyDisableSandbox",
  "timeout",
  "description",
]);

function parameter(
  content: string,
  tool: string,
  tools: ToolNames,
): (Specifier & { readonly kind: "param" }) | undefined {
  const parts = /^([A-Za-z_][\w-]*):(.*)$/s.exec(content);
  if (!parts) return undefined;
  const name = parts[1]!;
  const words = TOOL_WORDS.get(tool);
  const isShell = words?.grammar === "command" && SHELL_FIELDS.has(name);
  const known = tools.fields(tool).includes(name) || words?.primary.includes(name) || isShell;
  // Without a grammar of its own, a tool's rule can mean nothing but a parameter.
  return known || !words ? { kind: "param", name, pattern: parts[2]!.trim() } : undefined;
}

/** Splits what a flag was given into rules: at commas and spaces, but not inside parentheses. */
export function splitRules(text: string): readonly string[] {
  const rules: string[] = [];
  let depth = 0;
  let rule = "";
  for (const character of text) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (depth > 0 || !/[\s,]/.test(character)) rule += character;
    else if (rule !== "") {
      rules.push(rule);
      rule = "";
    }
  }
  if (rule !== "") rules.push(rule);
  return rules;
}
