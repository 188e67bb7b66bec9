import type { Destination, PermissionUpdate } from "../../../schemas/decision.js";
import { isWithin } from "../../../schemas/is-within.js";
import type { CallFacts } from "./calls/call-facts.js";
import type { Circumstance, SimpleText } from "./calls/circumstance.js";
import { openOf, type Law } from "./open.js";
import { parseRule, type Rule, type RuleSource, type ToolNames } from "./rules/rule.js";
import { TOOL_WORDS } from "./rules/vocabulary.js";

interface Written {
  readonly toolName: string;
  readonly ruleContent?: string;
}

interface Offer {
  readonly destination: Destination;
  readonly rules: readonly Written[];
}

/** So many rules at most answer one call. */
const MOST = 5;

/**
 * The rules that would have let this very call pass, and nothing else. None where no rule can be that narrow, or where
 * they would not have helped.
 */
export function suggestionsFor(facts: CallFacts, open: readonly Circumstance[], law: Law): readonly PermissionUpdate[] {
  const offer = offerFor(facts, open, law.anchors.root);
  if (!offer || offer.rules.length === 0 || offer.rules.length > MOST || !wouldHelp(offer, facts, law)) return [];
  return [{ type: "addRules", rules: offer.rules, behavior: "allow", destination: offer.destination }];
}

function offerFor(facts: CallFacts, open: readonly Circumstance[], root: string): Offer | undefined {
  const { tool, command, host, input } = facts;
  if (command) {
    const parts = open.map((one) => commandRule(tool.name, one.command ?? command.simple));
    return offer("localSettings", parts);
  }
  const paths = open.filter(({ path }) => path !== undefined);
  if (paths.length > 0) {
    return offer(
      "session",
      paths.map(({ path, operation }) => pathRule(path!, operation === "write" ? "Edit" : "Read", root)),
    );
  }
  switch (TOOL_WORDS.get(tool.name)?.grammar) {
    case "domain":
      return offer("localSettings", [
        host === undefined ? undefined : { toolName: tool.name, ruleContent: `domain:${host}` },
      ]);
    case "name": {
      const name = input[tool.name === "Skill" ? "skill" : "subagent_type"];
      const isPlain = typeof name === "string" && /^[\w.:/-]+$/.test(name);
      return offer("localSettings", [{ toolName: tool.name, ...(isPlain && { ruleContent: name }) }]);
    }
    case "command":
    case "path":
    case "folder":
      return undefined;
    default:
      return offer("localSettings", [{ toolName: tool.name }]);
  }
}

/** Undefined when one of the rules is. */
function offer(destination: Destination, rules: readonly (Written | undefined)[]): Offer | undefined {
  const unique = new Map(rules.map((rule) => [rule && textOf(rule), rule]));
  const all = [...unique.values()].filter((rule) => rule !== undefined);
  return all.length === unique.size ? { destination, rules: all } : undefined;
}

const SOURCE: RuleSource = { layer: "session", source: "session", base: "" };
const NAMES: ToolNames = { canonical: (name) => name, fields: () => [] };

/** Whether nothing would stand in the way any more. */
function wouldHelp({ rules }: Offer, facts: CallFacts, law: Law): boolean {
  const added = rules.map((rule) => parseRule({ text: textOf(rule), list: "allow", source: SOURCE }, NAMES));
  const allow = added.filter((rule): rule is Rule => typeof rule !== "string");
  if (allow.length < added.length) return false;
  const then: Law = { ...law, rules: { ...law.rules, allow: [...law.rules.allow, ...allow] } };
  return openOf(facts, then).circumstances.length === 0;
}

function textOf({ toolName, ruleContent }: Written): string {
  return ruleContent === undefined ? toolName : `${toolName}(${ruleContent})`;
}

/**
 * The exact command, where its words alone say what it does. A star in it would stand for anything in a rule, so then
 * there is none; and nobody reads a rule of several lines.
 */
function commandRule(toolName: string, command: SimpleText | undefined): Written | undefined {
  if (!command || command.certain !== undefined || command.depends) return undefined;
  const { whole } = command;
  if (/[*\n]/.test(whole) || whole.length > 1000) return undefined;
  const program = TOOL_WORDS.get(toolName)?.program;
  return { toolName, ruleContent: program === undefined ? whole : whole.slice(program.length + 1) };
}

function pathRule(path: string, toolName: "Edit" | "Read", root: string): Written | undefined {
  if (/[^ -~\u00a0-\uffff]/.test(path)) return undefined;
  const pattern = isWithin(root, path) ? path.slice(root.length) || "/" : `/${path}`;
  return { toolName, ruleContent: pattern.replaceAll(/[*?[\]\\]/g, "\\$&") };
}
