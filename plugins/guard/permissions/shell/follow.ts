import type { Argument } from "./argument.js";
import { assignedBy } from "./assigned.js";
import { folderEntered, inShell, variablesRead } from "./changed-shell.js";
import { followInto } from "./redirection.js";
import { again, asOneText, eitherLater, inTurn, later } from "./later.js";
import { outputOf } from "./output-of.js";
import { outcomes, valueOfArgument, valueOfWord, type Around, type Outcomes } from "./resolve.js";
import type { Place } from "../paths/judge-path.js";
import type { Opened, Run, Runs } from "./run.js";
import { merge, type State, type Walk } from "./state.js";
import type { Assignment, Block, Choice, Loop, Piece, Script, Simple, Statement, Word } from "./script.js";
import { withoutEnv } from "./unwrap.js";
import { ANY, either, isNumber, MAYBE_NUMBER, NOTHING, NUMBER, texts, type Value } from "./value.js";
import { isHarmless, isOwn, isSecretName } from "./variables.js";

/** Steps that one line may take to be followed. */
const MAX_STEPS = 1_500;
const MAX_VARIANTS = 128;
const MAX_FOLDERS = 16;

/** Follows a line through its loops and branches, without running any of it. */
export function follow(script: Script, line: string, place: Place): Runs {
  const follower = new Follower(line, place);
  follower.statement(script.body, { cwds: [place.cwd], moved: false, variables: new Map() });
  return follower;
}

/** Follows statements; a state is changed as they run. */
class Follower implements Runs, Walk {
  readonly runs: Run[] = [];
  readonly opened: Opened[] = [];
  readonly hidden: string[] = [];
  readonly place: Place;
  readonly #line: string;
  /** Folders that it can go back to. */
  readonly #left = new Set<string>();
  #steps = 0;

  constructor(line: string, place: Place) {
    this.#line = line;
    this.place = place;
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
    return { cwds: state.cwds, place: this.place, valueOf: (piece) => this.#expansion(piece, state) };
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
        if (![...piece.names.map((name) => this.#variable(name, state)), ...inner].every(isNumber)) {
          this.hide(`${piece.raw.slice(0, 60)} calculates with what can be anything`);
        }
        return NUMBER;
      }
      case "variable": {
        const value = this.#variable(piece.name, state);
        if (isSecretName(piece.name) && !state.variables.has(piece.name)) this.hide(`$${piece.name} can hold a secret`);
        return piece.plain ? value : piece.raw.startsWith("${#") ? NUMBER : ANY;
      }
      case "hidden":
        this.hide(piece.why);
        return ANY;
    }
  }

  #variable(name: string, { variables, cwds }: State): Value {
    const known = variables.get(name);
    if (known) return known;
    if (name === "PWD") return texts(...cwds);
    if (name === "HOME") return texts(this.place.home);
    return /^(?:[?#$]|UID|EUID|PPID|RANDOM|SECONDS|LINENO)$/.test(name) ? NUMBER : ANY;
  }

  #simple(simple: Simple, state: State): Value {
    const { words, assignments } = simple;
    const input = this.#redirects(simple, state);
    if (words.length === 0) {
      for (const assignment of assignments) this.#assign(assignment, state);
      return simple.redirects.length > 0 ? ANY : NOTHING;
    }
    // Their substitutions run as well.
    for (const { value } of assignments) this.value(value, state);
    const given = this.#variants(words, state);
    const variants = given.map(withoutEnv);
    const { cwds, moved } = state;
    this.runs.push({ simple, variants, cwds, moved, ...(input && { input }) });
    // What env starts changes nothing about the shell.
    this.#builtin(simple, given, state, input);
    const standing = { cwds, place: this.place, ...(input && { input }) };
    return later(() => variants.map((args) => outputOf(args, standing)).reduce(either));
  }

  #redirects(statement: Simple | Block | Choice | Loop, state: State): Value | undefined {
    let input = state.input;
    for (const redirect of statement.redirects) input = followInto(redirect, state, this) ?? input;
    return input;
  }

  #variants(words: readonly Word[], state: State): readonly (readonly Argument[])[] {
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

