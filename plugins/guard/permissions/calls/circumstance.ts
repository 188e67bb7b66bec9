import type { Situation } from "../modes.js";

/** One thing about a call that a mode has an answer to. */
export interface Circumstance {
  readonly situation: Situation;
  /** What it is, as the beginning of a sentence. */
  readonly reason: string;
  /** The object, for circumstances of paths. */
  readonly path?: string;
  readonly operation?: "read" | "write";
  /** What a command rule has to begin with to answer a danger. */
  readonly named?: string;
  /** What a path rule has to name to answer a secret: one of these. */
  readonly secret?: readonly string[];
}
