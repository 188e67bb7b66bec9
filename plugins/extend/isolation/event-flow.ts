import type { TurnEvent } from "../../../schemas/event.js";
import type { Session } from "../../../schemas/session.js";

/** Pieces of an answer are kept for so long, in ms, and joined. */
const PACE = 50;
/** Events that may wait for their process. */
const MOST = 1000;

/** Gives events on in bunches: what a model says piece by piece does not become a message for each piece. */
export class EventFlow {
  readonly #give: (session: Session, events: readonly TurnEvent[]) => boolean;
  #session: Session | undefined;
  #events: TurnEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isSoon = false;

  /** `give` answers false when the events cannot be taken now. */
  constructor(give: (session: Session, events: readonly TurnEvent[]) => boolean) {
    this.#give = give;
  }

  add(event: TurnEvent, session: Session): void {
    if (this.#session !== session) this.flush();
    this.#session = session;
    const joined = join(this.#events.at(-1), event);
    if (joined) this.#events[this.#events.length - 1] = joined;
    else if (this.#events.length < MOST) this.#events.push(event);
    if (event.type === "chunk") this.#timer ??= setTimeout(() => this.flush(), PACE).unref();
    else if (!this.#isSoon) {
      this.#isSoon = true;
      setImmediate(() => this.flush());
    }
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isSoon = false;
    const [session, events] = [this.#session, this.#events];
    if (!session || events.length === 0) return;
    if (this.#give(session, events)) this.#events = [];
    // Where nobody reads, what only passes by is the first to go.
    else this.#events = events.filter(({ type }) => type !== "chunk" && type !== "progress").slice(-MOST);
  }
}

/** Tells events on. One that is too long to be sent, or no JSON, keeps none of the others back. */
export function tellEach(
  events: readonly TurnEvent[],
  tell: (events: readonly TurnEvent[]) => void,
  failed: (event: TurnEvent, error: unknown) => void,
): void {
  try {
    return tell(events);
  } catch (error) {
    const [one] = events;
    if (one && events.length === 1) return failed(one, error);
  }
  const half = events.length / 2;
  for (const some of [events.slice(0, half), events.slice(half)]) tellEach(some, tell, failed);
}

/** Two pieces of the same text as one. */
function join(last: TurnEvent | undefined, next: TurnEvent): TurnEvent | undefined {
  if (last?.type !== "chunk" || next.type !== "chunk") return undefined;
  const [a, b] = [last.chunk, next.chunk];
  if (a.type === "text" && b.type === "text" && a.index === b.index) {
    return { type: "chunk", chunk: { ...a, text: a.text + b.text } };
  }
  if (a.type === "thinking" && b.type === "thinking" && a.index === b.index) {
    return { type: "chunk", chunk: { ...a, thinking: a.thinking + b.thinking } };
  }
  if (a.type === "input" && b.type === "input" && a.index === b.index) {
    return { type: "chunk", chunk: { ...a, json: a.json + b.json } };
  }
  return undefined;
}
