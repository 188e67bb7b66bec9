import type { Options } from "./options.js";

/** What the words that are not options are. */
export type Operands = "none" | "text" | "paths" | "search";

/** A command that only reads, in the forms listed here. */
export interface Reader extends Options {
  readonly operands: Operands;
  /** No more operands than that: a further one would be written to. */
  readonly most?: number;
  /** A word that begins with `@` names a file of further options. */
  readonly listed?: boolean;
}
