import type { Argument } from "./argument.js";
import { assignedBy } from "./assigned.js";
import { Builtins } from "./builtins.js";
import { Functions, handed } from "./functions.js";
import { followAssignment } from "./assign.js";
import { variableOf, withoutLocals } from "./held.js";
import { insideOf } from "./inside.js";
import { followInto } from "./redirection.js";
import { again, asOneText, eitherLater, inTurn, later } from "./later.js";
import { outputOf } from "./output-of.js";
import { outcomes, valueOfWord, valuesOf, type Around, type Outcomes } from "./resolve.js";
import type { Opened, Run, Runs } from "./run.js";
import { merge, setVariable, type LinePlace, type State, type Walk } from "./state.js";
import type { Block, Choice, Loop, Piece, Script, Simple, Statement, Word } from "./script.js";
import { withoutEnv } from "./unwrap.js";
import { ANY, either, isNumber, MAYBE_NUMBER, NOTHING, NUMBER, texts, type Value } from "./value.js";
import { isOwn, isSecretName } from "./variables.js";

/** Steps that one line may take to be followed. */
const MAX_STEPS = 1_500;
const MAX_VARIANTS = 128;
const MAX_SHELLS = 20;

/** Follows a line through its loops and branches, without running any of it. */
export function follow(script: Script, line: string, place: LinePlace): Runs {
  const follower = new Follower(script, line, place);
  const { cwd, input } = place;
  follower.statement(script.body, { cwds: [cwd], moved: false, variables: new Map(), ...(input && { input }) });
  const idle = follower.functions.idle();
  if (idle !== undefined) follower.hide(`it does not call its function ${idle}`);
  return follower;
}

/** Follows statements; a state is changed as they run. */
class Follower implements Runs, Walk {
  readonly runs: Run[] = [];
  readonly opened: Opened[] = [];
  readonly hidden: string[] = [];
  readonly place: LinePlace;
  readonly line: string;
  readonly #builtins: Builtins = new Builtins(this);
  readonly functions: Functions;
  calls = false;
  readonly #calling: Statement[] = [];
  readonly #strict: boolean;
  readonly #deep: boolean;
  #steps = 0;

