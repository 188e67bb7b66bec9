import { relative } from "node:path";
import type { Diagnostic } from "../../../schemas/parts.js";
import type { Checked } from "./checked.js";
import { printable } from "../../../schemas/printable.js";
import { whyOf } from "./why.js";

/** A problem with the reason why it matters. */
export interface Finding extends Diagnostic {
  readonly why?: string;
}

export interface Verdict extends Omit<Checked, "problems"> {
  /** False when something has to be mended; with `strict` warnings count. */
  readonly ok: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly problems: readonly Finding[];
}

const RANK = { error: 0, warning: 1, info: 2 };

/** What is to be said of what was checked: errors first, then by place. */
export function verdictOf({ problems, ...facts }: Checked, strict: boolean): Verdict {
  const sorted = problems.toSorted(
    (a, b) => RANK[a.severity] - RANK[b.severity] || compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0),
  );
  const count = (severity: Diagnostic["severity"]): number =>
    problems.filter((problem) => problem.severity === severity).length;
  const [errors, warnings] = [count("error"), count("warning")];
  const findings = sorted.map((problem): Finding => {
    const why = whyOf(problem.code);
    return why === undefined ? problem : { ...problem, why };
  });
  return { ...facts, ok: errors === 0 && (!strict || warnings === 0), errors, warnings, problems: findings };
}

/** The verdict for people. */
export function verdictText({ name, kind, path, holds, ok, errors, warnings, problems }: Verdict, cwd: string): string {
  const lines = problems.flatMap((problem) => {
    const { severity, code, fix, why, rule } = problem;
    const head = `${placeOf(problem, cwd)}: ${severity}: ${printable(sentenceOf(problem))} [${code}]`;
    return [head, ...[why, fix, rule && `See ${rule}.`].flatMap((text) => (text ? [`    ${printable(text)}`] : []))];
  });
  const parts = Object.entries(holds).map(([what, count]) => `${count} ${what}${count === 1 ? "" : "s"}`);
  const counts = `${errors} error${errors === 1 ? "" : "s"}, ${warnings} warning${warnings === 1 ? "" : "s"}`;
  const what = `${kind} ${printable(name ?? (relative(cwd, path) || "."))}`;
  const held = parts.length > 0 ? ` (${parts.join(", ")})` : "";
  return [...lines, `${ok ? "ok" : "not ok"}: ${what}${held}: ${counts}`, ""].join("\n");
}

/** The verdict as workflow commands, which GitHub shows beside the lines they are about. */
export function annotations({ problems }: Verdict, cwd: string): string {
  const words = { error: "error", warning: "warning", info: "notice" };
  return problems
    .map((problem) => {
      const { severity, file, line = 1, column = 1, fix, code } = problem;
      const text = escaped([sentenceOf(problem), fix ?? ""].join(" ").trim(), false);
      const at = `file=${escaped(relative(cwd, file), true)},line=${line},col=${column},title=${escaped(code, true)}`;
      return `::${words[severity]} ${at}::${text}\n`;
    })
    .join("");
}

/** What is wrong, without the place, which stands before it anyway. */
function sentenceOf({ file, message }: Diagnostic): string {
  return message.startsWith(`${file}: `) ? message.slice(file.length + 2) : message;
}

function placeOf({ file, line, column }: Diagnostic, cwd: string): string {
  const path = relative(cwd, file);
  const shown = path === "" || path.startsWith("..") ? file : path;
  return [printable(shown), line, line === undefined ? undefined : column].filter((one) => one !== undefined).join(":");
}

function escaped(text: string, property: boolean): string {
  const plain = text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  return property ? plain.replaceAll(":", "%3A").replaceAll(",", "%2C") : plain;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
