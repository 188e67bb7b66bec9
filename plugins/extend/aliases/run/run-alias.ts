import type { Decision } from "../../../../schemas/decision.js";
import type { JsonValue } from "../../../../schemas/json.js";
import type { Session } from "../../../../schemas/session.js";
import type { ToolOutput, ToolSpec } from "../../../../schemas/tool.js";
import { messageOf } from "../../../../schemas/errors.js";
import { isObject } from "../../../../schemas/json.js";
import type { Alias, Book } from "../book.js";
import { conditionText, failing, holds } from "../conditions.js";
import type { Call, Operator, Step } from "../language/syntax.js";
import { mannerOf, type Manner } from "../modifiers.js";
import type { Tightening } from "../tightening.js";
import { toolNamed } from "../tool-named.js";
import { misfit, typeOf } from "../types.js";
import { evaluate, inputOf, type Scope } from "./evaluate.js";
import { Handed } from "./handed.js";

/** Calls of one run, and aliases inside of aliases. */
const MOST_CALLS = 1000;
const DEEPEST = 32;

/** What an alias runs with. */
export interface Running {
  readonly session: Session;
  readonly book: Pick<Book, "resolve">;
  readonly tools: readonly ToolSpec[];
  readonly tightening: Tightening;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** What came of an alias or of one step. */
export interface Outcome {
  readonly ok: boolean;
  readonly text: string;
  readonly details?: unknown;
  /** Why a call did not run, where a gate or a person was the reason. */
  readonly refused?: Decision;
}

/** How deep, and with what, an alias is called. */
interface Frame {
  readonly depth: number;
  readonly signal: AbortSignal;
  /** What was piped in. */
  readonly input?: string;
}

/** Runs an alias that has been checked. */
export async function runAlias(
  running: Running,
  alias: Alias,
  args: ReadonlyMap<string, JsonValue>,
  input?: string,
): Promise<Outcome> {
  const run = new Run(running);
  return run.alias(alias, args, { depth: 0, signal: running.signal, ...(input !== undefined && { input }) });
}

class Run {
  readonly #running: Running;
  #calls = 0;

  constructor(running: Running) {
    this.#running = running;
  }

