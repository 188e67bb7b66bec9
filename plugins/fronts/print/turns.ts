import type { PluginContext } from "../../../core/types.js";
import type { Ask } from "../../../schemas/decision.js";
import { EXIT } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { Session, SessionInit } from "../../../schemas/session.js";
import { openSession } from "../open-session.js";
import { sendWhenFree } from "../send-when-free.js";
import { Inbox } from "./inbox.js";
import { withTool } from "./offered-tools.js";
import { outcomeOf } from "./outcome.js";
import { Stopper } from "./stopper.js";
import type { StreamReport } from "./stream-report.js";
import { offerStructuredOutput, type StructuredOutput } from "./structured-output.js";
import { Tally, type Cut } from "./tally.js";
import { teller } from "./teller.js";
import type { UserMessage } from "./user-message.js";

/** One session and what is said in it, turn by turn. */
export class Turns {
  readonly inbox: Inbox = new Inbox();
  /** What the last turn came to. */
  code: number = EXIT.done;
  main: Session | undefined;
  readonly #ctx: PluginContext;
  readonly #invocation: Invocation;
  readonly #report: StreamReport;
  readonly #tally = new Tally();
  #stopper = new Stopper();
  #structured: StructuredOutput | undefined;
  #opening: Promise<Session> | undefined;
  #over = false;

  constructor(ctx: PluginContext, invocation: Invocation, report: StreamReport) {
    this.#ctx = ctx;
    this.#invocation = invocation;
    this.#report = report;
  }

  /** Aborted when the turn at hand is stopped. */
  get signal(): AbortSignal {
    return this.#stopper.signal;
  }

  get isOpen(): boolean {
    return this.#opening !== undefined;
  }

  /** Stops the turn at hand. */
  stop(cut: Cut): void {
    this.#stopper.stop(cut);
  }

  /** Stops the turn at hand and begins no other. */
  end(cut: Cut): void {
    this.#over = true;
    this.inbox.clear();
    this.#stopper.stop(cut);
  }

  /** The session: opened at the first call, with what the client wished for by then. */
  session(wishes: { readonly init?: SessionInit; readonly schema?: JsonObject; readonly ask: Ask }): Promise<Session> {
    return (this.#opening ??= this.#open(wishes));
  }

  /** Takes turns until nothing waits. */
  async take(session: Session): Promise<void> {
    for (let message = this.inbox.next(); message && !this.#over; message = this.inbox.next()) {
      if (message.asks) await this.#turn(session, message);
      else session.append(message.content, "user");
    }
  }

  async #open({ init, schema, ask }: Parameters<Turns["session"]>[0]): Promise<Session> {
    const { flags, io } = this.#invocation;
    const giveUp = (reason: string): void => this.stop({ by: "schema", reason });
    if (schema) this.#structured = await offerStructuredOutput(this.#ctx, schema, giveUp);
    const tell = teller(io, { verbose: flags["verbose"] === true, calls: false });
    this.#ctx.tap("Event", (event, session) => {
      if ((this.main ??= session) !== session) {
        if (!session.agent) return;
        this.#tally.takeOfAgent(event, session);
        return this.#report.takeOfAgent?.(event, session.agent);
      }
      this.#tally.take(event);
      this.#report.take?.(event);
      tell(event);
    });
    const tools = this.#structured && withTool(this.#ctx.kernel, this.#structured.tool);
    return openSession(this.#ctx.kernel, flags, { ...init, headless: true, ask, ...(tools && { tools }) });
  }

  async #turn(session: Session, { content, id }: UserMessage): Promise<void> {
    this.#tally.reset();
    this.#structured?.reset();
    const stopper = this.#stopper;
    const before = session.replies.length;
    await this.#report.begin(session);
    const end = await sendWhenFree(session, content, { signal: stopper.signal, ...(id !== undefined && { id }) });
    const { cut } = stopper;
    const outcome = outcomeOf({ end, cut, tally: this.#tally, structured: this.#structured });
    this.code = outcome.isError && cut?.by !== "client" ? outcome.code : EXIT.done;
    this.#stopper = this.#over ? stopper : new Stopper();
    if (cut?.silent) return;
    await this.#report.end({
      session,
      end,
      outcome,
      tally: this.#tally,
      before,
      structured: this.#structured?.value(),
      ...(id !== undefined && { promptId: id }),
      queued: this.inbox.size,
    });
  }
}
