import { setMaxListeners } from "node:events";
import type { PluginContext } from "../../../core/types.js";
import { messageOf, UserError } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { shortened } from "../../../schemas/printable.js";
import type { Session } from "../../../schemas/session.js";
import type { CallOptions } from "./caller.js";
import type { WireError } from "./protocol.js";
import { Rate } from "./rate.js";
import type { Unasked } from "./walled-process.js";

/** Questions of a process that may be open at once, and sentences it may say in a second. */
const MOST_ASKED = 64;
const MOST_SAID = 20;
const MOST_TEXT = 2000;
/** Sentences that wait for a session. */
const MOST_UNSAID = 10;
const MOST_SESSIONS = 64;
/** After so many failures in watching, a plugin is not told of events any more. */
const PATIENCE = 3;

type Answer = { readonly value?: unknown; readonly error?: WireError };

/** What a process asks for and says while its functions run. */
export class Errands {
  readonly #plugin: string;
  readonly #ctx: PluginContext;
  readonly #calls = new Map<number, CallOptions>();
  readonly #progress = new Map<string, (text: string) => void>();
  readonly #sessions = new Map<string, WeakRef<Session>>();
  readonly #said = new Rate(MOST_SAID);
  readonly #unsaid: string[] = [];
  #last: WeakRef<Session> | undefined;
  #asked = 0;
  #failures = 0;

  constructor(plugin: string, ctx: PluginContext) {
    this.#plugin = plugin;
    this.#ctx = ctx;
    setMaxListeners(0, ctx.signal); // Each of its questions listens.
  }

  /** True once its watchers have failed too often. */
  get isDeaf(): boolean {
    return this.#failures >= PATIENCE;
  }

  /** A call begins: what it may ask for is known until it ends. */
  open(id: number, options: CallOptions): void {
    const { session, answers, progress } = options;
    if (session) this.meet(session);
    if (answers) this.#calls.set(id, options);
    if (progress) this.#progress.set(progress.callId, (text) => progress.tell(text));
  }

  close(id: number, { progress }: CallOptions): void {
    this.#calls.delete(id);
    if (progress) this.#progress.delete(progress.callId);
  }

  meet(session: Session): void {
    if (this.#last?.deref() === session) return;
    this.#last = new WeakRef(session);
    for (const id of this.#sessions.keys()) if (this.#sessions.size >= MOST_SESSIONS) this.#sessions.delete(id);
    this.#sessions.set(session.id, this.#last);
  }

  /** Says a sentence in the session that was met last. */
  notice(
    text: string,
    level: "info" | "warning" | "error" = "warning",
    session: Session | undefined = this.#last?.deref(),
  ): void {
    if (!session) return this.#sayLater(text);
    session.emit({ type: "notice", at: this.#ctx.kernel.clock.now(), level, text, plugin: this.#plugin });
  }

  /** What goes wrong while a session is opened is said in it. */
  #sayLater(text: string): void {
    if (this.#unsaid.length === 0) {
      this.#ctx.tap("Event", (_event, session) => {
        for (const waiting of this.#unsaid.splice(0)) queueMicrotask(() => this.notice(waiting, "warning", session));
      });
    }
    if (this.#unsaid.length < MOST_UNSAID) this.#unsaid.push(text);
  }

  tell({ what, of, args }: Extract<Unasked, { readonly do: "tell" }>): void {
    if (!this.#said.take(1)) return;
    const text = shortened(String(args["text"]), MOST_TEXT);
    if (what === "progress") return this.#progress.get(of)?.(text);
    const session = this.#sessions.get(of)?.deref();
    if (what === "failed") {
      this.#failures++;
      const end = this.isDeaf ? " It failed too often and is not told of events any more." : "";
      return this.notice(`Plugin "${this.#plugin}" failed in Event: ${text}${end}`, "warning", session);
    }
    const level = (["info", "warning", "error"] as const).find((one) => one === args["level"]) ?? "info";
    this.notice(text, level, session);
  }

  /** Answers a question. Throws when too many are open. */
  run(message: Extract<Unasked, { readonly do: "ask" }>, answer: (answer: Answer) => void): void {
    if (this.#asked >= MOST_ASKED) throw new Error(`it asks more than ${MOST_ASKED} things at once`);
    this.#asked++;
    this.#answer(message)
      .then((value) => answer({ value }))
      .catch((error: unknown) => answer({ error: { message: messageOf(error), user: error instanceof UserError } }))
      .catch(() => answer({ error: { message: "The answer is too long to be sent." } }))
      .finally(() => this.#asked--);
  }

  async #answer({ what, of, args }: Extract<Unasked, { readonly do: "ask" }>): Promise<unknown> {
    if (what !== "use") {
      const answers = this.#calls.get(Number(of))?.answers;
      if (!answers) throw new UserError("The call that this belongs to has ended.");
      return answers(what, args);
    }
    const session = this.#sessions.get(of)?.deref();
    if (!session) throw new UserError("That session is not known any more.");
    return session.use(callIn(args), { ask: args["ask"] !== false, signal: this.#ctx.signal });
  }
}

function callIn({ name, input }: JsonObject): { readonly name: string; readonly input: JsonObject } {
  if (typeof name !== "string" || !isObject(input)) throw new UserError("A call needs a name and an input.");
  return { name, input };
}
