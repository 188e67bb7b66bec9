const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A signal of the operating system that asks the program to end. */
export type EndSignal = keyof typeof CODES;

/** Milliseconds a run may take to end tidily; what still runs then is ended by force, and five seconds are not passed. */
const PATIENCE = 4_000;

/**
 * Calls `stop` at the first signal, with the exit code it stands for, so that the turn can end and its children with it.
 * A second signal, or four seconds, end the program at once.
 */
export function onSignals(
  stop: (code: number, signal: EndSignal) => void,
  signals: readonly EndSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"],
): Disposable {
  let code: number | undefined;
  const listeners = signals.map((signal) => {
    const number = CODES[signal];
    const listener = (): void => {
      if (code !== undefined) process.exit(number);
      code = number;
      setTimeout(() => process.exit(number), PATIENCE).unref();
      stop(number, signal);
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  return {
    [Symbol.dispose]() {
      for (const { signal, listener } of listeners) process.off(signal, listener);
    },
  };
}
