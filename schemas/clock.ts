/** Where times and ids come from, so that a replay can give the recorded ones. */
export interface Clock {
  readonly name: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** A fresh id, in UUID form. */
  id(): string;
}
