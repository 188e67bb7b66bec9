import type { Session } from "../../../schemas/session.js";

/** The conversation that an agent's work belongs to. */
export function mainOf(session: Session): Session {
  return session.agent ? mainOf(session.agent.of) : session;
}
