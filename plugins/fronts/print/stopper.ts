import type { Cut } from "./tally.js";

/** Ends a turn from outside, once, and remembers why. */
export class Stopper {
  readonly #controller = new AbortController();
  cut: Cut | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(cut: Cut): void {
    this.cut ??= cut;
    this.#controller.abort();
  }
}
