import type { PluginContext } from "../../../core/types.js";
import type { FinishedCall } from "../../../hooks/post-tool-use.js";
import type { Finish } from "../../../hooks/stop.js";
import { strictest, type Decision, type PendingCall, type ToolCall } from "../../../schemas/decision.js";
import { textOf } from "../../../schemas/message.js";
import type { Session } from "../../../schemas/session.js";
import type { ToolOutput } from "../../../schemas/tool.js";
import type { ClientHooks } from "./client-hooks.js";
import type { HookOutput } from "./hook-output.js";

/** `Decision.by` of what a hook of the client decided. */
export const CLIENT_HOOK = "client hook";

/** Callbacks have a deadline of their own. */
const PATIENT = { deadline: Infinity };

export interface Turn {
  /** Aborted when the turn at hand is stopped. */
  signal(): AbortSignal;
  /** A hook wants everything to stop. */
  stop(reason: string): void;
}

/** Lets the client's hooks take part, at the points they asked for and at no other. */
export function tapHooks(ctx: PluginContext, hooks: ClientHooks, turn: Turn): void {
  if (hooks.has("SessionStart", "SubagentStart")) {
    ctx.tap(
      "SessionStart",
      async (start, session) => {
        const { agent, model } = session;
        const outputs = agent
          ? await hooks.fire("SubagentStart", { session, value: agent.type, input: {} })
          : await hooks.fire("SessionStart", { session, value: start.source, input: { source: start.source, model } });
        return { ...start, context: [...start.context, ...contextOf(outputs)] };
      },
      PATIENT,
    );
  }
  if (hooks.has("UserPromptSubmit")) {
    ctx.tap(
      "UserPromptSubmit",
      async (prompt, session) => {
        if (session.agent) return undefined;
        const input = { prompt: textOf(prompt.content) };
        const outputs = await hooks.fire("UserPromptSubmit", { session, input, signal: turn.signal() });
        const blocked = outputs.map(refusalOf).find((reason) => reason !== undefined);
        const context = [...prompt.context, ...contextOf(outputs)];
        return { ...prompt, context, ...(blocked !== undefined && { blocked }) };
      },
      PATIENT,
    );
  }
  if (hooks.has("PreToolUse")) {
    ctx.tap("PreToolUse", (pending, session) => judged(pending, session, { hooks, turn }), PATIENT);
  }
  if (hooks.has("PostToolUse", "PostToolUseFailure")) {
    ctx.tap(
      "PostToolUse",
      (finished, call, session) => reviewed(finished, call, { session, hooks, signal: turn.signal() }),
      PATIENT,
    );
  }
  if (hooks.has("Stop", "SubagentStop")) {
    ctx.tap("Stop", (finish, session) => ended(finish, session, { hooks, turn }), PATIENT);
  }
}

interface Parts {
  readonly hooks: ClientHooks;
  readonly turn: Turn;
}

async function ended(
  { reply, continued }: Finish,
  session: Session,
  { hooks, turn }: Parts,
): Promise<string | undefined> {
  const input = { stop_hook_active: continued > 0, last_assistant_message: textOf(reply.message.content) };
  const { agent } = session;
  const about = { session, input, signal: turn.signal(), ...(agent && { value: agent.type }) };
  const outputs = await hooks.fire(agent ? "SubagentStop" : "Stop", about);
  if (outputs.some((output) => !output.goesOn)) return undefined;
  return outputs.flatMap(({ block, context }) => block ?? context ?? []).join("\n") || undefined;
}

const contextOf = (outputs: readonly HookOutput[]): string[] => outputs.flatMap(({ context }) => context ?? []);

function refusalOf({ goesOn, block, stopReason }: HookOutput): string | undefined {
  return block ?? (goesOn ? undefined : (stopReason ?? "A hook of the client stopped it."));
}

async function judged(
  pending: PendingCall,
  session: Session,
  { hooks, turn }: Parts,
): Promise<PendingCall | undefined> {
  if (pending.again) return undefined;
  const { id, name, input } = pending.call;
  const outputs = await hooks.fire("PreToolUse", {
    session,
    value: name,
    input: { tool_name: name, tool_input: input, tool_use_id: id },
    toolUseId: id,
    signal: turn.signal(),
  });
  if (outputs.length === 0) return undefined;
  let decision: Decision | undefined;
  for (const output of outputs) {
    if (!output.goesOn) turn.stop(output.stopReason ?? "A hook of the client stopped the run.");
    const permission = output.goesOn
      ? output.permission
      : ({ behavior: "deny", reason: output.stopReason ?? "A hook of the client stopped the run." } as const);
    if (permission) decision = strictest(decision, { ...permission, by: CLIENT_HOOK });
  }
  // A call that is put off goes on as it stands.
  const rewritten = decision?.behavior === "defer" ? undefined : outputs.findLast(({ updatedInput }) => updatedInput);
  const context = [...(pending.context ?? []), ...contextOf(outputs)];
  return {
    ...pending,
    ...(decision && { decision }),
    ...(rewritten?.updatedInput && { call: { ...pending.call, input: rewritten.updatedInput } }),
    ...(context.length > 0 && { context }),
  };
}

interface Review {
  readonly session: Session;
  readonly hooks: ClientHooks;
  readonly signal: AbortSignal;
}

async function reviewed(
  finished: FinishedCall,
  call: ToolCall,
  { session, hooks, signal }: Review,
): Promise<FinishedCall> {
  const { output, ms } = finished;
  const about = { tool_name: call.name, tool_input: call.input, tool_use_id: call.id, duration_ms: ms };
  const event = output.isError ? "PostToolUseFailure" : "PostToolUse";
  const came = output.isError
    ? { error: textOfOutput(output), is_interrupt: signal.aborted }
    : { tool_response: output.details ?? output.content };
  const outputs = await hooks.fire(event, {
    session,
    value: call.name,
    input: { ...about, ...came },
    toolUseId: call.id,
    signal,
  });
  const objections = outputs.flatMap(({ block }) => block ?? []);
  const replaced = outputs.findLast(({ updatedOutput }) => updatedOutput !== undefined)?.updatedOutput;
  const stopping = outputs.find(({ goesOn }) => !goesOn);
  return {
    ...finished,
    ...(replaced !== undefined && !output.isError && { output: { ...output, content: replaced } }),
    context: [...finished.context, ...objections, ...contextOf(outputs)],
    ...(stopping && { stop: stopping.stopReason ?? "A hook of the client stopped the run." }),
  };
}

function textOfOutput({ content }: ToolOutput): string {
  return typeof content === "string" ? content : textOf(content);
}
