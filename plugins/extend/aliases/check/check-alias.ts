import type { Diagnostic } from "../../../../schemas/parts.js";
import type { Place } from "../../diagnostic.js";
import type { Alias } from "../book.js";
import { factProblem } from "../conditions.js";
import type { Argument, Call, Condition, Param, Value } from "../language/syntax.js";
import { modifierProblem } from "../modifiers.js";
import { TYPES, misfit, typeText } from "../types.js";
import { unquotable } from "../shell-text.js";
import { checkCall } from "./check-call.js";
import { shapeOf, shapeOfParam, type Shape } from "./shape.js";
import type { Report, World } from "./world.js";

/** Everything wrong in an alias, in the order in which it is written. Warnings do not keep it from running. */
export function checkAlias(alias: Alias, world: World): readonly Diagnostic[] {
  const problems: Diagnostic[] = [];
  const report: Report = ({ line, column }, message, fix) => {
    problems.push({ ...FAULT, message, file: alias.file, line, column, ...(fix !== undefined && { fix }) });
  };
  const warn: Report = (at, message) => {
    report(at, message);
    problems.push({ ...problems.pop()!, severity: "warning" });
  };
  new Check(alias, world, { report, warn }).all();
  return problems.toSorted((a, b) => a.line! - b.line! || a.column! - b.column!);
}

const FAULT = { severity: "error", code: "alias" } as const;

class Check {
  readonly #alias: Alias;
  readonly #world: World;
  readonly #report: Report;
  readonly #warn: Report;
  /** What is known so far: parameters, and results of steps. */
  readonly #scope = new Map<string, Shape>();

  constructor(alias: Alias, world: World, { report, warn }: { readonly report: Report; readonly warn: Report }) {
    this.#alias = alias;
    this.#world = world;
    this.#report = report;
    this.#warn = warn;
  }

  all(): void {
    const { params, when, steps, modifiers } = this.#alias.declaration;
    for (const [place, param] of params.entries()) this.#param(param, place === params.length - 1);
    if (when) this.#condition(when);
    for (const [place, { call, as }] of steps.entries()) {
      // What was piped in stands in $_ from the beginning.
      if (place === 0) this.#scope.set("_", "anything");
      this.#call(call);
      const isTaken = as && (as.name === "_" || params.some(({ name }) => name === as.name));
      if (isTaken) this.#report(as.at, `"${as.name}" means something else already.`);
      if (as) this.#scope.set(as.name, "anything");
    }
    const seen = new Set<string>();
    for (const modifier of modifiers) {
      const problem = seen.has(modifier.name) ? `"${modifier.name}" stands here twice.` : undefined;
      seen.add(modifier.name);
      const wrong = modifierProblem(modifier);
      if (problem ?? wrong?.message) this.#report(problem ? modifier.at : wrong!.at, problem ?? wrong!.message);
    }
  }

  #param(param: Param, isLast: boolean): void {
    const { name, at, type, value, rest } = param;
    if (this.#scope.has(name) || name === "_") {
      this.#report(
        at,
        name === "_" ? '"_" is the result of the step before.' : `There is a parameter "${name}" already.`,
      );
    }
    if (type?.name !== undefined && !Object.hasOwn(TYPES, type.name)) {
      this.#report(type.at, `There is no type "${type.name}"; the types are ${Object.keys(TYPES).join(", ")}.`);
    }
    if (rest && !isLast) this.#report(at, `"...${name}" takes all that is left, so it stands last.`);
    if (value) this.#default(param, value);
    this.#scope.set(name, shapeOfParam(param));
  }

  #default({ name, type, rest }: Param, value: Value): void {
    this.#variables(value);
    if (rest && value.is !== "list") return this.#report(value.at, `The default of "...${name}" is a list.`);
    const shape = shapeOf(value, this.#scope);
    if (rest || shape === "anything" || !("value" in shape) || !type) return;
    const wanted = type.name === undefined || Object.hasOwn(TYPES, type.name) ? misfit(shape.value, type) : undefined;
    if (wanted === undefined) return;
    const message = `The default of "${name}" is not of its type ${typeText(type)}: it has to be ${wanted}.`;
    this.#report(value.at, message);
  }

  #condition(condition: Condition): void {
    if (condition.is === "fact") {
      const problem = factProblem(condition);
      if (problem !== undefined) this.#report(condition.at, problem);
    } else if (condition.is === "not") this.#condition(condition.part);
    else for (const part of condition.parts) this.#condition(part);
  }

  #call(call: Call): void {
    this.#arguments(call.args);
    const { alias, scope } = { alias: this.#alias, scope: this.#scope };
    checkCall(call, { alias, scope, world: this.#world, report: this.#report, warn: this.#warn });
  }

  #arguments(args: readonly Argument[]): void {
    const given = new Set<string>();
    for (const { name, at, value } of args) {
      if (given.has(name)) this.#report(at, `The argument "${name}" is given twice.`);
      given.add(name);
      this.#variables(value);
      const hard = name === "command" && value.is === "text" ? unquotable(value.parts) : undefined;
      if (!hard) continue;
      const message = `"\${${hard.name.name}}" cannot be quoted for the shell ${hard.why}.`;
      this.#report(hard.name.at, message, "Put it in a place of its own, outside of that.");
    }
  }

  /** Names that nothing stands for. */
  #variables(value: Value): void {
    const use = (name: string, at: Place): void => {
      if (this.#scope.has(name)) return;
      const names = [...this.#scope.keys()].map((one) => `$${one}`);
      const there = names.length === 0 ? "nothing has a name here" : `there are ${names.join(", ")}`;
      this.#report(at, `Nothing is called "$${name}"; ${there}.`);
    };
    if (value.is === "variable") use(value.name, value.at);
    else if (value.is === "text") {
      for (const part of value.parts) if (typeof part !== "string") use(part.name, part.at);
    } else if (value.is === "list") for (const item of value.items) this.#variables(item);
    else if (value.is === "object") this.#arguments(value.entries);
  }
}
