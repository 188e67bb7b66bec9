import type { IToken } from "chevrotain";
import type {
  Argument,
  Call,
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
import { named, placeOf, ValueParser, type Rule } from "./value-grammar.js";

/**
 * The grammar, LL(1). Statements collect in `statements`, faults of what is inside of strings in `faults`; what breaks
 * the grammar is in `errors`.
 */
export class AliasParser extends ValueParser {
  statements: Statement[] = [];

  /** With `checked`, a grammar that is not LL(1) throws: a test's matter, as it costs time and a newer Node than ours. */
  constructor(checked = false) {
    super(checked);
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

  readonly #alias: Rule<Statement> = this.RULE("aliasDeclaration", (): Statement => {
    this.CONSUME(T.Alias);
    const name = this.CONSUME(T.Name);
    const params = this.OPTION(() => this.SUBRULE(this.#params)) ?? [];
    const description = this.OPTION2(() => this.plain(this.CONSUME(T.Str)));
    const when = this.OPTION3(() => {
      this.CONSUME(T.When);
      return this.SUBRULE(this.condition);
    });
    this.CONSUME(T.Equals);
    const steps = this.SUBRULE(this.#pipeline);
    const modifiers = this.OPTION4(() => this.SUBRULE(this.#modifiers)) ?? [];
    const optional = { ...(description !== undefined && { description }), ...(when && { when }) };
    return { is: "alias", ...named(name), params, ...optional, steps, modifiers };
  });

  readonly #unalias: Rule<Statement> = this.RULE("unaliasing", (): Statement => {
    this.CONSUME(T.Unalias);
    return { is: "unalias", ...named(this.CONSUME(T.Name)) };
  });

  readonly #include: Rule<Statement> = this.RULE("including", (): Statement => {
    this.CONSUME(T.Include);
    const path = this.CONSUME(T.Str);
    return { is: "include", path: this.plain(path), at: placeOf(path) };
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
      return this.SUBRULE(this.value);
    });
    return { ...named(name), rest, ...(type && { type }), ...(value && { value }) };
  });

  readonly #type: Rule<Type> = this.RULE("type", () =>
    this.OR([{ ALT: () => named(this.CONSUME(T.Name)) }, { ALT: () => this.SUBRULE(this.#choices) }]),
  );

  readonly #choices: Rule<Type> = this.RULE("choices", (): Type => {
    const at = placeOf(this.CONSUME(T.LeftParen));
    const choices = [this.plain(this.CONSUME(T.Str))];
    this.MANY(() => {
      this.CONSUME(T.Pipe);
      choices.push(this.plain(this.CONSUME2(T.Str)));
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
    this.MANY_SEP({ SEP: T.Comma, DEF: () => void args.push(this.SUBRULE(this.argument)) });
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
      { ALT: () => this.#given(this.SUBRULE(this.value)) },
    ]);
    return { ...named(name), ...said };
  });

  override reset(): void {
    super.reset();
    this.statements = [];
    this.faults = [];
  }

  #word(token: IToken): Pick<Modifier, "word" | "valueAt"> {
    return { word: token.image, valueAt: placeOf(token) };
  }

  #given(value: Value): Pick<Modifier, "value" | "valueAt"> {
    return { value, valueAt: value?.at };
  }
}
