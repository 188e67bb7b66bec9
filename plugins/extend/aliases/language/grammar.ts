import { EmbeddedActionsParser, type IToken, type ParserMethod } from "chevrotain";
import type { Place } from "../../diagnostic.js";
import { messages } from "./messages.js";
import { readString } from "./read-string.js";
import type {
  Argument,
  Call,
  Condition,
  Fault,
  Modifier,
  Name as Named,
  Operator,
  Param,
  Statement,
  Step,
  Type,
  Value,
} from "./syntax.js";
import * as T from "./tokens.js";

type Rule<R> = ParserMethod<[], R>;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * The grammar, LL(1). Statements collect in `statements`, faults of what is inside of strings in `faults`; what breaks
 * the grammar is in `errors`.
 */
export class AliasParser extends EmbeddedActionsParser {
  statements: Statement[] = [];
  faults: Fault[] = [];

  /** With `checked`, a grammar that is not LL(1) throws: a test's matter, as it costs time and a newer Node than ours. */
  constructor(checked = false) {
    super(T.vocabulary, { maxLookahead: 1, errorMessageProvider: messages, skipValidations: !checked });
    this.performSelfAnalysis();
  }

  readonly file: Rule<void> = this.RULE("file", () => {
    this.MANY(() => {
      const statement = this.SUBRULE(this.#statement);
      this.ACTION(() => void this.statements.push(statement));
    });
  });

  readonly #statement: Rule<Statement> = this.RULE("statement", () =>
    this.OR([
      { ALT: () => this.SUBRULE(this.#alias) },
      { ALT: () => this.SUBRULE(this.#unalias) },
      { ALT: () => this.SUBRULE(this.#include) },
    ]),
  );

  readonly #alias: Rule<Statement> = this.RULE("alias", (): Statement => {
    this.CONSUME(T.Alias);
    const name = this.CONSUME(T.Name);
    const params = this.OPTION(() => this.SUBRULE(this.#params)) ?? [];
    const description = this.OPTION2(() => this.#plain(this.CONSUME(T.Str)));
    const when = this.OPTION3(() => {
      this.CONSUME(T.When);
      return this.SUBRULE(this.#condition);
    });
    this.CONSUME(T.Equals);
    const steps = this.SUBRULE(this.#pipeline);
    const modifiers = this.OPTION4(() => this.SUBRULE(this.#modifiers)) ?? [];
    const optional = { ...(description !== undefined && { description }), ...(when && { when }) };
    return { is: "alias", ...named(name), params, ...optional, steps, modifiers };
  });

  readonly #unalias: Rule<Statement> = this.RULE("unalias", (): Statement => {
    this.CONSUME(T.Unalias);
    return { is: "unalias", ...named(this.CONSUME(T.Name)) };
  });

  readonly #include: Rule<Statement> = this.RULE("include", (): Statement => {
    this.CONSUME(T.Include);
    const path = this.CONSUME(T.Str);
    return { is: "include", path: this.#plain(path), at: placeOf(path) };
  });

  readonly #params: Rule<readonly Param[]> = this.RULE("params", () => {
    const params: Param[] = [];
    this.CONSUME(T.LeftParen);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => void params.push(this.SUBRULE(this.#param)) });
    this.CONSUME(T.RightParen);
    return params;
  });

  readonly #param: Rule<Param> = this.RULE("param", (): Param => {
    const rest = this.OPTION(() => this.CONSUME(T.Spread)) !== undefined;
    const name = this.CONSUME(T.Name);
    const type = this.OPTION2(() => {
      this.CONSUME(T.Colon);
      return this.SUBRULE(this.#type);
    });
    const value = this.OPTION3(() => {
      this.CONSUME(T.Equals);
      return this.SUBRULE(this.#value);
    });
    return { ...named(name), rest, ...(type && { type }), ...(value && { value }) };
  });

  readonly #type: Rule<Type> = this.RULE("type", () =>
    this.OR([{ ALT: () => named(this.CONSUME(T.Name)) }, { ALT: () => this.SUBRULE(this.#choices) }]),
  );

  readonly #choices: Rule<Type> = this.RULE("choices", (): Type => {
    const at = placeOf(this.CONSUME(T.LeftParen));
    const choices = [this.#plain(this.CONSUME(T.Str))];
    this.MANY(() => {
      this.CONSUME(T.Pipe);
      choices.push(this.#plain(this.CONSUME2(T.Str)));
    });
    this.CONSUME(T.RightParen);
    return { choices, at };
  });

  readonly #pipeline: Rule<readonly Step[]> = this.RULE("pipeline", () => {
    const steps = [this.SUBRULE(this.#step)];
    this.MANY(() => {
      const sign = this.OR([
        { ALT: () => this.CONSUME(T.Pipe) },
        { ALT: () => this.CONSUME(T.AndThen) },
        { ALT: () => this.CONSUME(T.OrElse) },
        { ALT: () => this.CONSUME(T.Semicolon) },
      ]);
      steps.push({ after: sign.image as Operator, ...this.SUBRULE2(this.#step) });
    });
    return steps;
  });

  readonly #step: Rule<Step> = this.RULE("step", (): Step => {
    const call = this.SUBRULE(this.#call);
    const as = this.OPTION(() => {
      this.CONSUME(T.As);
      return named(this.CONSUME(T.Name));
    });
    return { call, ...(as && { as }) };
  });

  readonly #call: Rule<Call> = this.RULE("call", (): Call => {
    const callee = this.OR([
      {
        ALT: () => {
          const at = placeOf(this.CONSUME(T.At));
          return { of: "alias" as const, name: this.CONSUME(T.Name).image, at };
        },
      },
      { ALT: () => ({ of: "tool" as const, ...this.SUBRULE(this.#toolName) }) },
    ]);
    const args: Argument[] = [];
    this.CONSUME(T.LeftParen);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => void args.push(this.SUBRULE(this.#argument)) });
    this.CONSUME(T.RightParen);
    return { ...callee, args };
  });

  readonly #toolName: Rule<Named> = this.RULE("toolName", () => {
    const first = this.CONSUME(T.Name);
    let name = first.image;
    this.MANY(() => {
      this.CONSUME(T.Dot);
      name += `.${this.CONSUME2(T.Name).image}`;
    });
    return { name, at: placeOf(first) };
  });

  readonly #argument: Rule<Argument> = this.RULE("argument", () => {
    const name = this.CONSUME(T.Key);
    this.CONSUME(T.Colon);
    return { ...named(name), value: this.SUBRULE(this.#value) };
  });

  readonly #value: Rule<Value> = this.RULE("value", () =>
    this.OR([
      { ALT: () => this.#text(this.CONSUME(T.Str)) },
      { ALT: () => duration(this.CONSUME(T.Duration)) },
      { ALT: () => plain(this.CONSUME(T.Num), Number) },
      { ALT: () => variable(this.CONSUME(T.Variable)) },
      { ALT: () => plain(this.CONSUME(T.True), () => true) },
      { ALT: () => plain(this.CONSUME(T.False), () => false) },
      { ALT: () => plain(this.CONSUME(T.Null), () => null) },
      { ALT: () => this.SUBRULE(this.#list) },
      { ALT: () => this.SUBRULE(this.#object) },
    ]),
  );

  readonly #list: Rule<Value> = this.RULE("list", (): Value => {
    const items: Value[] = [];
    const at = placeOf(this.CONSUME(T.LeftBracket));
    this.MANY_SEP({ SEP: T.Comma, DEF: () => void items.push(this.SUBRULE(this.#value)) });
    this.CONSUME(T.RightBracket);
    return { is: "list", items, at };
  });

  readonly #object: Rule<Value> = this.RULE("object", (): Value => {
    const entries: Argument[] = [];
    const at = placeOf(this.CONSUME(T.LeftBrace));
    this.MANY_SEP({ SEP: T.Comma, DEF: () => void entries.push(this.SUBRULE(this.#argument)) });
    this.CONSUME(T.RightBrace);
    return { is: "object", entries, at };
  });

  readonly #modifiers: Rule<readonly Modifier[]> = this.RULE("modifiers", () => {
    const modifiers: Modifier[] = [];
    this.CONSUME(T.With);
    this.CONSUME(T.LeftBrace);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => void modifiers.push(this.SUBRULE(this.#modifier)) });
    this.CONSUME(T.RightBrace);
    return modifiers;
  });

  readonly #modifier: Rule<Modifier> = this.RULE("modifier", () => {
    const name = this.CONSUME(T.Name);
    this.CONSUME(T.Colon);
    const said = this.OR([
      { ALT: () => this.#word(this.CONSUME2(T.Name)) },
      { ALT: () => this.#given(this.SUBRULE(this.#value)) },
    ]);
    return { ...named(name), ...said };
  });

  readonly #condition: Rule<Condition> = this.RULE("condition", (): Condition => {
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
          const inner = this.SUBRULE(this.#condition);
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
      const given = this.OPTION2(() => this.#plain(this.CONSUME(T.Str)));
      this.CONSUME2(T.RightParen);
      called = true;
      return given;
    });
    const compare = this.OPTION3(() => {
      const sign = this.OR([{ ALT: () => this.CONSUME(T.Same) }, { ALT: () => this.CONSUME(T.Other) }]);
      return { by: sign.image as "==" | "!=", with: this.#plain(this.CONSUME2(T.Str)) };
    });
    const optional = { ...(argument !== undefined && { argument }), ...(compare && { compare }) };
    return { is: "fact", ...named(name), called, ...optional };
  });

  override reset(): void {
    super.reset();
    this.statements = [];
    this.faults = [];
  }

  #text(token: IToken): Value {
    const at = placeOf(token);
    const { parts, faults } = readString(token.image, at);
    this.faults.push(...faults);
    return { is: "text", parts, at };
  }

  /** The text of a string in which no value can stand. */
  #plain(token: IToken): string {
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

  #word(token: IToken): Pick<Modifier, "word" | "valueAt"> {
    return { word: token.image, valueAt: placeOf(token) };
  }

  #given(value: Value): Pick<Modifier, "value" | "valueAt"> {
    return { value, valueAt: value?.at };
  }
}

function placeOf(token: IToken): Place {
  return { line: token.startLine ?? 1, column: token.startColumn ?? 1 };
}

function named(token: IToken): Named {
  return { name: token.image, at: placeOf(token) };
}

function duration(token: IToken): Value {
  const [, digits = "", unit = ""] = /^(\d+)(\w+)$/.exec(token.image) ?? [];
  return { is: "duration", ms: Number(digits) * (UNITS[unit] ?? 1), at: placeOf(token) };
}

function plain(token: IToken, read: (image: string) => number | boolean | null): Value {
  return { is: "plain", value: read(token.image), at: placeOf(token) };
}

function variable(token: IToken): Value {
  return { is: "variable", name: token.image.slice(1), at: placeOf(token) };
}
