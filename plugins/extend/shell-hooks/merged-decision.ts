import { strictest, type Decision } from "../../../schemas/decision.js";
import { isObject } from "../../../schemas/json.js";
import { refusalOf, type Outcome } from "./outcome.js";

/** What all hooks of an event want together. */
export interface Merged {
  readonly text: string;
  readonly refused: boolean;
}

/** deny > defer > ask > allow; a refusal and a stop are denials. */
export function mergedDecision(outcomes: readonly Outcome[]): Merged {
  let decision: Decision | undefined;
  for (const outcome of outcomes) {
    const refusal = refusalOf(outcome);
    if (refusal !== undefined) decision = strictest(decision, { behavior: "deny", reason: refusal });
    decision = strictest(decision, outcome.permission);
    const { decision: answer } = outcome.own;
    if (isObject(answer)) {
      const behavior = answer["behavior"] === "deny" ? "deny" : "allow";
      decision = strictest(decision, { behavior, reason: String(answer["message"] ?? "answered for the person") });
    }
  }
  if (!decision) return { text: "none; what happens goes on", refused: false };
  return { text: `${decision.behavior}: ${decision.reason}`, refused: decision.behavior === "deny" };
}
