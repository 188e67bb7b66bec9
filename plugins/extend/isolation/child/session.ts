import type { NoticeEvent, TurnEvent } from "../../../../schemas/event.js";
import type { Session, ToolUse, Used, UseOptions } from "../../../../schemas/session.js";
import type { SessionFacts } from "../protocol.js";
import type { Desk } from "./desk.js";
import type { Refusals } from "./refusal.js";

const MOST = 64;

/** The sessions that nacre has spoken of, each always the same object. */
export class Sessions {
  readonly #known = new Map<string, { facts: SessionFacts; readonly session: Session }>();
  readonly #desk: Desk;
  readonly #refusals: Refusals;

  constructor(desk: Desk, refusals: Refusals) {
    this.#desk = desk;
    this.#refusals = refusals;
  }

  of(facts: SessionFacts): Session {
    const known = this.#known.get(facts.id);
    if (known) {
      known.facts = facts;
      return known.session;
    }
    for (const id of this.#known.keys()) if (this.#known.size >= MOST) this.#known.delete(id);
    const session = this.#make(facts.id);
    this.#known.set(facts.id, { facts, session });
    return session;
  }

  #make(id: string): Session {
    const desk = this.#desk;
    const facts = (): SessionFacts | undefined => this.#known.get(id)?.facts;
    const emit = (event: TurnEvent): void => {
      if (event.type === "notice") desk.tell("notice", id, noticeOf(event));
      else if (event.type === "progress") desk.tell("progress", event.id, { text: event.text });
      else throw this.#refusals.error(`emit an event of the type "${event.type}"`);
    };
    const members = {
      emit,
      ask: undefined,
      use: async (call: ToolUse, { ask = true, signal }: UseOptions = {}): Promise<Used> => {
        signal?.throwIfAborted();
        const answer = desk.ask("use", id, { name: call.name, input: call.input, ask });
        return (await answer) as Used;
      },
    };
    const target = new Proxy(members, {
      has: (own, key) => key in own || Object.hasOwn(facts() ?? {}, key) || OPTIONAL.has(key),
      get: (own, key) => {
        const now = facts() as unknown as Record<PropertyKey, unknown> | undefined;
        return key in own ? (Reflect.get(own, key) as unknown) : now?.[key];
      },
    });
    return this.#refusals.guard(target, (member) => `use "session.${member}"`) as unknown as Session;
  }
}

const OPTIONAL: ReadonlySet<PropertyKey> = new Set(["parent", "name", "agent", "ask"]);

function noticeOf({ level, text }: NoticeEvent): { readonly level: string; readonly text: string } {
  return { level, text };
}
