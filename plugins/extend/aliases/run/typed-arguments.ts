import { UserError } from "../../../../schemas/errors.js";
import type { JsonValue } from "../../../../schemas/json.js";
import type { Alias } from "../book.js";
import { usageText } from "../hint.js";
import type { Param } from "../language/syntax.js";
import { fromWord, misfit, typeOf } from "../types.js";

/** `--name`, `--name=value`, `--no-name`. */
const OPTION = /^--(no-)?([A-Za-z_][A-Za-z0-9_-]*)(?:=([^]*))?$/;
/** `name:`, `name:value`. */
const NAMED = /^([A-Za-z_][A-Za-z0-9_-]*):([^]*)$/;

/**
 * The arguments typed behind an alias: in the order of its parameters, or by name as `name: value` or `--name value`. A
 * bool needs no value: `--draft`, `--no-draft`. After `--` nothing is a name. Throws a UserError that shows the usage.
 */
export function typedArguments(alias: Alias, words: readonly string[]): ReadonlyMap<string, JsonValue> {
  const typing = new Typing(alias);
  for (const rest = [...words]; rest.length > 0;) typing.take(rest);
  return typing.values();
}

class Typing {
  readonly #alias: Alias;
  readonly #params: readonly Param[];
  readonly #given = new Map<string, JsonValue>();
  readonly #plain: string[] = [];
  #over = false;

  constructor(alias: Alias) {
    this.#alias = alias;
    this.#params = alias.declaration.params;
  }

  /** Takes one argument off the words. */
  take(words: string[]): void {
    const word = words.shift()!;
    if (!this.#over && word === "--") this.#over = true;
    else if (this.#over || !(this.#option(word, words) || this.#named(word, words))) this.#plain.push(word);
  }

  values(): ReadonlyMap<string, JsonValue> {
    for (const param of this.#params) {
      if (param.rest) {
        for (const word of this.#plain.splice(0)) this.#set(param, word);
      } else if (!this.#given.has(param.name)) {
        const word = this.#plain.shift();
        if (word !== undefined) this.#set(param, word);
        else if (!param.value) throw this.#misuse(`"${param.name}" is missing`);
      }
    }
    if (this.#plain.length > 0) throw this.#misuse(`${JSON.stringify(this.#plain[0])} is too much`);
    return this.#given;
  }

  #option(word: string, words: string[]): boolean {
    const [, no, name = "", value] = OPTION.exec(word) ?? [];
    const param = this.#param(name);
    if (name === "") return false;
    if (!param) throw this.#misuse(`there is no parameter "${name}"`);
    if (typeOf(param)?.name === "bool" && value === undefined) this.#set(param, no === undefined ? "true" : "false");
    else if (no !== undefined) throw this.#misuse(`--no-${name} is only for a bool`);
    else this.#set(param, value ?? this.#next(name, words));
    return true;
  }

  #named(word: string, words: string[]): boolean {
    const [, name = "", value = ""] = NAMED.exec(word) ?? [];
    const param = this.#param(name);
    if (param) this.#set(param, value === "" ? this.#next(name, words) : value);
    return param !== undefined;
  }

  #next(name: string, words: string[]): string {
    const next = words.shift();
    if (next === undefined) throw this.#misuse(`the value of "${name}" is missing`);
    return next;
  }

  #set(param: Param, word: string): void {
    const { name, rest } = param;
    const type = typeOf(param);
    if (this.#given.has(name) && !rest) throw this.#misuse(`"${name}" is given twice`);
    const value = fromWord(word, type);
    if (value === undefined) throw this.#misuse(`"${name}" has to be ${misfit(undefined, type!)}, not "${word}"`);
    this.#given.set(name, rest ? [...((this.#given.get(name) as readonly JsonValue[]) ?? []), value] : value);
  }

  #param(name: string): Param | undefined {
    return this.#params.find((param) => param.name === name);
  }

  #misuse(what: string): UserError {
    return new UserError(`@${this.#alias.name}: ${what}. Usage: ${usageText(this.#alias)}`);
  }
}
