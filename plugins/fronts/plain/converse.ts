import type { PluginContext } from "../../../core/types.js";
import { EXIT } from "../../../schemas/errors.js";
import type { EndEvent } from "../../../schemas/event.js";
import type { Invocation } from "../../../schemas/front.js";
import type { Session } from "../../../schemas/session.js";
import { openSession } from "../open-session.js";
import { sanitize } from "../../../schemas/printable.js";
import { sendWhenFree } from "../send-when-free.js";
import { onSignals } from "../signals.js";
import { askPerson } from "./ask-person.js";
import { chooseRewind } from "./choose-rewind.js";
import { isCommand, isOwn, runCommand } from "./commands.js";
import { Keyboard } from "./keyboard.js";
import { LineEditor } from "./line-editor.js";
import { Narrator } from "./narrator.js";
import { Screen } from "./screen.js";

const PASTE_ON = "\u001b[?2004h";
const PASTE_OFF = "\u001b[?2004l";

/** Talks with a person, line by line, until they leave. Resolves with the exit code. */
export async function converse(ctx: PluginContext, invocation: Invocation): Promise<number> {
  const conversation = new Conversation(ctx, invocation);
  using _ = onSignals((code) => conversation.end(code), ["SIGTERM", "SIGHUP"]);
  return await conversation.run();
}

class Conversation {
  readonly #ctx: PluginContext;
  readonly #invocation: Invocation;
  readonly #screen: Screen;
  readonly #keyboard: Keyboard;
  readonly #editor: LineEditor;
  #session: Session | undefined;
  #isOpening = false;
  #turn: AbortController | undefined;
  #code: number | undefined;

  constructor(ctx: PluginContext, invocation: Invocation) {
    const { io } = invocation;
    this.#ctx = ctx;
    this.#invocation = invocation;
    this.#screen = new Screen(io, ctx.kernel.env);
    this.#keyboard = new Keyboard(io.stdin);
    this.#editor = new LineEditor(this.#keyboard, io);
    this.#keyboard.onInterrupt = () => this.#interrupt();
    this.#keyboard.onEnd = () => this.#turn && this.end(EXIT.interrupted);
  }

  /** Ends the turn at hand and the conversation. */
  end(code: number): void {
    this.#code = code;
    this.#turn?.abort();
    this.#editor.close();
  }

