import { setTimeout as wait } from "node:timers/promises";
import type { EndEvent } from "../../schemas/event.js";
import type { Block } from "../../schemas/message.js";
import type { SendOptions, Session } from "../../schemas/session.js";

/** Milliseconds between two looks at a session that is busy. */
const PAUSE = 20;

/** Sends a prompt once the session is free: a hook may have woken the model in the meantime. */
export async function sendWhenFree(
  session: Session,
  prompt: string | readonly Block[],
  options: SendOptions,
): Promise<EndEvent> {
  while (session.busy) await wait(PAUSE);
  return session.send(prompt, options);
}
