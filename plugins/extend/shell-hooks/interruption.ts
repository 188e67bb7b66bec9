const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

const waiting = new Set<AbortController>();
let heard: readonly NodeJS.Signals[] = [];

function stop(): void {
  for (const controller of waiting) controller.abort();
}

/** Aborts when the program is told to stop, as long as it is looked at. Only listens where somebody else does as well. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();

  constructor() {
    if (waiting.size === 0) {
      // A first listener would take from a signal what it does by itself: to end the program.
      heard = SIGNALS.filter((name) => process.listenerCount(name) > 0);
      for (const name of heard) process.on(name, stop);
    }
    waiting.add(this.#controller);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    waiting.delete(this.#controller);
    if (waiting.size > 0) return;
    for (const name of heard) process.off(name, stop);
    heard = [];
  }
}
