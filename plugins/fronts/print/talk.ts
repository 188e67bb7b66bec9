import type { KernelView, PluginContext } from "../../../core/types.js";
import { EXIT, UserError, messageOf } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import { oneLine } from "../../../schemas/printable.js";
import { askClient } from "./ask-client.js";
import type { ClientHooks } from "./client-hooks.js";
import type { Client } from "./client.js";
import { capabilities, readWishes, type Wishes } from "./initialize.js";
import { readSchema } from "./json-schema.js";
import type { ThinkingLimit } from "./limit-thinking.js";
import { readLines } from "./read-lines.js";
import { handleRequest, type Host } from "./requests.js";
import type { Cut } from "./tally.js";
import { tapHooks } from "./tap-hooks.js";
import type { Turns } from "./turns.js";
import { userMessage } from "./user-message.js";

/** How long the client's last hooks may take. */
const LAST_HOOKS = 1500;

export interface TalkParts {
  readonly ctx: PluginContext;
  readonly invocation: Invocation;
  readonly client: Client;
  readonly hooks: ClientHooks;
  readonly turns: Turns;
  readonly thinking: ThinkingLimit;
}

/** What comes in over the pipe, line by line, and what is done about it. */
export class Talk implements Host {
  readonly kernel: KernelView;
  readonly #parts: TalkParts;
  /** Requests being answered; true once the client has withdrawn one. */
  readonly #requests = new Map<string, boolean>();
  #wishes: Wishes = { init: {}, notes: [] };
  #spoken = false;
  #closed = false;
  #taking = false;
  #cut: Cut | undefined;
  #settle: { resolve(code: number): void; reject(error: unknown): void } | undefined;

  constructor(parts: TalkParts) {
    this.#parts = parts;
    this.kernel = parts.ctx.kernel;
  }

  /** Resolves when the client has closed its end and everything it said is answered. */
  async run(): Promise<number> {
    const { flags, positionals, io } = this.#parts.invocation;
    const schema = flags["json-schema"];
    if (schema !== undefined) this.#wishes = { ...this.#wishes, schema: readSchema(String(schema), this.kernel.cwd) };
    const code = await new Promise<number>((resolve, reject) => {
      this.#settle = { resolve, reject };
      const text = positionals.join(" ");
      if (text !== "") this.#say({ message: { role: "user", content: text } }, 0);
      readLines(io.stdin, {
        line: (line, number) => this.#line(line, number),
        tooLong: (number) => this.#complain(`line ${number} of standard input is longer than 16 MB and was skipped.`),
        end: () => {
          this.#closed = true;
          this.#parts.client.close();
          this.#settleIfDone();
        },
      });
    });
    await this.#close();
    return code;
  }

  /** Stops what runs and ends. */
  end(cut: Cut): void {
    this.#cut ??= cut;
    this.#parts.turns.end(cut);
    this.#settleIfDone();
  }

  session(): Promise<Session> {
    const { init, schema } = this.#wishes;
    const { client, hooks, turns, invocation } = this.#parts;
    const { flags } = invocation;
    const answers =
      flags["permission-prompt-tool"] === "stdio" &&
      flags["permission-prompts"] !== "none" &&
      flags["no-interactive"] !== true;
    const ask = askClient({ kernel: this.kernel, client, hooks, answers, session: () => turns.main });
    return turns.session({ init, ask, ...(schema && { schema }) });
  }

  async initialize(request: JsonObject): Promise<object> {
    const { ctx, hooks, turns } = this.#parts;
    if (turns.isOpen) throw new Error("The session is open already: initialize comes first, and once.");
    const wishes = await readWishes(ctx, request, hooks);
    this.#wishes = { ...this.#wishes, ...wishes };
    for (const note of wishes.notes) this.#complain(note);
    tapHooks(ctx, hooks, {
      signal: () => turns.signal,
      stop: (reason) => turns.stop({ by: "hook", reason }),
    });
    return capabilities(ctx);
  }

