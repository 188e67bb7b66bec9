import { relative } from "node:path";
import { oneLine, printable } from "../../../../schemas/printable.js";
import type { Breach, Checked } from "./check-tree.js";
import type { Rule, Unchecked } from "./rule.js";
import { jsonText } from "../../../../schemas/json-text.js";

export interface Report extends Checked {
  readonly root: string;
  /** Absolute paths of the files that were read for rules. */
  readonly guidelines: readonly string[];
  readonly rules: readonly Rule[];
  readonly unchecked: readonly Unchecked[];
  /** The revision that changes are counted from; everything was looked at when absent. */
  readonly since: string | undefined;
}

const EXCERPT = 120;
const RULE = 160;

/** For people: each breach with its rule, then what was checked. `all` also lists every sentence and what became of it. */
export function reportText(report: Report, all: boolean): string {
  const { breaches, root } = report;
  const lines = breaches.flatMap((breach) => [
    `${printable(breach.path)}:${breach.line}:${breach.column}  ${printable(breach.rule.check.says)}.`,
    ...(breach.excerpt === undefined ? [] : [`    ${oneLine(breach.excerpt, EXCERPT)}`]),
    `    ${placeOf(breach.rule, root)}: ${oneLine(breach.rule.text, RULE)}`,
  ]);
  if (lines.length > 0) lines.push("");
  if (all) lines.push(...listed(report), "");
  lines.push(summary(report, all));
  return lines.join("\n");
}

export function reportJson(report: Report): string {
  const { root, guidelines, rules, unchecked, breaches, files, cut, since } = report;
  const place = ({ file, line, text }: Rule | Unchecked): object => ({ file, line, text });
  const about = (breach: Breach): object => ({
    path: breach.path,
    line: breach.line,
    column: breach.column,
    message: `${breach.rule.check.says}.`,
    kind: breach.rule.check.kind,
    rule: place(breach.rule),
    ...(breach.excerpt !== undefined && { excerpt: breach.excerpt.slice(0, 500) }),
  });
  const json = {
    root,
    since: since ?? null,
    guidelines,
    files,
    cut,
    breaches: breaches.map(about),
    rules: rules.map((rule) => ({ ...place(rule), kind: rule.check.kind })),
    unchecked: unchecked.map((one) => ({ ...place(one), why: one.why })),
  };
  return jsonText(json, 2);
}

function listed({ rules, unchecked, root }: Report): readonly string[] {
  const lines = rules.length === 0 ? [] : ["Checked:"];
  for (const rule of rules) lines.push(`  ${placeOf(rule, root)}: ${oneLine(rule.text, RULE)}  [${rule.check.kind}]`);
  if (unchecked.length > 0) lines.push("", "Not checked:");
  for (const one of unchecked) lines.push(`  ${placeOf(one, root)}: ${oneLine(one.text, RULE)}`, `      ${one.why}`);
  return lines;
}

function summary({ breaches, rules, unchecked, guidelines, files, cut, since }: Report, all: boolean): string {
  if (guidelines.length === 0) return "There are no guidelines to check against.";
  const found =
    breaches.length === 0
      ? "Nothing stands against the guidelines"
      : `${count(breaches.length, "breach", "breaches")} of ${count(new Set(breaches.map(({ rule }) => rule)).size, "rule", "rules")}`;
  const where = `${count(files, "file", "files")}${since === undefined ? "" : ` that differ from ${printable(since)}`}`;
  const later =
    since === undefined ? rules.filter(({ check }) => !check.find && (!check.misplaced || check.newOnly)).length : 0;
  const parts = [
    `${found}: ${count(rules.length, "check", "checks")} in ${where}.`,
    ...(later > 0 ? [`${count(later, "rule is", "rules are")} about changes: see --diff.`] : []),
    ...(unchecked.length > 0
      ? [
          `${count(unchecked.length, "rule", "rules")} could not be turned into a check${all ? "" : " (--verbose lists them)"}.`,
        ]
      : []),
    ...(cut ? ["Not everything was looked at: there is too much of it."] : []),
  ];
  return parts.join(" ");
}

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

function placeOf({ file, line }: Rule | Unchecked, root: string): string {
  const way = relative(root, file);
  return `${printable(way.startsWith("..") ? file : way)}:${line}`;
}
