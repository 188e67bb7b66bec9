import type { PluginFolders } from "./catalogue.js";
import type { Pace } from "./watches.js";

/** After the start, before a prompt has to wait: ms. The first request has left by then. */
const LATER = 300;
/** How long after the start the first prompt needs no check: nobody edits and types that quickly. */
const FRESH = 1000;
/** A stretch of looking at files while something else goes on, and while a prompt waits for it: ms. */
const QUIET = 1;
const WAITED_FOR = 10;

/** When files are looked at: some at once (`Shelf.open`), the others quietly afterwards, and all before later prompts. */
export class Freshness {
  readonly #folders: PluginFolders;
  readonly #signal: AbortSignal;
  readonly #start: number = performance.now();
  #prompts = 0;
  #timer?: NodeJS.Timeout;

  constructor(folders: PluginFolders, signal: AbortSignal) {
    this.#folders = folders;
    this.#signal = signal;
  }

  /** Looks at all files once, when there is time. What the run leaves unseen costs it nothing. */
  later(): void {
    if (this.#timer || !this.#folders.isLarge) return;
    this.#timer = setTimeout(() => void this.#quietly(), LATER).unref();
  }

  /** Before a prompt goes on. */
  async now(): Promise<void> {
    const isFirst = this.#prompts++ === 0;
    if (isFirst && performance.now() - this.#start < FRESH) return;
    await this.#folders.refresh(pausing(WAITED_FOR, () => new Promise((done) => setImmediate(done))));
  }

  async #quietly(): Promise<void> {
    const isOver = (): boolean => this.#signal.aborted || this.#prompts > 1;
    const pause = (): Promise<void> =>
      new Promise((done) => {
        // A promise that nobody keeps: a later prompt looks at everything itself.
        if (!isOver()) setTimeout(done, 2 * QUIET).unref();
      });
    if (!isOver()) await this.#folders.refresh(pausing(QUIET, pause)).catch(() => undefined);
  }
}

function pausing(stretch: number, pause: () => Promise<void>): Pace {
  let since = performance.now();
  return () => {
    if (performance.now() - since < stretch) return undefined;
    return pause().then(() => void (since = performance.now()));
  };
}
