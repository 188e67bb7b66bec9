import type { PluginContext } from "../../../core/types.js";
import { UNATTENDED } from "../../../hooks/judge.js";
import type { Decision, PendingCall } from "../../../schemas/decision.js";
import type { Session } from "../../../schemas/session.js";

/** Who answers where a call has to be asked about, in a run that nobody watches. */
export type OnAsk = "deny" | "stdin" | "hook" | "defer";

/** Behind all gates: what they leave open is settled here. */
const STAGE = 1_000;

/** Settles what would be asked about without asking: with a no, or by ending the run at that call. */
export function tapOnAsk(ctx: PluginContext, onAsk: OnAsk): void {
  if (onAsk !== "deny" && onAsk !== "defer") return;
  const tap = async (pending: PendingCall, session: Session): Promise<PendingCall | undefined> => {
    const behavior = pending.decision?.behavior;
    if (behavior === "allow" || behavior === "deny" || behavior === "defer") return undefined;
    const why = pending.decision?.reason ?? pending.doubt ?? "It has to be asked about.";
    // An agent's call cannot be taken up again without the agent.
    const puts = onAsk === "defer" && !session.agent;
    return { ...pending, decision: puts ? putOff(why) : refused(why) };
  };
  ctx.tap("PreToolUse", tap, { stage: STAGE });
}

function refused(why: string): Decision {
  const reason = `${why} Nobody is asked in this run (--on-ask deny), so it was refused.`;
  return { behavior: "deny", reason, by: UNATTENDED };
}

function putOff(why: string): Decision {
  const how =
    "It was put off until somebody can be asked. Among several calls of one answer it cannot be: make it alone.";
  return { behavior: "defer", reason: `${why} ${how}`, by: UNATTENDED };
}
