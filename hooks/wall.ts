/**
 * Runs one call into a plugin: timed, counted, and given up after `deadline` milliseconds. Rejects with what the
 * plugin threw, or with a sentence that names it when it took too long.
 */
export interface Wall {
  call<T>(plugin: string, place: string, deadline: number, run: () => T | Promise<T>): Promise<T>;
  /** The same for a call that must answer at once. */
  sync(plugin: string, place: string, run: () => void): void;
  /** A watcher or helper failed and nothing else did: say so, and cut the plugin off if it goes on. */
  report(plugin: string, place: string, error: unknown): void;
}

/** What a tap carries beside its function; tapable hands it to `register`. */
export interface TapFacts {
  readonly name: string;
  readonly deadline?: number;
}
