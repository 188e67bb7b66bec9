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

/** A hook opens a session, as the agent of this id, that judges for it: no hook fires there. */
export function noteJudge(agent: string): void {
  judges.add(agent);
}

export function forgetJudge(agent: string): void {
  judges.delete(agent);
}

/** Whether a session is one that a hook has opened. */
export function isJudge({ agent }: Session): boolean {
  return agent !== undefined && judges.has(agent.id);
}
