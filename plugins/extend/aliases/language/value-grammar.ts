import { EmbeddedActionsParser, type IToken, type ParserMethod } from "chevrotain";
import type { Place } from "../../diagnostic.js";
import { messages } from "./messages.js";
import { readString } from "./read-string.js";
import type { Argument, Condition, Fault, Name as Named, Value } from "./syntax.js";
import * as T from "./tokens.js";

/** A rule of the grammar and what it yields. */
export type Rule<R> = ParserMethod<[], R>;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** The lower half of the grammar: values, arguments and conditions. */
export class ValueParser extends EmbeddedActionsParser {
  /** What is wrong inside of strings. */
  faults: Fault[] = [];

  constructor(checked: boolean) {
    super(T.vocabulary, { maxLookahead: 1, errorMessageProvider: messages, skipValidations: !checked });
  }

  protected readonly argument: Rule<Argument> = this.RULE("argument", () => {
    const name = this.CONSUME(T.Key);
    this.CONSUME(T.Colon);
    return { ...named(name), value: this.SUBRULE(this.value) };
  });

  protected readonly value: Rule<Value> = this.RULE("value", () =>
    this.OR([
      { ALT: () => this.#text(this.CONSUME(T.Str)) },
      { ALT: () => duration(this.CONSUME(T.Duration)) },
      { ALT: () => literal(this.CONSUME(T.Num), Number) },
      { ALT: () => variable(this.CONSUME(T.Variable)) },
      { ALT: () => literal(this.CONSUME(T.True), () => true) },
      { ALT: () => literal(this.CONSUME(T.False), () => false) },
      { ALT: () => literal(this.CONSUME(T.Null), () => null) },
      { ALT: () => this.SUBRULE(this.#list) },
      { ALT: () => this.SUBRULE(this.#object) },
    ]),
  );

  readonly #list: Rule<Value> = this.RULE("list", (): Value => {
    const items: Value[] = [];
    const at = placeOf(this.CONSUME(T.LeftBracket));
    this.MANY_SEP({ SEP: T.Comma, DEF: () => void items.push(this.SUBRULE(this.value)) });
    this.CONSUME(T.RightBracket);
    return { is: "list", items, at };
  });

  readonly #object: Rule<Value> = this.RULE("object", (): Value => {
    const entries: Argument[] = [];
    const at = placeOf(this.CONSUME(T.LeftBrace));
    this.MANY_SEP({ SEP: T.Comma, DEF: () => void entries.push(this.SUBRULE(this.argument)) });
    this.CONSUME(T.RightBrace);
    return { is: "object", entries, at };
  });

  protected readonly condition: Rule<Condition> = this.RULE("condition", (): Condition => {
    const parts = [this.SUBRULE(this.#conjunction)];
    this.MANY(() => {
      this.CONSUME(T.Or);
      parts.push(this.SUBRULE2(this.#conjunction));
    });
    return parts.length === 1 ? parts[0]! : { is: "or", parts };
  });

  readonly #conjunction: Rule<Condition> = this.RULE("conjunction", (): Condition => {
    const parts = [this.SUBRULE(this.#atom)];
    this.MANY(() => {
      this.CONSUME(T.And);
      parts.push(this.SUBRULE2(this.#atom));
    });
    return parts.length === 1 ? parts[0]! : { is: "and", parts };
  });

  /** `not` in a loop: a thousand of them need no stack. */
  readonly #atom: Rule<Condition> = this.RULE("atom", (): Condition => {
    let isTurned = false;
    this.MANY(() => {
      this.CONSUME(T.Not);
      isTurned = !isTurned;
    });
    const part = this.SUBRULE(this.#fact);
    return isTurned ? { is: "not", part } : part;
  });

  readonly #fact: Rule<Condition> = this.RULE("fact", () =>
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.LeftParen);
          const inner = this.SUBRULE(this.condition);
          this.CONSUME(T.RightParen);
          return inner;
        },
      },
      { ALT: () => this.SUBRULE(this.#comparison) },
    ]),
  );

  readonly #comparison: Rule<Condition> = this.RULE("comparison", (): Condition => {
    const name = this.CONSUME(T.Name);
    let called = false;
    const argument = this.OPTION(() => {
      this.CONSUME2(T.LeftParen);
      const given = this.OPTION2(() => this.plain(this.CONSUME(T.Str)));
      this.CONSUME2(T.RightParen);
      called = true;
      return given;
    });
    const compare = this.OPTION3(() => {
      const sign = this.OR([{ ALT: () => this.CONSUME(T.Same) }, { ALT: () => this.CONSUME(T.Other) }]);
      return { by: sign.image as "==" | "!=", with: this.plain(this.CONSUME2(T.Str)) };
    });
    const optional = { ...(argument !== undefined && { argument }), ...(compare && { compare }) };
    return { is: "fact", ...named(name), called, ...optional };
  });

  #text(token: IToken): Value {
    const at = placeOf(token);
    const { parts, faults } = readString(token.image, at);
    this.faults.push(...faults);
    return { is: "text", parts, at };
  }

  /** The text of a string in which no value can stand. */
  protected plain(token: IToken): string {
    const { parts, faults } = readString(token.image, placeOf(token));
    this.faults.push(...faults);
    const name = parts.find((part) => typeof part !== "string");
    if (name)
      this.faults.push({
        ...name.at,
        message: `No value can be put in here: write "\\\${${name.name}}" for the characters.`,
      });
    return parts.filter((part) => typeof part === "string").join("");
  }
}

/** Where a token begins. */
export function placeOf(token: IToken): Place {
  return { line: token.startLine ?? 1, column: token.startColumn ?? 1 };
}

/** A name and its place. */
export function named(token: IToken): Named {
  return { name: token.image, at: placeOf(token) };
}

function duration(token: IToken): Value {
  const [, digits = "", unit = ""] = /^(\d+)(\w+)$/.exec(token.image) ?? [];
  return { is: "duration", ms: Number(digits) * (UNITS[unit] ?? 1), at: placeOf(token) };
}

function literal(token: IToken, read: (image: string) => number | boolean | null): Value {
  return { is: "plain", value: read(token.image), at: placeOf(token) };
}

function variable(token: IToken): Value {
  return { is: "variable", name: token.image.slice(1), at: placeOf(token) };
}