  async alias(alias: Alias, args: ReadonlyMap<string, JsonValue>, frame: Frame): Promise<Outcome> {
    const { session, env, tightening } = this.#running;
    const { when, modifiers } = alias.declaration;
    const where = { cwd: session.cwd, env };
    if (when && !holds(when, where)) {
      return failure(`@${alias.name} runs only when ${conditionText(failing(when, where))}, which is not so.`);
    }
    if (frame.depth >= DEEPEST) return failure(`Aliases call each other more than ${DEEPEST} deep.`);
    const manner = mannerOf(modifiers);
    const limit = manner.timeout === undefined ? undefined : AbortSignal.timeout(manner.timeout);
    const signal = limit ? AbortSignal.any([frame.signal, limit]) : frame.signal;
    const release = manner.permission && tightening.hold(session, alias.name, manner.permission);
    try {
      const outcome = await this.#steps(alias, this.#scope(alias, args, frame), {
        manner,
        frame: { ...frame, signal },
      });
      const late = limit?.aborted && !frame.signal.aborted;
      return late ? failure(`@${alias.name} was stopped after ${manner.timeout! / 1000} s.`, outcome) : outcome;
    } catch (error) {
      return failure(messageOf(error));
    } finally {
      release?.();
    }
  }

  /** What the names of an alias stand for at its beginning. */
  #scope(alias: Alias, args: ReadonlyMap<string, JsonValue>, { input }: Frame): Scope {
    const scope: Scope = new Map();
    for (const param of alias.declaration.params) {
      const { name, value, rest } = param;
      const type = typeOf(param);
      const given = args.has(name) ? args.get(name) : value ? evaluate(value, scope) : rest ? [] : undefined;
      if (given === undefined) throw new Error(`@${alias.name} needs the argument "${name}".`);
      const wanted = type && !rest ? misfit(given, type) : undefined;
      if (wanted !== undefined) throw new Error(`"${name}" of @${alias.name} has to be ${wanted}.`);
      scope.set(name, given);
    }
    scope.set("_", new Handed(input ?? ""));
    return scope;
  }

  async #steps(
    alias: Alias,
    scope: Scope,
    { manner, frame }: { readonly manner: Manner; readonly frame: Frame },
  ): Promise<Outcome> {
    const { steps } = alias.declaration;
    const shown: string[] = [];
    let last: Outcome = { ok: true, text: "" };
    for (const [place, step] of steps.entries()) {
      if (!isDue(step.after, last.ok)) continue;
      if (frame.signal.aborted) return failure(joined([...shown, "Interrupted."]), last);
      last = await this.#step(alias, step, { scope, manner, frame });
      scope.set("_", new Handed(last.text, last.details));
      if (step.as) scope.set(step.as.name, new Handed(last.text, last.details));
      // What is handed on or kept under a name is not shown, unless it is an error.
      const isUsed = step.as !== undefined || steps[place + 1]?.after === "|";
      if (!last.ok || !isUsed) shown.push(last.text);
    }
    return { ...last, text: joined(shown) };
  }

  async #step(
    alias: Alias,
    { call }: Step,
    { scope, manner, frame }: { readonly scope: Scope; readonly manner: Manner; readonly frame: Frame },
  ): Promise<Outcome> {
    for (let tried = 0; ; tried++) {
      if (++this.#calls > MOST_CALLS) throw new Error(`@${alias.name} makes more than ${MOST_CALLS} calls.`);
      const outcome = await (call.of === "alias"
        ? this.#inner(alias, call, scope, frame)
        : this.#tool(call, scope, { manner, signal: frame.signal }));
      if (outcome.ok || outcome.refused || tried >= manner.retry || frame.signal.aborted) return outcome;
    }
  }

  async #inner(alias: Alias, call: Call, scope: Scope, { depth, signal }: Frame): Promise<Outcome> {
    const target = this.#running.book.resolve(call.name, alias);
    if (!target || !("declaration" in target)) return failure(`There is no alias "@${call.name}".`);
    const types = Object.fromEntries(
      target.declaration.params.map((param) => [
        param.name,
        { type: param.rest ? "array" : (JSON_TYPES[typeOf(param)?.name ?? ""] ?? "string") },
      ]),
    );
    const given = inputOf(call.args, scope, { properties: types });
    return this.alias(target, new Map(Object.entries(given)), { depth: depth + 1, signal });
  }

  async #tool(
    call: Call,
    scope: Scope,
    { manner, signal }: { readonly manner: Manner; readonly signal: AbortSignal },
  ): Promise<Outcome> {
    const { session, tools } = this.#running;
    const tool = toolNamed(tools, call.name);
    if (!tool) return failure(`There is no tool "${call.name}".`);
    const input = { ...timeLimit(tool, manner), ...inputOf(call.args, scope, tool.inputSchema) };
    const { output, ran, refused } = await session.use({ name: tool.name, input }, { signal });
    return {
      ok: ran && output.isError !== true,
      text: textOf(output),
      ...(output.details !== undefined && { details: output.details }),
      ...(refused && { refused }),
    };
  }
}

const JSON_TYPES: Readonly<Record<string, string>> = { int: "integer", number: "number", bool: "boolean" };

/** Whether a step runs after what came before it. */
function isDue(after: Operator | undefined, ok: boolean): boolean {
  if (after === undefined || after === ";") return true;
  return after === "||" ? !ok : ok;
}

/** The time limit of the alias, for a tool that takes one of its own: it would stop earlier otherwise. */
function timeLimit({ inputSchema }: ToolSpec, { timeout }: Manner): { readonly timeout?: number } {
  const properties = inputSchema["properties"];
  const own = isObject(properties) && Object.hasOwn(properties, "timeout") ? properties["timeout"] : undefined;
  if (timeout === undefined || !isObject(own) || (own["type"] !== "number" && own["type"] !== "integer")) return {};
  const most = own["maximum"];
  return { timeout: typeof most === "number" ? Math.min(timeout, most) : timeout };
}

function textOf({ content }: ToolOutput): string {
  if (typeof content === "string") return content;
  return content.map((block) => (block.type === "text" ? block.text : `[${block.type}]`)).join("\n");
}

function failure(text: string, { refused }: Partial<Outcome> = {}): Outcome {
  return { ok: false, text, ...(refused && { refused }) };
}

function joined(texts: readonly string[]): string {
  return texts
    .map((text) => text.replace(/\n+$/, ""))
    .filter((text) => text !== "")
    .join("\n");
}
