import type { Argument } from "./argument.js";
import { folderEntered, inShell, variablesRead } from "./changed-shell.js";
import type { Simple } from "./script.js";
import { setVariable, type State, type Walk } from "./state.js";
import { ANY, texts, type Value } from "./value.js";
import { isHarmless, isOwn } from "./variables.js";

const MAX_FOLDERS = 16;

/** A command of the shell's own that may change what later ones are. */
export interface Builtin {
  readonly simple: Simple;
  /** The ways its arguments can come out. */
  readonly given: readonly (readonly Argument[])[];
  readonly input: Value | undefined;
}

/** Follows the commands that change folders and variables. */
export class Builtins {
  /** Folders that it can go back to. */
  readonly #left = new Set<string>();
  readonly #walk: Walk;

  constructor(walk: Walk) {
    this.#walk = walk;
  }

  follow({ simple, given, input }: Builtin, state: State): void {
    const walk = this.#walk;
    const variants = given.map(inShell);
    const words = variants[0] ?? [];
    switch (words[0]?.text) {
      case "cd":
      case "pushd":
        return this.#enter(variants, state);
      case "popd":
        if (words.length !== 1) walk.hide("it is not known where popd leads");
        return this.#stand([...state.cwds, ...this.#left], state);
      case "export":
        if (words.length !== given[0]!.length) walk.hide("it is not certain what export sets");
        for (const one of simple.assignments) {
          if (!isHarmless(one)) walk.hide(`it sets the variable ${one.name} for what it runs`);
          setVariable(state, one.name, walk.value(one.value, state));
        }
        return;
      case "local":
        return this.#declare(simple, state);
      case "read":
        for (const [name, value] of variablesRead(words, simple, input)) this.#read(name, value, state);
        return;
      case "mapfile":
      case "readarray":
        return this.#read(`${words.at(-1)!.text}[@]`, input ?? ANY, state);
    }
  }

  #read(name: string, value: Value, state: State): void {
    if (!isOwn(name.replace("[@]", ""))) this.#walk.hide("it reads into a variable that others look at");
    setVariable(state, name, value);
  }

  /** Variables that end with the function. */
  #declare({ words, assignments }: Simple, state: State): void {
    if (!state.locals) this.#walk.hide("local stands outside of a function");
    const names = words.slice(1).map(({ text }) => /^[A-Za-z_]\w*(?==|$)/.exec(text)?.[0] ?? "");
    const values = new Map(assignments.map(({ name, value }) => [name, value]));
    const isPlain = words.slice(1).every(({ text }, at) => values.has(names[at]!) === text.includes("="));
    if (!isPlain || new Set(names).size < names.length) this.#walk.hide("it is not certain what local sets");
    for (const name of names) {
      if (!isOwn(name)) this.#walk.hide(`it sets the variable ${name}`);
      const value = values.get(name);
      state.locals?.add(name);
      setVariable(state, name, value ? this.#walk.value(value, state) : texts(""));
    }
  }

  #enter(variants: readonly (readonly Argument[])[], state: State): void {
    const head = variants[0]![0]!.text;
    if (head === "pushd") for (const cwd of state.cwds) this.#left.add(cwd);
    const folders = folderEntered(variants, state.cwds, this.#walk.place.home);
    if (folders) this.#stand(folders, state);
    else this.#walk.hide(`it is not known where ${head} leads`);
  }

  #stand(all: readonly string[], state: State): void {
    const cwds = [...new Set(all)];
    if (cwds.length > MAX_FOLDERS) this.#walk.hide("it is not known where cd leads");
    state.moved ||= cwds.length !== 1 || state.cwds.length !== 1 || cwds[0] !== state.cwds[0];
    state.cwds = cwds;
  }
}
