import { AsyncSeriesWaterfallHook } from "tapable";
import { strictest, type PendingCall } from "../schemas/decision.js";
import { messageOf } from "../schemas/errors.js";
import type { Session } from "../schemas/session.js";
import type { TapFacts, Wall } from "./wall.js";

/** A call wants to run. Every gate is asked; the strictest answer holds; a gate that fails is a deny. */
export type PreToolUse = AsyncSeriesWaterfallHook<[PendingCall, Session]>;

type Gate = (pending: PendingCall, session: Session) => Promise<PendingCall | undefined | void>;

export function preToolUse(wall: Wall): PreToolUse {
  const hook: PreToolUse = new AsyncSeriesWaterfallHook<[PendingCall, Session]>(["pending", "session"], "PreToolUse");
  hook.intercept({ register: (tap) => ({ ...tap, fn: shut(tap, tap.fn as Gate, wall) }) });
  return hook;
}

function shut(tap: TapFacts, gate: Gate, wall: Wall): Gate {
  return async (pending, session) => {
    try {
      const answer = await wall.call(tap.name, "PreToolUse", tap.deadline ?? 10_000, () => gate(pending, session));
      return answer ? merge(pending, answer, tap.name) : pending;
    } catch (error) {
      const reason = `The gate of plugin "${tap.name}" failed, so the call is refused: ${messageOf(error)}`;
      return {
        ...pending,
        decision: strictest(pending.decision, { behavior: "deny", reason, by: tap.name })!,
      };
    }
  };
}

/** A gate adds to what the others said; it cannot take anything back, nor rewrite in the second round. */
function merge(before: PendingCall, after: PendingCall, by: string): PendingCall {
  const own = after.decision && after.decision !== before.decision ? { by, ...after.decision } : after.decision;
  const decision = strictest(before.decision, own);
  const call = before.again ? before.call : { ...before.call, input: after.call.input };
  return { ...after, ...(decision && { decision }), call, tool: before.tool, again: before.again };
}
