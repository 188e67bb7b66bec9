import type { Argument } from "./argument.js";
import type { Place } from "../paths/judge-path.js";
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
  /** Within a function: the variables that are its own, and what it is handed where all of that is known. */
  locals?: Set<string>;
  args?: readonly Argument[];
}

/** Where a line runs. */
export interface LinePlace extends Place {
  /** The lines it can read. */
  readonly input?: Value;
  /** How many shells it runs in, one within the other; and how many more may be followed. */
  readonly depth?: number;
  readonly shells?: { left: number };
}

/** An array stands beside the variable of its name, which is its first element. */
export function setVariable(state: State, name: string, value: Value): void {
  const found = new Map(state.variables).set(name, value);
  const other = name.endsWith("[@]") ? name.slice(0, -3) : `${name}[@]`;
  if (name.endsWith("[@]") || found.has(other)) found.set(other, ANY);
  state.variables = found;
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
  readonly place: Place;
  /** All of it, as it is written. */
  readonly line: string;
  /** Notes something that no rule for a command can answer. */
  hide(why: string): void;
  /** The lines that a statement can write. */
  statement(statement: Statement, state: State): Value;
  outcomes(word: Word, state: State): Outcomes;
  /** The ways in which words can come out together. */
  variants(words: readonly Word[], state: State): readonly (readonly Argument[])[];
  value(word: Word, state: State): Value;
}