  constructor(script: Script, line: string, place: LinePlace) {
    this.line = line;
    this.place = { shells: { left: MAX_SHELLS }, ...place };
    this.functions = new Functions(script);
    const { commands } = script;
    this.#strict = commands.some(
      ({ words, assignments }) => words.length === 0 && assignments.some(({ name }) => name === "IFS"),
    );
    this.#deep = commands.some(({ words }) => words.some(({ text }) => text === "globstar"));
  }

  hide(why: string): void {
    if (!this.hidden.includes(why)) this.hidden.push(why);
  }

  /** The lines that a statement can write. */
  statement(statement: Statement, state: State): Value {
    if (this.#steps++ > MAX_STEPS) {
      this.hide("it takes too many steps to follow");
      return ANY;
    }
    switch (statement.kind) {
      case "simple":
        return this.#simple(statement, state);
      case "block":
        return this.#block(statement, state);
      case "choice":
        return this.#choice(statement, state);
      case "loop":
        return this.#loop(statement, state);
      case "test": {
        for (const word of [...statement.text, ...statement.files]) this.outcomes(word, state);
        const numbers = statement.numbers.map((word) => valueOfWord(word, this.around(state)));
        if (!numbers.every(isNumber)) this.hide("it calculates with what can be anything");
        return NOTHING;
      }
      case "definition": {
        const why = this.functions.define(statement);
        if (why !== undefined) this.hide(why);
        return NOTHING;
      }
      case "hidden":
        this.hide(statement.why);
        return ANY;
    }
  }

  outcomes(word: Word, state: State): Outcomes {
    return outcomes(word, this.around(state));
  }

  value(word: Word, state: State): Value {
    return valueOfWord(word, this.around(state));
  }

  around(state: State): Around {
    const { cwds, args } = state;
    const how = { strict: this.#strict, deep: this.#deep, ...(args && { args }) };
    return { cwds, place: this.place, ...how, valueOf: (piece) => this.#expansion(piece, state) };
  }

  #expansion(piece: Exclude<Piece, { kind: "text" }>, state: State): Value {
    switch (piece.kind) {
      case "command": {
        const { input: _, ...rest } = state;
        return asOneText(this.statement(piece.body, { ...rest }));
      }
      case "process":
        this.statement(piece.body, { ...state });
        return texts("-");
      case "arithmetic": {
        const inner = piece.inner.map((one) => this.#expansion(one, state));
        if (![...piece.names.map((name) => variableOf(name, state, this.place)), ...inner].every(isNumber)) {
          this.hide(`${piece.raw.slice(0, 60)} calculates with what can be anything`);
        }
        return NUMBER;
      }
      case "variable": {
        const value = variableOf(piece.name, state, this.place);
        if (!piece.plain && /^[@*]$/.test(piece.name) && state.locals)
          this.hide("it takes apart what a function is handed");
        if (isSecretName(piece.name) && !state.variables.has(piece.name)) this.hide(`$${piece.name} can hold a secret`);
        return piece.plain ? value : piece.raw.startsWith("${#") ? NUMBER : ANY;
      }
      case "hidden":
        this.hide(piece.why);
        return ANY;
    }
  }

  #simple(simple: Simple, state: State): Value {
    const { words, assignments } = simple;
    const input = this.#redirects(simple, state);
    if (words.length === 0) {
      for (const assignment of assignments) followAssignment(assignment, state, this);
      return simple.redirects.length > 0 ? ANY : NOTHING;
    }
    // Their substitutions run as well.
    for (const { value } of assignments) this.value(value, state);
    const given = this.variants(words, state);
    const body = this.functions.called(given[0] ?? []);
    if (body === "hidden" || (body && assignments.length > 0)) this.hide("it calls a function in an unusual way");
    if (body && body !== "hidden") return this.#call(body, given, { ...state, ...(input && { input }) }, state);
    const variants = given.map(withoutEnv);
    const { cwds, moved } = state;
    const standing = { cwds, place: this.place, ...(input && { input }) };
    const inside = moved ? undefined : insideOf(variants, standing, follow);
    this.runs.push({ simple, variants, cwds, moved, ...(input && { input }), ...(inside && { inside }) });
    // What env starts changes nothing about the shell.
    this.#builtins.follow({ simple, given, input }, state);
    return later(() => variants.map((args) => outputOf(args, standing)).reduce(either));
  }

  /** Follows a function, with what it is handed. What it sets stays, but for what is its own. */
  #call(body: Statement, variants: readonly (readonly Argument[])[], inner: State, outer: State): Value {
    this.calls = true;
    if (this.#calling.includes(body)) {
      this.hide("a function calls itself");
      return ANY;
    }
    this.#calling.push(body);
    const start = { ...outer };
    const out: Value[] = [];
    for (const [at, words] of variants.entries()) {
      const { variables, args } = handed(words, { home: this.place.home, strict: this.#strict });
      const { args: _, ...rest } = inner;
      const own: State = { ...rest, variables: new Map([...start.variables, ...variables]), ...(args && { args }) };
      own.locals = new Set(variables.keys());
      out.push(this.statement(body, own));
      const end = { ...own, variables: withoutLocals(own, start.variables) };
      if (at > 0) merge(outer, end);
      else Object.assign(outer, { cwds: end.cwds, moved: end.moved, variables: end.variables });
    }
    this.#calling.pop();
    return out.length === 1 ? out[0]! : ANY;
  }

  #redirects(statement: Simple | Block | Choice | Loop, state: State): Value | undefined {
    let input = state.input;
    for (const redirect of statement.redirects) input = followInto(redirect, state, this) ?? input;
    return input;
  }

  variants(words: readonly Word[], state: State): readonly (readonly Argument[])[] {
    let found: Argument[][] = [[]];
    for (const word of words) {
      const ways = this.outcomes(word, state);
      if (found.length * ways.length > MAX_VARIANTS) {
        this.hide("there are too many ways in which its words can come out");
        return [words.map(({ text, raw, tilde }) => ({ text, raw, tilde }))];
      }
      if (ways.length === 1) for (const row of found) row.push(...ways[0]!);
      else found = found.flatMap((row) => ways.map((way) => [...row, ...way]));
    }
    return found;
  }

  #block(block: Block, outer: State): Value {
    const state = block.subshell ? { ...outer } : outer;
    const before = outer.input;
    const given = this.#redirects(block, state);
    if (given) state.input = given;
    let out: Value = NOTHING;
    let passed: Value | undefined;
    for (const [at, { statement, link }] of block.parts.entries()) {
      const last = block.parts[at - 1]?.link;
      const apart = link === "pipe" || last === "pipe" || link === "background";
      const own: State = apart ? { ...state, ...(passed && { input: passed }) } : state;
      const old = last === "and" || last === "or" ? { ...state } : undefined;
      const written = this.statement(statement, own);
      if (old) merge(state, old);
      passed = link === "pipe" ? written : undefined;
      if (link !== "pipe") out = inTurn(out, written);
    }
    if (before) outer.input = before;
    else delete outer.input;
    return out;
  }

  #choice(choice: Choice, state: State): Value {
    this.#redirects(choice, state);
    for (const word of choice.words) this.outcomes(word, state);
    const ends: State[] = [];
    let out: Value = NOTHING;
    for (const { test, body } of choice.branches) {
      if (test) this.statement(test, state);
      const own = { ...state };
      out = eitherLater(out, this.statement(body, own));
      ends.push(own);
    }
    const [first, ...others] = ends;
    // Without an "else" it can be that none of them runs.
    const all = choice.branches.at(-1)?.test || choice.words.length > 0 ? ends : others;
    if (all === others && first) Object.assign(state, first);
    for (const end of all) merge(state, end);
    return out;
  }

  #loop(loop: Loop, outer: State): Value {
    const { name, words, test, body, counts } = loop;
    const input = this.#redirects(loop, outer);
    const state: State = { ...outer, ...(input && { input }) };
    const changed = new Set(
      [body, ...(test ? [test] : [])].flatMap((one) => [...assignedBy(one, this.functions.bodies)]),
    );
    if (counts && changed.has(name!)) this.hide(`it sets ${name} while it counts by it`);
    if (name !== undefined && !isOwn(name)) this.hide(`it sets the variable ${name}`);
    const values = words.flatMap((word) => valuesOf(word, this.around(state)));
    if (counts) values.push(NUMBER);
    const numbers = [...changed].filter((one) => isNumber(state.variables.get(one) ?? ANY));
    const before = { runs: this.runs.length, opened: this.opened.length, hidden: this.hidden.length };
    // Whatever a round sets, the next one begins with: what begins as a number, and is one after a round, stays one.
    for (const one of changed) setVariable(state, one, numbers.includes(one) ? MAYBE_NUMBER : ANY);
    const first = { ...state };
    const out = this.#rounds(loop, state, values);
    if (numbers.every((one) => isNumber(state.variables.get(one) ?? ANY))) {
      merge(outer, state);
      return out;
    }
    this.runs.length = before.runs;
    this.opened.length = before.opened;
    this.hidden.length = before.hidden;
    for (const one of changed) setVariable(first, one, ANY);
    const again = this.#rounds(loop, first, values);
    merge(outer, first);
    return again;
  }

  #rounds({ name, test, body }: Loop, state: State, values: readonly Value[]): Value {
    let out: Value = NOTHING;
    for (let round = 0; ; round++) {
      const start = state.cwds;
      if (name !== undefined) setVariable(state, name, values.length > 0 ? values.reduce(either) : NOTHING);
      if (test) this.statement(test, state);
      out = inTurn(out, again(this.statement(body, state)));
      const cwds = [...new Set([...start, ...state.cwds])];
      state.cwds = cwds;
      if (cwds.length === start.length) break;
      if (round > 2) {
        this.hide("it changes its folder again and again");
        break;
      }
    }
    return out;
  }
}
