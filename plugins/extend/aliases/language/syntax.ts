import type { Place } from "../../diagnostic.js";

/** A name where it is written. */
export interface Name {
  readonly name: string;
  readonly at: Place;
}

/** What a file of aliases says, one after the other. Plain data, so that an index can keep it. */
export type Statement = AliasDeclaration | Unalias | Include;

export interface AliasDeclaration extends Name {
  readonly is: "alias";
  readonly params: readonly Param[];
  readonly description?: string;
  readonly when?: Condition;
  readonly steps: readonly Step[];
  readonly modifiers: readonly Modifier[];
}

export interface Unalias extends Name {
  readonly is: "unalias";
}

export interface Include {
  readonly is: "include";
  readonly path: string;
  readonly at: Place;
}

export interface Param extends Name {
  /** Takes all that is left, as a list. */
  readonly rest: boolean;
  readonly type?: Type;
  readonly value?: Value;
}

/** A type by name, or the strings to choose from. */
export type Type =
  | { readonly name: string; readonly choices?: undefined; readonly at: Place }
  | { readonly choices: readonly string[]; readonly name?: undefined; readonly at: Place };

/** What stands before a step: `|` and `&&` after success, `||` after an error, `;` always. */
export type Operator = "|" | "&&" | "||" | ";";

export interface Step {
  /** Absent before the first. */
  readonly after?: Operator;
  readonly call: Call;
  readonly as?: Name;
}

/** A call of a tool, or of another alias. */
export interface Call extends Name {
  readonly of: "tool" | "alias";
  readonly args: readonly Argument[];
}

export interface Argument extends Name {
  readonly value: Value;
}

export type Value = { readonly at: Place } & (
  | { readonly is: "text"; readonly parts: readonly (string | Name)[] }
  | { readonly is: "duration"; readonly ms: number }
  | { readonly is: "plain"; readonly value: number | boolean | null }
  | { readonly is: "variable"; readonly name: string }
  | { readonly is: "list"; readonly items: readonly Value[] }
  | { readonly is: "object"; readonly entries: readonly Argument[] }
);

/** `timeout: 5m`, `permission: ask`: a value, or a word. */
export interface Modifier extends Name {
  readonly word?: string;
  readonly value?: Value;
  readonly valueAt: Place;
}

export type Condition =
  | { readonly is: "or" | "and"; readonly parts: readonly Condition[] }
  | { readonly is: "not"; readonly part: Condition }
  | Fact;

/** `branch`, `exists("x")`, `env("CI") == "1"`. */
export interface Fact extends Name {
  readonly is: "fact";
  /** Given when there are parentheses. */
  readonly argument?: string;
  readonly called: boolean;
  readonly compare?: { readonly by: "==" | "!="; readonly with: string };
}

/** One thing wrong in a file. */
export interface Fault extends Place {
  readonly message: string;
  readonly fix?: string;
}
