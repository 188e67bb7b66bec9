import type { KernelView } from "../../../core/types.js";
import type { EndEvent } from "../../../schemas/event.js";
import type { Invocation } from "../../../schemas/front.js";
import type { Session } from "../../../schemas/session.js";

const PAST: readonly string[] = ["continue", "resume", "fork-session"];

/** Whether an earlier conversation is gone on with: one that ended at a call needs no new words. */
export function resumes(flags: Invocation["flags"]): boolean {
  return PAST.some((flag) => flags[flag] !== undefined && flags[flag] !== false);
}

export interface Wanted {
  readonly prompt: string;
  readonly signal: AbortSignal;
}

export interface Taken {
  readonly end: EndEvent;
  /** The word result lines have for the end, where it is another than usual. */
  readonly terminal?: { readonly terminal: string };
}

/** Takes one turn. A call that the last run put off comes first. */
export async function takeTurn(kernel: KernelView, session: Session, { prompt, signal }: Wanted): Promise<Taken> {
  if (!session.putOff) return { end: await session.send(prompt, { signal }) };
  const { takeUp } = await import("../take-up.js");
  const taken = await takeUp(kernel, session, signal);
  if (taken?.is === "done") {
    const words = prompt === "" ? [] : [{ type: "text", text: prompt } as const];
    return { end: await session.send([...taken.told, ...words], { signal }) };
  }
  const end = { type: "end", at: kernel.clock.now(), turns: 0, ms: 0 } as const;
  if (taken?.is === "put off") return { end: { ...end, reason: "deferred", message: taken.reason } };
  const message = `The call that was put off cannot be made: there is no tool "${session.putOff.name}" any more.`;
  return { end: { ...end, reason: "hook_stopped", message }, terminal: { terminal: "tool_deferred_unavailable" } };
}
