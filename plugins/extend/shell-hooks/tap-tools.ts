import type { FinishedCall } from "../../../hooks/post-tool-use.js";
import { strictest, type Decision, type PendingCall, type ToolCall } from "../../../schemas/decision.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import type { ToolOutput } from "../../../schemas/tool.js";
import { contextOf, fire, marksOf, notice, PATIENT, wants, type Bridge } from "./bridge.js";
import { callInput, resultText } from "./call-input.js";
import { reminder } from "./inbox.js";
import { stopOf, type Outcome } from "./outcome.js";
import { isOwnCall } from "./own.js";
import { replaced } from "./replaced.js";

/** PreToolUse, PostToolUse and PostToolUseFailure. */
export function tapTools(bridge: Bridge): void {
  const { ctx } = bridge;
  ctx.tap("PreToolUse", (pending, session) => judged(bridge, pending, session), PATIENT);
  ctx.tap("PostToolUse", (finished, call, session) => reviewed(bridge, finished, call, session), PATIENT);
}

async function judged(bridge: Bridge, pending: PendingCall, session: Session): Promise<PendingCall | undefined> {
  const { call, again } = pending;
  const halt = bridge.marks.get(session)?.halt;
  if (halt !== undefined) return { ...pending, decision: { behavior: "deny", reason: `Not run: ${halt}` } };
  if (again || !wants(bridge, "PreToolUse", session) || isOwnCall(call.input)) return undefined;
  const outcomes = await fire(bridge, "PreToolUse", session, {
    value: call.name,
    input: callInput(call, session.cwd),
    call,
  });
  if (outcomes.length === 0) return undefined;
  const stop = stopOf(outcomes);
  if (stop !== undefined) marksOf(bridge, session).halt = stop;
  let decision: Decision | undefined;
  for (const outcome of outcomes) decision = strictest(decision, decisionOf(outcome));
  // A call that is put off goes on as it stands.
  const isPutOff = decision?.behavior === "defer";
  const updated = isPutOff ? undefined : outcomes.findLast(({ own }) => isObject(own["updatedInput"]));
  const context = [...(pending.context ?? []), ...(isPutOff ? [] : contextOf(`PreToolUse:${call.name}`, outcomes))];
  return {
    ...pending,
    ...(decision && { decision }),
    ...(updated && { call: { ...call, input: updated.own["updatedInput"] as JsonObject } }),
    ...(context.length > 0 && { context }),
  };
}

function decisionOf({ block, goesOn, stopReason, permission, hook }: Outcome): Decision | undefined {
  const rule = { origin: hook.source.file, rule: `${hook.event} hook` };
  if (block !== undefined) return { behavior: "deny", reason: block, ...rule };
  if (!goesOn && permission?.behavior !== "deny") {
    return { behavior: "deny", reason: stopReason ?? "A hook stopped the turn.", ...rule };
  }
  return permission && { ...permission, ...rule };
}

async function reviewed(
  bridge: Bridge,
  finished: FinishedCall,
  call: ToolCall,
  session: Session,
): Promise<FinishedCall | undefined> {
  const { output, ms } = finished;
  const event = output.isError ? "PostToolUseFailure" : "PostToolUse";
  if (!wants(bridge, event, session) || isOwnCall(call.input)) return undefined;
  const about = { ...callInput(call, session.cwd), duration_ms: ms };
  const outcomes = await fire(bridge, event, session, {
    value: call.name,
    input: { ...about, ...(output.isError ? failureOf(output) : { tool_response: output.details ?? output.content }) },
    call,
  });
  if (outcomes.length === 0) return undefined;
  const name = `${event}:${call.name}`;
  const objections = outcomes.flatMap(({ block }) => (block === undefined ? [] : [reminder(name, block)]));
  const stop = stopOf(outcomes);
  return {
    ...finished,
    ...changed(bridge, finished, outcomes, { call, session }),
    context: [...finished.context, ...objections, ...contextOf(name, outcomes)],
    ...(stop !== undefined && { stop }),
  };
}

function failureOf(output: ToolOutput): JsonObject {
  const { details } = output;
  const isInterrupt = isObject(details) && details["interrupted"] === true;
  return { error: resultText(output.content), ...(isInterrupt && { is_interrupt: true }) };
}

/** The output that a hook puts in the place of a tool's, where it has the shape of one. */
function changed(
  bridge: Bridge,
  { output }: FinishedCall,
  outcomes: readonly Outcome[],
  { call, session }: { readonly call: ToolCall; readonly session: Session },
): { readonly output?: ToolOutput } {
  if (output.isError) return {};
  const isServer = call.name.startsWith("mcp__");
  const given = outcomes
    .map(({ own }) => own["updatedToolOutput"] ?? (isServer ? own["updatedMCPToolOutput"] : undefined))
    .findLast((value) => value !== undefined);
  if (given === undefined) return {};
  const made = replaced(given, output);
  if (made) return { output: made };
  notice(
    bridge,
    session,
    "warning",
    `A hook's output for ${call.name} does not have the tool's shape; it is not used.`,
  );
  return {};
}
