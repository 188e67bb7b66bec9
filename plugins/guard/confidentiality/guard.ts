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
  if (namesAuthors(call.input, masks)) {
    const ids = masks.map(({ id }) => id).join(", ");
    const reason = `Confidential: ${ids} in the name of an author, which is never changed.`;
    return decided(pending, { behavior: "deny", reason, rule: ids, origin: "confidentiality" });
  }
  const next = masks.length === 0 ? pending : { ...pending, call: { ...call, input: masked(call.input, masks) } };
  const doubts = found.filter(({ action }) => action === "ask");
  return doubts.length === 0 ? next : decided(next, { behavior: "ask", ...told(doubts) });
}

/** Where a commit says who made it. */
const AUTHORS =
  /--author[=\s]["']?[^"'>\n]*|GIT_(?:AUTHOR|COMMITTER)_\w+=["']?[^"'\n]*|user\.(?:name|email)[=\s]["']?[^"'\n]*|(?:^|["'])[\w-]+-by:[^"'\n]*/gim;

/** Whether terms stand where masking them would change who something is by. */
function namesAuthors(value: unknown, terms: readonly Term[]): boolean {
  if (typeof value === "string") return (value.match(AUTHORS) ?? []).some((text) => masked(text, terms) !== text);
  if (typeof value !== "object" || value === null) return false;
  const inner = Object.values(value);
  const joined = Array.isArray(value) ? [value.filter((item) => typeof item === "string").join(" ")] : [];
  return [...joined, ...inner].some((item) => namesAuthors(item, terms));
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
  if (id === "unknown") return `nobody can tell what is in ${place}`;
  if (id === "size") return `${place} is more than can be looked through`;
  return line === 0 ? `${place} could not be searched for ${id} in time` : `${id} in ${place}, line ${line}`;
}
