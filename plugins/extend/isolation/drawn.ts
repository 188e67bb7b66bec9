import type { ToChild } from "./protocol.js";
import type { WalledProcess } from "./walled-process.js";

/** Pieces that are let come ahead. */
const AHEAD = 64;

/** The pieces of a stream behind the pipe, as many as are wanted. */
export async function* drawn(
  process: WalledProcess,
  message: (id: number) => ToChild,
  outer: AbortSignal | undefined,
): AsyncGenerator<unknown> {
  const left = new AbortController();
  const signal = outer ? AbortSignal.any([outer, left.signal]) : left.signal;
  const pieces: unknown[] = [];
  let over: { readonly error?: unknown } | undefined;
  let wake = (): void => undefined;
  let id = 0;
  const piece = (value: unknown): void => {
    pieces.push(value);
    wake();
  };
  const end = (error?: unknown): void => {
    over = error === undefined ? {} : { error };
    wake();
  };
  process.call((number) => message((id = number)), { signal, piece }).then(() => end(), end);
  signal.addEventListener("abort", () => wake(), { once: true });
  process.more(id, AHEAD);
  try {
    while (!signal.aborted) {
      for (let taken = 0; pieces.length > 0;) {
        yield pieces.shift();
        if (++taken === AHEAD / 2 || pieces.length === 0) process.more(id, taken);
        if (taken === AHEAD / 2 || pieces.length === 0) taken = 0;
      }
      if (over && "error" in over) throw over.error;
      if (over) return;
      await new Promise<void>((done) => (wake = done));
    }
  } finally {
    left.abort();
  }
}