  async run(): Promise<number> {
    const { flags, io } = this.#invocation;
    const pastes = this.#ctx.kernel.env["TERM"] !== "dumb";
    const restore = (): void => {
      if (pastes) io.stdout.write(PASTE_OFF);
      this.#keyboard.close();
    };
    const interrupt = (): void => (this.#turn ? this.#interrupt() : this.end(EXIT.interrupted));
    process.once("exit", restore);
    process.on("SIGINT", interrupt);
    try {
      if (pastes) io.stdout.write(PASTE_ON);
      this.#watch(flags["verbose"] === true);
      await this.#open(flags);
      this.#greet();
      await this.#takeUp();
      while (this.#code === undefined && (await this.#line()));
      this.#part();
      return this.#code ?? EXIT.done;
    } finally {
      process.off("exit", restore);
      process.off("SIGINT", interrupt);
      this.#editor.close();
      restore();
      await this.#session?.close();
    }
  }

  /** Reads a line and does what it says. False when the person leaves. */
  async #line(): Promise<boolean> {
    const line = await this.#editor.read("> ");
    this.#screen.wasEdited();
    if (line === undefined) this.#screen.write("\n");
    if (line === undefined || !this.#session) return false;
    if (line.trim() === "") return true;
    const { kernel } = this.#ctx;
    if (line.trim() === "/rewind" && (await kernel.service("checkpoints"))) return this.#rewind(this.#session);
    if (!isCommand(line) || (!isOwn(line) && (await kernel.service("commands")))) return this.#say(line);
    const desk = { kernel, screen: this.#screen, session: this.#session, renew: () => this.#renew() };
    return (await runCommand(desk, line)) !== "leave";
  }

  async #rewind(session: Session): Promise<boolean> {
    const ask = (question: string): Promise<string | undefined> => this.#editor.ask(question);
    const command = await chooseRewind({ kernel: this.#ctx.kernel, session, screen: this.#screen, ask });
    return command === undefined || this.#say(command);
  }

  /** Takes a turn, and the next when the person goes on at a checkpoint. */
  async #say(prompt: string): Promise<boolean> {
    for (let next: string | undefined = prompt; next !== undefined && this.#code === undefined;) {
      this.#turn = new AbortController();
      const session: Session | undefined = this.#session;
      const end: EndEvent | undefined = session && (await sendWhenFree(session, next, { signal: this.#turn.signal }));
      next = end?.reason === "checkpoint" && (await this.#goesOn(this.#turn.signal)) ? "Go on." : undefined;
      this.#turn = undefined;
    }
    return true;
  }

  /** The call at which the last run ended comes first: now there is somebody to ask. */
  async #takeUp(): Promise<void> {
    const session = this.#session;
    if (!session?.putOff) return;
    this.#screen.line("The last run ended at a call that has to be approved.");
    this.#turn = new AbortController();
    const { signal } = this.#turn;
    const { takeUp } = await import("../take-up.js");
    const taken = await takeUp(this.#ctx.kernel, session, signal);
    if (taken?.is === "done" && !signal.aborted) await session.send(taken.told, { signal });
    else if (taken?.is === "unavailable") this.#screen.line(`Its tool ${sanitize(taken.tool)} is not there any more.`);
    this.#turn = undefined;
  }

  async #goesOn(signal: AbortSignal): Promise<boolean> {
    await this.#keyboard.discard();
    this.#screen.write(this.#screen.styled("Go on? y = yes, n = no ", "bold"));
    for (;;) {
      const key = (await this.#keyboard.key(signal))?.toLowerCase();
      const goesOn = key === "y";
      if (!goesOn && key !== undefined && key !== "n" && key !== "\u001b") continue;
      this.#screen.write(goesOn ? "yes\n" : "no\n");
      return goesOn;
    }
  }

  /** Tells what happens in the session that is open, or opens. */
  #watch(verbose: boolean): void {
    const narrator = new Narrator(this.#screen, verbose);
    this.#ctx.tap("Event", (event, session) => {
      if (event.type === "session" && this.#isOpening) {
        this.#isOpening = false;
        this.#session = session;
      }
      if (session === this.#session) narrator.take(event);
    });
  }

  async #open(flags: Invocation["flags"]): Promise<void> {
    const { kernel } = this.#ctx;
    const { stdout } = this.#invocation.io as {
      readonly stdout: { readonly rows?: number; readonly columns?: number };
    };
    const ask = askPerson({
      kernel,
      screen: this.#screen,
      keyboard: this.#keyboard,
      editor: this.#editor,
      session: () => this.#session,
      size: () => ({ rows: stdout.rows, columns: stdout.columns }),
    });
    this.#isOpening = true;
    const { "no-interactive": alone, "on-ask": onAsk } = this.#invocation.flags;
    const asks = alone !== true && onAsk !== "deny" && onAsk !== "hook";
    this.#session = await openSession(kernel, flags, { ...(asks && { ask }) });
  }

  async #renew(): Promise<void> {
    const old = this.#session;
    await this.#open({});
    await old?.close();
    this.#screen.line("A new conversation begins.");
  }

  #greet(): void {
    const { version } = this.#ctx.kernel;
    if (!this.#session) return;
    const { model, provider, cwd, messages } = this.#session;
    this.#screen.line(sanitize(`nacre ${version}: ${model} (${provider}) in ${cwd}`));
    if (messages.length > 0) this.#screen.line(`The conversation goes on; it holds ${messages.length} messages.`);
    this.#screen.line("/help lists the commands, Ctrl-D leaves.");
  }

  #part(): void {
    if (!this.#session || this.#session.messages.length === 0) return;
    this.#screen.line(`To go on with this conversation: nacre --resume ${this.#session.id}`);
  }

  /** Ctrl-C while a turn runs: the first stops it, the second ends the program. */
  #interrupt(): void {
    if (!this.#turn) return;
    if (this.#turn.signal.aborted) process.exit(EXIT.interrupted);
    this.#turn.abort();
  }
}
