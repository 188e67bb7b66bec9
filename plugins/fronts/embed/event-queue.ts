import { isKept, type TurnEvent } from "../../../schemas/event.js";

/** How many events may wait before those that only pass by (pieces of answers, progress) are left out. */
const MOST_WAITING = 10_000;

/**
 * Events on their way to one reader. Whoever adds never waits. When the reader falls behind, pieces of answers are left
 * out first; what a session is made of always arrives, in order.
 */
export class EventQueue implements AsyncIterator<TurnEvent, undefined> {
  #waiting: TurnEvent[] = [];
  #next = 0;
  #ended = false;
  #error: unknown;
  #wake: (() => void) | undefined;

  push(event: TurnEvent): void {
    if (this.#ended || (this.#waiting.length - this.#next >= MOST_WAITING && !isKept(event))) return;
    this.#waiting.push(event);
    this.#wake?.();
  }

  /** Nothing more comes; with an error the reader is told once it has read all before it. */
  end(error?: unknown): void {
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<TurnEvent, undefined>> {
    while (this.#next === this.#waiting.length && !this.#ended) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const value = this.#waiting[this.#next];
    if (value !== undefined) {
      this.#next++;
      if (this.#next > 1_000 && this.#next * 2 > this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#next);
        this.#next = 0;
      }
      return { done: false, value };
    }
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }
}
