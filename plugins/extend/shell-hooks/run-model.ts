import { messageOf } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { textOf } from "../../../schemas/message.js";
import type { SessionInit } from "../../../schemas/session.js";
import { failed, late, type Desk, type Job } from "./job.js";
import type { Raw } from "./outcome.js";
import { forgetJudge, noteJudge } from "./own.js";

/** Tools that an agent of a hook may look around with. */
const READING = ["Read", "Grep", "Glob", "LS"];
const AGENT_TURNS = 50;

/** Asks a model, with tools for reading where it is an agent, and gives its verdict as a hook's output. */
export async function runModel(job: Job, desk: Desk, system: string): Promise<Raw> {
  const { handler } = job.hook;
  const { session } = job.firing.scene;
  const bad = (why: string): Raw => failed("error", `${job.name} hook error: ${why}`);
  if (!session) return bad(`a handler of the type "${handler.type}" can be run only in a session.`);
  const id = desk.kernel.clock.id();
  noteJudge(id);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort("late"), job.timeout);
  const stop = (): void => abort.abort("stopped");
  job.firing.signal?.addEventListener("abort", stop, { once: true });
  const isAgent = handler.type === "agent";
  const init: SessionInit = {
    agent: { id, type: "", of: session },
    parent: session.id,
    cwd: session.cwd,
    provider: session.provider,
    model: handler.model ?? session.model,
    system: [system],
    tools: isAgent ? READING : [],
    maxTurns: isAgent ? AGENT_TURNS : 1,
    headless: true,
  };
  try {
    const child = await desk.kernel.open(init);
    try {
      const end = await child.send(untyped(promptOf(handler.prompt ?? "", job.input)), { signal: abort.signal });
      if (abort.signal.reason === "late") return late(job);
      if (end.reason !== "completed") return bad(end.message ?? `the model was not asked to the end (${end.reason}).`);
      const verdict = verdictIn(textOf(child.messages.at(-1)?.content ?? ""));
      return verdict ? { exitCode: 0, stdout: JSON.stringify(effectOf(verdict, job)), stderr: "" } : bad(NO_VERDICT);
    } finally {
      await child.close();
    }
  } catch (error) {
    return bad(messageOf(error));
  } finally {
    clearTimeout(timer);
    job.firing.signal?.removeEventListener("abort", stop);
    forgetJudge(id);
  }
}

const NO_VERDICT = 'the model did not answer with {"ok": ..., "reason": ...}.';

/** `$ARGUMENTS` is the event; where it is not asked for it stands at the end. A backslash keeps a `$` as it is. */
function promptOf(prompt: string, input: JsonObject): string {
  const json = JSON.stringify(input);
  let used = false;
  const text = prompt.replace(/\\\$|\$ARGUMENTS/g, (found) => {
    if (found !== "$ARGUMENTS") return "$";
    used = true;
    return json;
  });
  return used ? text : `${text}\n\n${json}`;
}

/** A question that begins like a command is none. */
function untyped(prompt: string): string {
  return /^\s*[/@!]/.test(prompt) ? `Your task:\n${prompt}` : prompt;
}

interface Verdict {
  readonly ok: boolean;
  readonly reason: string;
  readonly impossible: boolean;
}

/** The verdict in an answer, which may stand between other words. */
function verdictIn(answer: string): Verdict | undefined {
  const text = answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1);
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || typeof value["ok"] !== "boolean") return undefined;
    const { ok, reason, impossible } = value;
    const said = typeof reason === "string" && reason !== "" ? reason : "The condition of a hook is not met.";
    return { ok, reason: said, impossible: impossible === true };
  } catch {
    return undefined;
  }
}

/** What a verdict does, in the words that commands use. */
function effectOf({ ok, reason, impossible }: Verdict, { hook, firing: { event } }: Job): JsonObject {
  const { handler } = hook;
  const goesOn = handler.type === "agent" || handler.continueOnBlock === true;
  if (ok) return {};
  const objection = { decision: "block", reason };
  const stop = { continue: false, stopReason: reason };
  switch (event) {
    case "Stop":
    case "SubagentStop":
      return impossible && handler.type === "prompt" ? {} : objection;
    case "PreToolUse": {
      const own = { hookEventName: event, permissionDecision: "deny", permissionDecisionReason: reason };
      return { hookSpecificOutput: own, ...(!goesOn && stop) };
    }
    case "PostToolUse":
      return goesOn ? objection : { ...objection, ...stop };
    case "PostToolBatch":
    case "UserPromptSubmit":
    case "UserPromptExpansion":
      return { ...objection, ...stop };
    case "PostToolUseFailure":
      return objection;
    default:
      return {};
  }
}
