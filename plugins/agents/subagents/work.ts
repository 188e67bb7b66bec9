import type { EndReason } from "../../../schemas/event.js";
import { textOf } from "../../../schemas/message.js";
import type { Usage } from "../../../schemas/provider.js";
import type { Session } from "../../../schemas/session.js";
import { CONFIDENT, findingsText, mergeFindings, readFindings, type Finding, type Report } from "../findings.js";
import type { Child } from "./child.js";

/** What came of an agent's work. */
export interface Outcome {
  readonly state: "completed" | "partial" | "failed" | "cancelled";
  /** What whoever gave the task reads. */
  readonly text: string;
  /** All that it found, also what is not shown, where its report holds findings. */
  readonly findings?: readonly Finding[];
  readonly ms: number;
  readonly calls: number;
  readonly usage: Usage;
  readonly model: string;
}

/** The longest report that is handed on, in characters. */
const LONGEST = 100_000;

const STATES: Readonly<Record<EndReason, Outcome["state"]>> = {
  completed: "completed",
  max_turns: "partial",
  checkpoint: "partial",
  budget: "partial",
  aborted: "cancelled",
  model_error: "failed",
  deferred: "failed",
  hook_stopped: "partial",
  prompt_blocked: "failed",
};

/** Lets an agent work until it is done, closes it, and resolves with its last words. Never rejects. */
export async function work(child: Child, signal: AbortSignal, least: number | undefined): Promise<Outcome> {
  const { session, task } = child;
  const { seconds } = task.type;
  const timeout = seconds === undefined ? undefined : AbortSignal.timeout(seconds * 1000);
  const started = performance.now();
  const end = await session.send(child.prompt, { signal: timeout ? AbortSignal.any([signal, timeout]) : signal });
  const left = await child.close();
  const late = end.reason === "aborted" && timeout?.aborted === true && !signal.aborted;
  const said = lastWords(session);
  const why = late ? `It was stopped after ${seconds} s, the time it has.` : (end.error?.message ?? end.message);
  const state = late ? "partial" : STATES[end.reason];
  const report = readFindings(said, task.type.name);
  const words = report ? shown(report, least) : said;
  const stopped = state === "completed" ? undefined : `[The agent did not finish: ${why ?? "it was interrupted."}]`;
  const answered = state === "completed" && words === "" ? (end.message ?? "[The agent ended without words.]") : words;
  return {
    state,
    text: [answered, stopped, left && `[${left}]`].filter((text) => text !== undefined && text !== "").join("\n\n"),
    ...(report && { findings: report.findings }),
    ms: Math.round(performance.now() - started),
    ...figures(session),
  };
}

function figures({ replies, model }: Session): Pick<Outcome, "calls" | "usage" | "model"> {
  const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  let calls = 0;
  for (const reply of replies) {
    calls += reply.tools.length;
    for (const key of ["input", "output", "cacheRead", "cacheWrite"] as const) usage[key] += reply.usage[key];
  }
  return { usage, calls, model };
}

function lastWords({ messages }: Session): string {
  const last = messages.findLast(({ role }) => role === "assistant");
  const text = textOf(last?.content ?? []).trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}\n[... ${text.length - LONGEST} characters more]` : text;
}

/** Findings are shown from the asked-for confidence on, those of one place together. */
function shown({ words, findings, problems }: Report, least: number = CONFIDENT): string {
  return [words, findingsText(mergeFindings(findings), least), ...problems].filter((part) => part !== "").join("\n\n");
}
