import type { Decision } from "../../../schemas/decision.js";
import type { TurnEvent } from "../../../schemas/event.js";
import type { JsonObject } from "../../../schemas/json.js";

/** A call and what was decided about it. */
export interface JudgedCall {
  readonly id: string;
  readonly tool: string;
  /** Absent where a transcript does not tell, as of a refused call of an alias. */
  readonly input?: JsonObject;
  readonly effect?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly decision: Decision;
  /** Not asked for by the model: an alias, a typed command. */
  readonly apart: boolean;
}

/** Reads the calls of a session out of its events, in order: those that ran, and those that were refused. */
export async function judgedCalls(
  events: AsyncIterable<TurnEvent> | Iterable<TurnEvent>,
): Promise<readonly JudgedCall[]> {
  const calls = new Map<string, JudgedCall>();
  const inputs = new Map<string, JsonObject>();
  for await (const event of events) {
    if (event.type === "reply") {
      for (const block of event.message.content) if (block.type === "tool_use") inputs.set(block.id, block.input);
    } else if (event.type === "call") {
      const { id, name: tool, input, effect, at, decision, apart = false } = event;
      calls.set(id, { id, tool, input, effect, at, decision, apart });
    } else if (event.type === "result" && event.refused) {
      const { id, name: tool, at, refused: decision, apart = false } = event;
      const input = inputs.get(id);
      calls.set(id, { id, tool, ...(input && { input }), at, decision, apart });
    }
  }
  return [...calls.values()];
}
