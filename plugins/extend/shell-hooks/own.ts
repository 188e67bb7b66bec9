import type { Session } from "../../../schemas/session.js";

const calls = new WeakSet<object>();
const judges = new Set<string>();

/** A hook calls a tool with this input: hooks are not fired for it again. */
export function noteOwnCall(input: object): void {
  calls.add(input);
}

/** Whether a call comes from a hook. */
export function isOwnCall(input: object): boolean {
  return calls.has(input);
}

/** No hook fires by itself in the session that works as this agent, or, where it is nobody's agent, has this id. */
export function noteJudge(agent: string): void {
  judges.add(agent);
}

export function forgetJudge(agent: string): void {
  judges.delete(agent);
}

/** Whether a session is one that a hook has opened, or that is there only to fire one by hand. */
export function isJudge({ agent, id }: Session): boolean {
  return judges.has(agent?.id ?? id);
}
