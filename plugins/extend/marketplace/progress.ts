import { printable } from "../../../schemas/printable.js";
import { unguarded } from "../../../schemas/safe-output.js";

/** One line on a terminal that tells how far something is. Elsewhere nothing is written. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away. */
  clear(): void;
}

const EVERY = 100;

export function progressOn(
  output: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number },
): Progress {
  if (!output.isTTY) return { show: () => undefined, clear: () => undefined };
  const stream = unguarded(output);
  let last = 0;
  let shown = false;
  return {
    show(text) {
      if (performance.now() - last < EVERY) return;
      last = performance.now();
      shown = true;
      stream.write(`\r\x1b[K${printable(text).slice(0, (stream.columns ?? 80) - 1)}`);
    },
    clear() {
      if (shown) stream.write("\r\x1b[K");
      shown = false;
    },
  };
}
