import { table, wrap } from "../table.js";
import type { Account, AccountLine } from "./account.js";

const HEAD = ["PLUGIN", "ORIGIN", "LOAD", "CALLS", "HOOK p50", "HOOK p95", "FAILURES", "MEMORY", "TOKENS"];

const MB = 1024 * 1024;

/** The account for people: slowest to load first, numbers to the right, the sum last. */
export function accountText({ plugins, failed, notes }: Account): string {
  const sum = (of: (line: AccountLine) => number | null): number =>
    plugins.reduce((all, line) => all + (of(line) ?? 0), 0);
  const rows = plugins.map((one) => [
    one.plugin,
    one.origin,
    ms(one.loadMs),
    String(one.calls),
    ms(one.p50),
    ms(one.p95),
    String(one.failures),
    one.memory === null ? "-" : String(Math.round(one.memory / MB)),
    String(one.tokens),
  ]);
  const total = [
    "all",
    "",
    ms(sum((line) => line.loadMs)),
    String(sum((line) => line.calls)),
    "",
    "",
    String(sum((line) => line.failures)),
    String(Math.round(sum((line) => line.memory) / MB)),
    String(sum((line) => line.tokens)),
  ];
  const sentences = [...failed, ...notes].map((sentence) => `${wrap(sentence, 100).join("\n")}\n`);
  return `${table([...rows, total], { head: HEAD, right: [2, 3, 4, 5, 6, 7, 8] })}\n${sentences.join("")}`;
}

function ms(value: number | null): string {
  return value === null ? "-" : value.toFixed(value < 10 ? 2 : 1);
}
