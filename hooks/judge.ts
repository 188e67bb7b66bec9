import type { Ask, Decision, PendingCall, ToolCall } from "../schemas/decision.js";
import type { Session } from "../schemas/session.js";
import type { Tool } from "../schemas/tool.js";
import type { PreToolUse } from "./pre-tool-use.js";

/** `Decision.by` of a call that nobody was there to approve. */
export const UNATTENDED = "unattended";

/** A call that has been decided about. */
export interface Judged extends PendingCall {
  readonly decision: Decision;
  /** The person wants the turn to end here. */
  readonly interrupt?: boolean;
}

/** A call with the tool it is for. */
export interface Candidate {
  readonly call: ToolCall;
  readonly tool: Tool;
}

/** Who can be asked, and until when. */
export interface Asking {
  readonly ask: Ask | undefined;
  readonly signal: AbortSignal;
}

/**
 * Puts a call before every gate, and before the person where the gates leave it open. What is judged is what runs:
 * when a gate or the person changes the input, the gates judge the new one.
 */
export async function judge(
  hook: PreToolUse,
  { call, tool }: Candidate,
  session: Session,
  asking: Asking,
): Promise<Judged> {
  const pass = async (one: ToolCall, before?: PendingCall): Promise<PendingCall> => {
    const effect = tool.effectOf?.(one.input) ?? tool.effect;
    return hook.promise({ ...before, call: one, tool, effect, again: before !== undefined }, session);
  };
  let pending = await pass(call);
  if (pending.call.input !== call.input) pending = await pass(pending.call, pending);
  const behavior = pending.decision?.behavior;
  if (behavior !== undefined && behavior !== "ask") return settled(pending);
  const reason = pending.decision?.reason ?? pending.doubt;
  // Without any gate a person who is there is asked about effects; a program that opened the session trusts its tools.
  if (hook.taps.length === 0 && (asking.ask === undefined || pending.effect === "read")) {
    return { ...pending, decision: { behavior: "allow", reason: "No permission gate is installed.", by: "kernel" } };
  }
  return askPerson(pending, reason ?? "No gate decided.", { ...asking, pass, sessionId: session.id });
}

interface AskingAgain extends Asking {
  readonly pass: (call: ToolCall, before: PendingCall) => Promise<PendingCall>;
  readonly sessionId: string;
}

async function askPerson(
  pending: PendingCall,
  reason: string,
  { ask, signal, pass, sessionId }: AskingAgain,
): Promise<Judged> {
  const { call, effect, suggestions = [], blockedPath, confirm } = pending;
  const optional = {
    ...(blockedPath !== undefined && { blockedPath }),
    ...(confirm !== undefined && { confirm }),
  };
  const answer = await ask?.({ call, effect, reason, suggestions, sessionId, ...optional }, signal);
  if (answer === undefined) {
    return {
      ...pending,
      decision: {
        behavior: "deny",
        reason: `${reason} Nobody could be asked, so it was refused.`,
        by: UNATTENDED,
      },
    };
  }
  if (answer.behavior === "deny") {
    const decision: Decision = { behavior: "deny", reason: answer.message, by: answer.by ?? "user" };
    return { ...pending, decision, ...(answer.interrupt && { interrupt: true }) };
  }
  const reasonGiven = answer.by === undefined ? "Approved when asked." : `Approved by ${answer.by} when asked.`;
  const allowed: Decision = { behavior: "allow", reason: reasonGiven, by: answer.by ?? "user" };
  if (answer.input === undefined) return { ...pending, decision: allowed };
  // Whoever approved named the new input themselves, so only a deny can still stand against it.
  const again = await pass({ ...call, input: answer.input }, { ...pending, call: { ...call, input: answer.input } });
  return again.decision?.behavior === "deny" ? settled(again) : { ...again, decision: allowed };
}

function settled(pending: PendingCall): Judged {
  const decision = pending.decision ?? { behavior: "deny", reason: "No gate decided.", by: "kernel" };
  return { ...pending, decision };
}