  #assign(assignment: Assignment, state: State): void {
    const { name, more } = assignment;
    const value = this.value(assignment.value, state);
    const used = new RegExp(`\\$\\{?#?${name}\\b|\\$\\(\\([^)]*\\b${name}\\b`).test(this.#line);
    if (!isHarmless(assignment) && !(isOwn(name) && used)) this.hide(`it sets the variable ${name || "of an array"}`);
    this.#set(state, name, more ? ANY : value);
  }

  #set(state: State, name: string, value: Value): void {
    state.variables = new Map([...state.variables, [name, value]]);
  }

  /** Commands of the shell's own that change what later ones are. */
  #builtin(simple: Simple, given: readonly (readonly Argument[])[], state: State, input: Value | undefined): void {
    const variants = given.map(inShell);
    const head = variants[0]?.[0]?.text;
    if (head === "cd" || head === "pushd") {
      if (head === "pushd") for (const cwd of state.cwds) this.#left.add(cwd);
      const folders = folderEntered(variants, state.cwds, this.place.home);
      if (folders) this.#stand(folders, state);
      else this.hide(`it is not known where ${head} leads`);
    } else if (head === "popd") {
      if (variants[0]!.length !== 1) this.hide("it is not known where popd leads");
      this.#stand([...state.cwds, ...this.#left], state);
    } else if (head === "export") {
      if (variants[0]!.length !== given[0]!.length) this.hide("it is not certain what export sets");
      for (const one of simple.assignments) {
        if (!isHarmless(one)) this.hide(`it sets the variable ${one.name} for what it runs`);
        this.#set(state, one.name, this.value(one.value, state));
      }
    } else if (head === "read") {
      for (const [name, value] of variablesRead(variants[0]!, simple, input)) {
        if (!isOwn(name)) this.hide("it reads into a variable that others look at");
        this.#set(state, name, value);
      }
    }
  }

  #stand(all: readonly string[], state: State): void {
    const cwds = [...new Set(all)];
    if (cwds.length > MAX_FOLDERS) this.hide("it is not known where cd leads");
    state.moved ||= cwds.length !== 1 || state.cwds.length !== 1 || cwds[0] !== state.cwds[0];
    state.cwds = cwds;
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
    const changed = new Set([...assignedBy(body), ...(test ? assignedBy(test) : [])]);
    if (counts && changed.has(name!)) this.hide(`it sets ${name} while it counts by it`);
    if (name !== undefined && !isOwn(name)) this.hide(`it sets the variable ${name}`);
    const values = words.flatMap((word) => this.#valuesOf(word, state));
    if (counts) values.push(NUMBER);
    const numbers = [...changed].filter((one) => isNumber(state.variables.get(one) ?? ANY));
    const before = { runs: this.runs.length, opened: this.opened.length, hidden: this.hidden.length };
    // Whatever a round sets, the next one begins with: what begins as a number, and is one after a round, stays one.
    for (const one of changed) this.#set(state, one, numbers.includes(one) ? MAYBE_NUMBER : ANY);
    const first = { ...state };
    const out = this.#rounds(loop, state, values);
    if (numbers.every((one) => isNumber(state.variables.get(one) ?? ANY))) {
      merge(outer, state);
      return out;
    }
    this.runs.length = before.runs;
    this.opened.length = before.opened;
    this.hidden.length = before.hidden;
    for (const one of changed) this.#set(first, one, ANY);
    const again = this.#rounds(loop, first, values);
    merge(outer, first);
    return again;
  }

  #valuesOf(word: Word, state: State): readonly Value[] {
    const [only, ...more] = word.pieces;
    const value = only && only.kind !== "text" && more.length === 0 ? this.value(word, state) : undefined;
    return value?.kind === "names" ? [value] : this.outcomes(word, state).flatMap((row) => row.map(valueOfArgument));
  }

  #rounds({ name, test, body }: Loop, state: State, values: readonly Value[]): Value {
    let out: Value = NOTHING;
    for (let round = 0; ; round++) {
      const start = state.cwds;
      if (name !== undefined) this.#set(state, name, values.length > 0 ? values.reduce(either) : NOTHING);
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
