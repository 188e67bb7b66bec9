import { readFileSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";
import type { Rule, RuleSource } from "./rule.js";

const MAX_FILE = 1024 * 1024;
const found = new WeakMap<Rule, string>();

/** Where a rule stands: `file:line`, a flag, or "session". Its file is read when the first decision needs it. */
export function originOf(rule: Rule): string {
  let origin = found.get(rule);
  if (origin === undefined) {
    found.set(rule, (origin = placeOf(rule.source, rule.text)));
  }
  return origin;
}

/** Where a text of some source stands. */
export function placeOf({ source }: RuleSource, text: string): string {
  const line = isAbsolute(source) ? lineOf(text, source) : undefined;
  return line === undefined ? source : `${source}:${line}`;
}

function lineOf(text: string, file: string): number | undefined {
  try {
    if (statSync(file).size > MAX_FILE) return undefined;
    const lines = readFileSync(file, "utf8").split("\n");
    const spelling = JSON.stringify(text).slice(1, -1);
    const quoted = [`"${spelling}"`, `"${text}"`, `'${text}'`];
    const exact = lines.findIndex((line) => quoted.some((one) => line.includes(one)));
    const line = exact >= 0 ? exact : lines.findIndex((one) => one.includes(text));
    return line < 0 ? undefined : line + 1;
  } catch {
    return undefined;
  }
}
