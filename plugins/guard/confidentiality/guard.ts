import type { KernelView } from "../../../core/types.js";
import { strictest, type Decision, type PendingCall } from "../../../schemas/decision.js";
import type { Session } from "../../../schemas/session.js";
import { exitsOf } from "./exits.js";
import { look, masked, type Finding } from "./look.js";
import type { Term } from "./term.js";

/** What becomes of a call that sends something away; undefined when nothing confidential is in it. */
export async function guard(
  kernel: KernelView,
  terms: readonly Term[],
  pending: PendingCall,
  session: Session,
): Promise<PendingCall | undefined> {
  const found = look(terms, await exitsOf(kernel, pending, session));
  if (found.length === 0) return undefined;
  const refused = found.filter(({ action, inInput }) => {
    return action === "block" || (action === "mask" && (!inInput || pending.again));
  });
  if (refused.length > 0) return decided(pending, { behavior: "deny", ...told(refused) });
  const { call } = pending;
  const masks = terms.filter(({ id, action }) => action === "mask" && found.some((one) => one.id === id));
  const next = masks.length === 0 ? pending : { ...pending, call: { ...call, input: masked(call.input, masks) } };
  const doubts = found.filter(({ action }) => action === "ask");
  return doubts.length === 0 ? next : decided(next, { behavior: "ask", ...told(doubts) });
}

function decided(pending: PendingCall, decision: Decision): PendingCall {
  const strict = strictest(pending.decision, decision);
  return strict ? { ...pending, decision: strict } : pending;
}

/** Names terms by their ids: what they are must not get into logs. */
function told(found: readonly Finding[]): Pick<Decision, "reason" | "rule" | "origin"> {
  const places = [...new Set(found.map(sentenceOf))];
  const more = places.length > 5 ? ` and ${places.length - 5} more` : "";
  const rule = [...new Set(found.map(({ id }) => id))].join(", ");
  return { reason: `Confidential: ${places.slice(0, 5).join("; ")}${more}.`, rule, origin: "confidentiality" };
}

function sentenceOf({ id, place, line }: Finding): string {
  if (id === "size") return `${place} is more than can be looked through`;
  return line === 0 ? `${place} could not be searched for ${id} in time` : `${id} in ${place}, line ${line}`;
}
