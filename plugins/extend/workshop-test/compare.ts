import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../../schemas/json.js";
import { matches } from "../../../schemas/text-pattern.js";
import type { MadeCall, Outcome } from "./outcome.js";
import type { Expectations, Wanted, WantedCall } from "./test-case.js";

const SHOWN = 300;

/** One sentence for each expectation that does not hold. */
export function compare(expect: Expectations, outcome: Outcome, dir: string): readonly string[] {
  const { exit = 0, answer, calls = [], no_calls: never = [], context, no_context: without, notice, files } = expect;
  const said = outcome.notices.trim() === "" ? "" : ` It said: ${cut(outcome.notices)}`;
  return [
    ...(outcome.exit === exit ? [] : [`The exit code is ${outcome.exit}, not ${exit}.${said}`]),
    ...missing("the answer", answer, outcome.answer),
    ...missing("what was said to the person", notice, outcome.notices),
    ...missing("what the model was told", context, outcome.context),
    ...listOf(without).flatMap((pattern) =>
      matches(pattern, outcome.context) ? [`The model was told ${JSON.stringify(pattern)}.`] : [],
    ),
    ...inOrder(calls, outcome.calls),
    ...never.flatMap((name) => (outcome.calls.some((call) => call.name === name) ? [`${name} was called.`] : [])),
    ...Object.entries(files ?? {}).flatMap(([path, wanted]) => fileFaults(dir, path, wanted)),
  ];
}

/** Each wanted call has to come after the one before it. */
function inOrder(wanted: readonly WantedCall[], made: readonly MadeCall[]): string[] {
  let from = 0;
  for (const call of wanted) {
    const found = made.findIndex((one, at) => at >= from && callFaults(call, one).length === 0);
    if (found < 0) {
      const near = made.slice(from).find((one) => one.name === call.name);
      const why = near ? callFaults(call, near).join(" ") : `The calls are: ${made.map(shown).join("; ") || "none"}.`;
      return [`There is no call ${wantedText(call)}. ${why}`];
    }
    from = found + 1;
  }
  return [];
}

function callFaults(wanted: WantedCall, made: MadeCall): string[] {
  if (wanted.name !== made.name) return ["It has another name."];
  const decided = made.ran ? "allow" : "deny";
  return [
    ...(wanted.decision === undefined || wanted.decision === decided
      ? []
      : [`${made.name} was ${made.ran ? "allowed" : "refused"}: ${made.decision?.reason ?? cut(made.result)}`]),
    ...inputFaults("input", wanted.input, made.input),
    ...missing("the reason", wanted.reason, made.decision?.reason ?? ""),
    ...missing(`the result of ${made.name}`, wanted.result, made.result),
    ...(wanted.error === undefined || wanted.error === made.error
      ? []
      : [`The result of ${made.name} is ${made.error ? "an error" : "no error"}: ${cut(made.result)}`]),
  ];
}

/** Texts are patterns, objects are compared key by key, everything else has to be the same. */
function inputFaults(path: string, wanted: unknown, made: unknown): string[] {
  if (wanted === undefined) return [];
  if (isObject(wanted)) {
    const inner = isObject(made) ? made : {};
    return Object.entries(wanted).flatMap(([key, value]) => inputFaults(`${path}.${key}`, value, inner[key]));
  }
  if (typeof wanted === "string" && typeof made === "string" && matches(wanted, made)) return [];
  return JSON.stringify(wanted) === JSON.stringify(made)
    ? []
    : [`${path} is ${cut(JSON.stringify(made) ?? "missing")}, not ${JSON.stringify(wanted)}.`];
}

function fileFaults(dir: string, path: string, wanted: Wanted | false): string[] {
  const file = join(dir, path);
  const there = lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  if (wanted === false) return there ? [`There is a file ${path}.`] : [];
  return there ? missing(path, wanted, readFileSync(file, "utf8")) : [`There is no file ${path}.`];
}

function missing(where: string, wanted: Wanted | undefined, text: string): string[] {
  return listOf(wanted)
    .filter((pattern) => !matches(pattern, text))
    .map((pattern) => `${JSON.stringify(pattern)} is not in ${where}: ${cut(text) || "it is empty"}`);
}

function listOf(wanted: Wanted | undefined): readonly string[] {
  return wanted === undefined ? [] : [wanted].flat();
}

function wantedText({ name, input, decision }: WantedCall): string {
  return `${name}${input ? ` ${JSON.stringify(input)}` : ""}${decision ? ` with decision ${decision}` : ""}`;
}

function shown({ name, input, ran }: MadeCall): string {
  return `${name} ${cut(JSON.stringify(input))}${ran ? "" : " (refused)"}`;
}

function cut(text: string): string {
  const line = text.trim();
  return line.length <= SHOWN ? line : `${line.slice(0, SHOWN)}...`;
}
