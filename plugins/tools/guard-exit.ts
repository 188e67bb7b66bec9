/** Somebody who has started processes. */
export interface Starter {
  endAll(): Promise<void>;
  killAllNow(): void;
}

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

const starters = new Set<Starter>();
let guarding = false;

/** From now on nothing that this starter has started outlives the program, however it ends short of `kill -9`. */
export function guardExit(starter: Starter): void {
  starters.add(starter);
  if (guarding) return;
  guarding = true;
  process.on("exit", killAllNow);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

/** The starter has nothing left to lose. */
export function releaseExit(starter: Starter): void {
  starters.delete(starter);
}

/** Ends every process of every starter, politely first; resolves when none is left. */
export async function endAll(): Promise<void> {
  await Promise.all([...starters].map((starter) => starter.endAll()));
}

/** The same at once and by force, for the last moment of a program. */
export function killAllNow(): void {
  for (const starter of starters) starter.killAllNow();
}

/** Whoever else listens decides whether the program ends. If nobody does, the signal does what it would have done. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  killAllNow();
  process.off(signal, onSignal);
  process.kill(process.pid, signal);
}
