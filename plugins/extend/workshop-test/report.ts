import { relative } from "node:path";
import { printable } from "../../../schemas/printable.js";
import type { TestResult } from "./run-case.js";

/** A line for a test that has ended, with its failures below. */
export function resultText({ test, ok, failures, ms }: TestResult, cwd: string): string {
  const place = `${relative(cwd, test.file)}:${test.line}`;
  const head = `${ok ? "ok  " : "FAIL"} ${printable(test.test)} (${ms} ms)${ok ? "" : `  ${place}`}`;
  return [head, ...failures.map((failure) => `       ${printable(failure)}`), ""].join("\n");
}

/** The same as a workflow command, which GitHub shows beside the test. */
export function annotation({ test, ok, failures }: TestResult, cwd: string): string {
  if (ok) return "";
  const text = escaped([test.test, ...failures].join("\n"));
  return `::error file=${escaped(relative(cwd, test.file)).replaceAll(",", "%2C")},line=${test.line},title=plugin test::${text}\n`;
}

export function summary(results: readonly TestResult[]): string {
  const failed = results.filter(({ ok }) => !ok).length;
  return failed === 0 ? `${results.length} passed\n` : `${failed} of ${results.length} failed\n`;
}

/** The results for programs. */
export function resultsJson(results: readonly TestResult[]): string {
  const tests = results.map(({ test, ok, failures, ms }) => ({
    test: test.test,
    file: test.file,
    line: test.line,
    ok,
    failures,
    ms,
  }));
  return `${JSON.stringify({ ok: results.every(({ ok }) => ok), tests }, null, 2)}\n`;
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
