import type { Outcomes } from "./resolve.js";
import type { Opened } from "./run.js";
import type { Statement, Word } from "./script.js";
import { ANY, either, texts, type Value } from "./value.js";
import { isOwn } from "./variables.js";

/** What holds at one point of a line that is followed. */
export interface State {
  cwds: readonly string[];
  /** The line has changed its folder. */
  moved: boolean;
  variables: ReadonlyMap<string, Value>;
  /** The lines that what runs here can read. */
  input?: Value;
}

/** What holds when either has happened. */
export function merge(state: State, other: State): void {
  state.cwds = [...new Set([...state.cwds, ...other.cwds])];
  state.moved ||= other.moved;
  const found = new Map<string, Value>();
  for (const name of new Set([...state.variables.keys(), ...other.variables.keys()])) {
    const unset = isOwn(name) ? texts("") : ANY;
    found.set(name, either(state.variables.get(name) ?? unset, other.variables.get(name) ?? unset));
  }
  state.variables = found;
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
