import { printable } from "../../../../schemas/printable.js";
import type { Rule } from "../rules/rule.js";
import { originOf } from "../rules/origin.js";
import { LISTS, type RuleSet } from "../rules/rule-set.js";

export interface Listed {
  readonly mode: string;
  readonly rules: readonly { readonly list: string; readonly rule: string; readonly origin: string }[];
  readonly folders: readonly string[];
  /** One sentence for each rule that does not count. */
  readonly problems: readonly string[];
}

/** The rules in force as data, strongest list first. */
export function listed(mode: string, rules: RuleSet): Pick<Listed, "mode" | "rules"> {
  const rows = LISTS.flatMap((list) =>
    rules[list].map((rule: Rule) => ({ list, rule: rule.text, origin: originOf(rule) })),
  );
  return { mode, rules: rows };
}

/** The same for people. */
export function listText({ mode, rules, folders, problems }: Listed): string {
  const width = Math.min(60, Math.max(0, ...rules.map(({ rule }) => rule.length)));
  const rows = rules.map(({ list, rule, origin }) => `  ${list.padEnd(5)}  ${rule.padEnd(width)}  ${origin}`);
  const lines = [
    `Mode: ${mode}`,
    rows.length === 0 ? "Rules: none" : "Rules (deny wins over ask, ask over allow):",
    ...rows,
    "Folders:",
    ...folders.map((dir) => `  ${dir}`),
    ...problems,
  ];
  return lines.map((line) => `${printable(line)}\n`).join("");
}
