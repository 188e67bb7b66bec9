/** Sends the pieces of a stream as far as they are wanted. */
export class Outflow {
  readonly #send: (value: unknown) => void;
  readonly #signal: AbortSignal;
  #allowed = 0;
  #wake: (() => void) | undefined;

  constructor(send: (value: unknown) => void, signal: AbortSignal) {
    this.#send = send;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#wake?.(), { once: true });
  }

  allow(count: number): void {
    this.#allowed += count;
    this.#wake?.();
  }

  async run(pieces: AsyncIterable<unknown>): Promise<void> {
    for await (const piece of pieces) {
      while (this.#allowed <= 0 && !this.#signal.aborted) await new Promise<void>((done) => (this.#wake = done));
      if (this.#signal.aborted) return;
      this.#allowed--;
      this.#send(piece);
    }
  }
}
