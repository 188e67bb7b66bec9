import type { Decision } from "../../../schemas/decision.js";
import type { TurnEvent } from "../../../schemas/event.js";
import type { JsonObject } from "../../../schemas/json.js";
import { textOf, type Block } from "../../../schemas/message.js";

/** A call of the model, what was decided about it and what came back. */
export interface MadeCall {
  readonly name: string;
  readonly input: JsonObject;
  decision?: Decision;
  ran: boolean;
  result: string;
  error: boolean;
}

/** What a run left behind. */
export interface Outcome {
  readonly exit: number;
  readonly answer: string;
  readonly notices: string;
  readonly calls: readonly MadeCall[];
  /** Everything the model was told: prompts, and what was added to them and to results. */
  readonly context: string;
}

/** The calls and contexts of a transcript. */
export function readEvents(events: readonly TurnEvent[]): Pick<Outcome, "calls" | "context"> {
  const calls = new Map<string, MadeCall>();
  const context: string[] = [];
  for (const event of events) {
    if (event.type === "session") context.push(...event.system);
    if (event.type === "prompt") context.push(textOf(event.content));
    if (event.type === "reply") for (const [id, call] of asked(event.message.content)) calls.set(id, call);
    if (event.type === "call") {
      const call = calls.get(event.id) ?? fresh(event.name, event.input);
      calls.set(event.id, { ...call, input: event.input, decision: event.decision, ran: true });
    }
    if (event.type !== "result") continue;
    context.push(...(event.context ?? []));
    const call = calls.get(event.id) ?? fresh(event.name, {});
    call.result = textOf(event.content);
    call.error = event.isError;
    if (event.refused) call.decision = event.refused;
    calls.set(event.id, call);
  }
  return { calls: [...calls.values()], context: context.join("\n") };
}

function asked(content: readonly Block[]): [string, MadeCall][] {
  return content.flatMap((block) =>
    block.type === "tool_use" ? [[block.id, fresh(block.name, block.input)] as [string, MadeCall]] : [],
  );
}

function fresh(name: string, input: JsonObject): MadeCall {
  return { name, input, ran: false, result: "", error: false };
}
