import type { Argument } from "./argument.js";
import type { Simple } from "./script.js";
import type { Value } from "./value.js";

/** A simple command that a line certainly runs, or may run, and all that is known of how. */
export interface Run {
  readonly simple: Simple;
  /** The ways its arguments can come out; at least one. */
  readonly variants: readonly (readonly Argument[])[];
  /** The folders it can stand in. */
  readonly cwds: readonly string[];
  /** The line has changed its folder before. */
  readonly moved: boolean;
  /** The lines it can read, where something is written for it. */
  readonly input?: Value;
  /** What the line does that it hands to a shell. */
  readonly inside?: Runs;
}

/** A file that a redirection opens. */
export interface Opened {
  readonly path: string;
  readonly tilde: boolean;
  readonly operation: "read" | "write";
  readonly cwds: readonly string[];
  readonly moved: boolean;
}

/** What a line does, as far as rules can speak for it. */
export interface Runs {
  readonly runs: readonly Run[];
  readonly opened: readonly Opened[];
  /** What no rule for a command can answer, each as the end of a sentence. */
  readonly hidden: readonly string[];
  /** It calls functions of its own. */
  readonly calls: boolean;
}
