/** One call that waits for its answer. */
export interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** Takes the pieces of a stream; undefined for what answers at once. */
  readonly piece?: (value: unknown) => void;
  /** Pieces that may still come. */
  allowed: number;
  /** When it is given up, on the clock of `performance`. */
  until: number;
  /** What it is told then. */
  lateness: string;
  /** Milliseconds; set where each word of the process lets the time begin anew. */
  readonly quiet?: number;
}

const MOST_GIVEN_UP = 1000;

/** The calls into a process, by number. Numbers only grow, so that an answer nobody waits for can be told from a late one. */
export class PendingCalls {
  readonly #open = new Map<number, Pending>();
  readonly #givenUp = new Set<number>();
  #last = 0;

  get size(): number {
    return this.#open.size;
  }

  add(pending: Pending): number {
    this.#open.set(++this.#last, pending);
    return this.#last;
  }

  get(id: number): Pending | undefined {
    return this.#open.get(id);
  }

  /** Takes a call out. `isLate`: its answer may still come. */
  take(id: number, isLate = false): Pending | undefined {
    const found = this.#open.get(id);
    this.#open.delete(id);
    if (found && isLate) {
      this.#givenUp.add(id);
      for (const old of this.#givenUp) if (this.#givenUp.size > MOST_GIVEN_UP) this.#givenUp.delete(old);
    }
    return found;
  }

  /** What an answer means that nobody waits for: undefined for one that only comes late. */
  fault(id: number): string | undefined {
    if (this.#givenUp.delete(id)) return undefined;
    return id > this.#last ? "it answered a question that was never asked" : "it answered the same question twice";
  }

  /** Those whose time is over. */
  late(now: number): readonly number[] {
    return [...this.#open].flatMap(([id, { until }]) => (until <= now ? [id] : []));
  }

  /** The process has said something, so that its long calls are still being worked on. */
  renew(now: number): void {
    for (const pending of this.#open.values()) {
      if (pending.quiet !== undefined) pending.until = now + pending.quiet;
    }
  }

  /** All of them; none is left. */
  drain(): readonly Pending[] {
    const all = [...this.#open.values()];
    this.#open.clear();
    return all;
  }
}
