import type { Outcomes } from "./resolve.js";
import type { Opened } from "./run.js";
import type { Statement, Word } from "./script.js";
import type { Value } from "./value.js";

/** What holds at one point of a line that is followed. */
export interface State {
  cwds: readonly string[];
  /** The line has changed its folder. */
  moved: boolean;
  variables: ReadonlyMap<string, Value>;
  /** The lines that what runs here can read. */
  input?: Value;
}

/** Whoever follows a line, for the parts it consists of. */
export interface Walk {
  readonly opened: Opened[];
  /** Notes something that no rule for a command can answer. */
  hide(why: string): void;
  /** The lines that a statement can write. */
  statement(statement: Statement, state: State): Value;
  outcomes(word: Word, state: State): Outcomes;
  value(word: Word, state: State): Value;
}
