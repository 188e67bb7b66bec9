import { dirname, isAbsolute, basename } from "node:path";
import type { Origin, SettingsView } from "../../../../schemas/settings.js";
import { placeOf } from "./origin.js";
import {
  parseExpression,
  parseRule,
  splitRules,
  type List,
  type Rule,
  type RuleSource,
  type ToolNames,
} from "./rule.js";
import { KNOWN_NAMES } from "./vocabulary.js";

/** Rules in force, pooled over all sources. */
export type RuleSet = Readonly<Record<List, readonly Rule[]>>;

/** In the order in which they win. */
export const LISTS: readonly List[] = ["deny", "ask", "allow"];

/** Nothing is said of anything. */
export const NO_RULES: RuleSet = { deny: [], ask: [], allow: [] };

export interface KnownTools extends ToolNames {
  isKnown(name: string): boolean;
}

export interface Reading {
  readonly rules: RuleSet;
  /** One sentence for each rule that does not count, or that may be a mistake. */
  readonly problems: readonly string[];
}

/** The rules of all settings that count. What cannot be read is left out and said. */
export function readRules(settings: SettingsView, tools: KnownTools): Reading {
  const rules: Record<List, Rule[]> = { deny: [], ask: [], allow: [] };
  const problems: string[] = [];
  const managedOnly = onlyManaged(settings);
  for (const { key, list, parse } of WRITTEN) {
    for (const origin of settings.origins(`permissions.${key}`)) {
      if (origin.held !== undefined || (managedOnly && list === "allow")) continue;
      const source: RuleSource = { layer: origin.layer, source: origin.source, base: baseOf(origin) };
      for (const text of textsOf(origin)) {
        const rule = parse({ text, list, source }, tools);
        if (typeof rule !== "string") rules[list].push(rule);
        const problem = typeof rule === "string" ? `does not count: ${rule}` : doubtful(rule, tools);
        if (problem === undefined) continue;
        problems.push(`${placeOf(source, text)}: the ${list} rule ${text} ${problem}.`);
      }
    }
  }
  return { rules, problems };
}

/** The settings that rules stand in. */
const WRITTEN = [
  { key: "deny", list: "deny", parse: parseRule },
  { key: "autoDeny", list: "deny", parse: parseExpression },
  { key: "ask", list: "ask", parse: parseRule },
  { key: "allow", list: "allow", parse: parseRule },
  { key: "autoAllow", list: "allow", parse: parseExpression },
] as const;

/** Whether a managed file says that nobody else's allow rules count. Other deny and ask rules only tighten. */
function onlyManaged(settings: SettingsView): boolean {
  return ["permissions.allowManagedPermissionRulesOnly", "allowManagedPermissionRulesOnly"].some((path) =>
    settings.origins(path).some(({ layer, value }) => layer === "managed" && value === true),
  );
}

function textsOf({ value, layer }: Origin): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  return layer === "flag" ? texts.flatMap((text) => splitRules(text)) : texts;
}

function doubtful({ tool, list }: Rule, tools: KnownTools): string | undefined {
  if (list === "allow" || /[_*]/.test(tool) || tools.isKnown(tool) || KNOWN_NAMES.has(tool)) return undefined;
  return `names no tool that is there`;
}

/** The folder in which a pattern `/path` of this source starts; "" stands for the session's own. */
function baseOf({ layer, source }: Origin): string {
  if (!isAbsolute(source) || layer === "local") return "";
  const folder = dirname(source);
  const isConfiguration = layer === "project" && /^\.(?:nacre|claude)$/.test(basename(folder));
  return isConfiguration ? dirname(folder) : folder;
}

/** Rules of both. */
export function pooled(one: RuleSet, other: RuleSet): RuleSet {
  if (other === NO_RULES) return one;
  return {
    deny: [...one.deny, ...other.deny],
    ask: [...one.ask, ...other.ask],
    allow: [...one.allow, ...other.allow],
  };
}
