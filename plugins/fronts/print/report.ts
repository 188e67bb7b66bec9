import type { TurnEvent } from "../../../schemas/event.js";
import type { AgentFacts, Session } from "../../../schemas/session.js";
import type { Finished } from "./result-line.js";

/** Writes a run in one of the formats. */
export interface Report {
  begin(session: Session): Promise<void>;
  take?(event: TurnEvent): void;
  /** What an agent of the session does. */
  takeOfAgent?(event: TurnEvent, agent: AgentFacts): void;
  end(finished: Finished): Promise<void>;
}
