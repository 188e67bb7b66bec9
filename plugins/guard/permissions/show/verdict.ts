import type { PendingCall } from "../../../../schemas/decision.js";
import { callFacts } from "../calls/call-facts.js";
import { decide, type Judgement } from "../decide.js";
import type { Law } from "../open.js";
import type { Place } from "../paths/judge-path.js";

/** What the gate says of a call before anybody is asked. */
export interface Verdict {
  readonly decision: "allow" | "ask" | "deny";
  /** One sentence. */
  readonly reason: string;
  readonly rule?: string;
  /** Where that rule stands. */
  readonly origin?: string;
  /** The rule that came closest and did not match. */
  readonly nearest?: string;
}

/** Judges a call as the gate would in a session with this place and this law. Nothing runs. */
export async function verdictOn(pending: PendingCall, place: Place, law: Law): Promise<Verdict> {
  return toVerdict(decide(await callFacts(pending, place), law));
}

/** What was decided, or that a person is to be asked. */
export function toVerdict({ decision, doubt, nearest }: Judgement): Verdict {
  const reason = doubt ?? "No gate decided.";
  if (!decision) return { decision: "ask", reason, ...(nearest !== undefined && { nearest }) };
  const { rule, origin, nearest: near } = decision;
  return {
    decision: decision.behavior === "defer" ? "ask" : decision.behavior,
    reason: decision.reason,
    ...(rule !== undefined && { rule }),
    ...(origin !== undefined && { origin }),
    ...(near !== undefined && { nearest: near }),
  };
}
