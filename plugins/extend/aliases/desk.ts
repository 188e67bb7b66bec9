import type { KernelView, PluginContext } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Diagnostic, OwnedPart } from "../../../schemas/parts.js";
import type { Session } from "../../../schemas/session.js";
import type { ToolSpec } from "../../../schemas/tool.js";
import { splitWords } from "../split-words.js";
import { unapproved } from "../unapproved.js";
import { Book, type Alias, type BrokenAlias } from "./book.js";
import type { Outcome } from "./run/run-alias.js";
import type { Tightening } from "./tightening.js";

/** What was typed, and where. */
export interface Typed {
  readonly session: Session;
  readonly signal: AbortSignal;
  /** Behind the name. */
  readonly args: string;
  /** What was piped in. */
  readonly input?: string;
}

/** Knows the aliases of all loaded plugins, checks them and runs them. */
export class AliasDesk {
  readonly #ctx: PluginContext;
  readonly #tightening: Tightening;
  #known: { readonly generation: string; readonly book: Book } | undefined;

  constructor(ctx: PluginContext, tightening: Tightening) {
    this.#ctx = ctx;
    this.#tightening = tightening;
  }

  get kernel(): KernelView {
    return this.#ctx.kernel;
  }

  async book(): Promise<Book> {
    const catalogue = await this.kernel.service("catalogue");
    if (!catalogue) return new Book([]);
    const generation = catalogue.generation();
    if (this.#known?.generation !== generation) {
      this.#known = { generation, book: new Book(await catalogue.parts("alias")) };
    }
    return this.#known.book;
  }

  async parts(): Promise<readonly OwnedPart[]> {
    return (await (await this.kernel.service("catalogue"))?.parts("alias")) ?? [];
  }

  tools(): readonly ToolSpec[] {
    return this.#ctx.all("tool");
  }

  /** What keeps an alias, and those it calls, from running. */
  async errors(alias: Alias, book: Book): Promise<readonly Diagnostic[]> {
    const { checkAlias } = await import("./check/check-alias.js");
    const world = { book, tools: this.tools() };
    const errors: Diagnostic[] = [];
    const open = [alias];
    const seen = new Set(open);
    for (let next = open.pop(); next; next = open.pop()) {
      const why = await unapproved(this.kernel, next.owner);
      if (why !== undefined) errors.push({ severity: "error", code: "plugin", message: why, file: next.file });
      errors.push(...checkAlias(next, world).filter(({ severity }) => severity === "error"));
      for (const { call } of next.declaration.steps) {
        const callee = call.of === "alias" ? book.resolve(call.name, next) : undefined;
        if (!callee || "fault" in callee || seen.has(callee)) continue;
        seen.add(callee);
        open.push(callee);
      }
    }
    return errors;
  }

  /** The alias itself. Throws a UserError, with place, for one that cannot run. */
  async usable(found: Alias | BrokenAlias, book: Book): Promise<Alias> {
    if ("fault" in found) throw new UserError(placed({ ...found.fault, file: found.file }), EXIT.usage);
    const [first, ...more] = await this.errors(found, book);
    if (!first) return found;
    const rest = more.length === 0 ? "" : ` (${more.length} more: nacre alias check)`;
    throw new UserError(`${placed(first)}${rest}`, EXIT.usage);
  }

  /** Runs an alias that was typed. Throws a UserError for one that cannot run or arguments that do not fit. */
  async run(found: Alias | BrokenAlias, { session, signal, args, input }: Typed): Promise<Outcome> {
    const book = await this.book();
    const alias = await this.usable(found, book);
    const { typedArguments } = await import("./run/typed-arguments.js");
    const { runAlias } = await import("./run/run-alias.js");
    const given = typedArguments(alias, splitWords(args));
    const { env } = this.kernel;
    const running = { session, signal, book, env, tools: this.tools(), tightening: this.#tightening };
    return runAlias(running, alias, given, input);
  }
}

/** A problem in one line: place, and what is wrong. */
export function placed({
  file,
  line,
  column,
  message,
}: Pick<Diagnostic, "file" | "line" | "column" | "message">): string {
  const place = line === undefined ? "" : `:${line}:${column ?? 1}`;
  return `${file}${place}: ${message}`;
}