  interrupt({ cancel_queued: all }: JsonObject): object {
    const { turns } = this.#parts;
    const cancelled = all === true ? turns.inbox.clear() : undefined;
    if (this.#taking) turns.stop({ by: "client" });
    return { still_queued: turns.inbox.ids(), ...(cancelled && { cancelled }) };
  }

  withdraw(id: string): boolean {
    return this.#parts.turns.inbox.remove(id);
  }

  limitThinking(tokens: number | undefined): void {
    this.#parts.thinking.set(tokens);
  }

  #line(text: string, number: number): void {
    if (text.trim() === "") return;
    let line: unknown;
    try {
      line = JSON.parse(text);
    } catch (error) {
      return this.#complain(`line ${number} of standard input is not JSON and was skipped: ${messageOf(error)}.`);
    }
    const type = isObject(line) ? line["type"] : undefined;
    // A run that is ending hears answers and nothing else.
    if (this.#cut && type !== "control_response") return;
    if (!isObject(line)) this.#complain(`line ${number} of standard input is no JSON object and was skipped.`);
    else if (type === "user") this.#say(line, number);
    else if (type === "control_request") void this.#request(line, number);
    else if (type === "control_response") this.#response(line, number);
    else if (type === "control_cancel_request") this.#withdraw(String(line["request_id"]));
    else if (type !== "keep_alive") {
      this.#complain(`line ${number} of standard input has the unknown type ${JSON.stringify(type)} and was skipped.`);
    }
  }

  #say(line: JsonObject, number: number): void {
    const message = userMessage(line);
    if (typeof message === "string") {
      return this.#complain(`line ${number} of standard input was skipped: ${message}.`);
    }
    this.#spoken = true;
    if (this.#parts.turns.inbox.add(message)) void this.#take();
    else this.#complain(`line ${number} of standard input was skipped: 1000 messages wait already.`);
  }

  async #take(): Promise<void> {
    if (this.#taking) return;
    this.#taking = true;
    try {
      await this.#parts.turns.take(await this.session());
    } catch (error) {
      this.#settle?.reject(error);
    } finally {
      this.#taking = false;
    }
    this.#settleIfDone();
  }

  async #request(line: JsonObject, number: number): Promise<void> {
    const { request_id: given, request } = line;
    if (typeof given !== "string" || !isObject(request)) {
      return this.#complain(`line ${number} of standard input is a control request without id or request.`);
    }
    this.#spoken = true;
    this.#requests.set(given, false);
    const answer = await this.#handled(request);
    if (!this.#requests.get(given)) {
      if ("error" in answer) this.#parts.client.fail(given, answer.error);
      else this.#parts.client.succeed(given, answer.response);
    }
    // The session opens after the answer: its first hooks may ask the client, who waits for it.
    if (request["subtype"] === "initialize" && !("error" in answer)) await this.#open();
    this.#requests.delete(given);
    this.#settleIfDone();
  }

  async #handled(request: JsonObject): Promise<{ readonly response: object } | { readonly error: string }> {
    try {
      return { response: await handleRequest(this, request) };
    } catch (error) {
      return { error: messageOf(error) };
    }
  }

  async #open(): Promise<void> {
    try {
      await this.session();
    } catch (error) {
      this.#settle?.reject(error);
    }
  }

  #response(line: JsonObject, number: number): void {
    const { response } = line;
    if (isObject(response)) this.#parts.client.settle(response);
    else this.#complain(`line ${number} of standard input is a control response without content.`);
  }

  #withdraw(id: string): void {
    if (this.#requests.has(id)) this.#requests.set(id, true);
  }

  #settleIfDone(): void {
    if (this.#taking || (!this.#closed && !this.#cut) || this.#requests.size > 0) return;
    if (this.#spoken || this.#cut) this.#settle?.resolve(this.#cut?.code ?? this.#parts.turns.code);
    else
      this.#settle?.reject(
        new UserError("Nothing was said on standard input: it takes a JSON message per line.", EXIT.usage),
      );
  }

  async #close(): Promise<void> {
    const { hooks, turns } = this.#parts;
    const { main } = turns;
    if (!main) return;
    if (hooks.has("SessionEnd")) {
      const signal = AbortSignal.timeout(LAST_HOOKS);
      await hooks.fire("SessionEnd", { session: main, value: "other", input: { reason: "other" }, signal });
    }
    await main.close();
  }

  #complain(sentence: string): void {
    this.#parts.invocation.io.stderr.write(`nacre: ${oneLine(sentence, 500)}\n`);
  }
}
