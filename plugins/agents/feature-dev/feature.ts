import type { PluginContext } from "../../../core/types.js";
import type { CommandAnswer, CommandCall } from "../../../schemas/command.js";
import { messageOf } from "../../../schemas/errors.js";
import { textOf } from "../../../schemas/message.js";
import type { Session } from "../../../schemas/session.js";
import { review } from "./review.js";
import { afterAnswer, afterTurn, mayWrite, titleOf, TITLES, type Phase, type Run } from "./run.js";
import { Store } from "./store.js";

/** A turn may hold reviews that take long. */
const PATIENT = { deadline: Infinity };
/** Before commands are looked up: what is a command is no answer. */
const STAGE = 40;

/** Leads conversations through the phases, and remembers where they are. */
export class Features {
  readonly #ctx: PluginContext;
  readonly #store: Store;
  readonly #runs = new WeakMap<Session, Run>();
  readonly #signals = new WeakMap<Session, AbortSignal>();
  /** Runs that were taken up from disk: their conversation knows nothing of them yet. */
  readonly #strange = new WeakSet<Session>();

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.#store = new Store(ctx.kernel.home);
    ctx.tap(
      "UserPromptSubmit",
      async (prompt, session) => {
        if (prompt.signal) this.#signals.set(session, prompt.signal);
        const text = textOf(prompt.content);
        const isOther = /^\s*[/@]/.test(text) || prompt.blocked !== undefined || prompt.handled !== undefined;
        if (isOther || !this.#runs.has(session)) return undefined;
        return { ...prompt, context: [...prompt.context, this.#answered(session, text)] };
      },
      { stage: STAGE },
    );
    ctx.tap("Stop", ({ reply }, session) => this.#ended(session, textOf(reply.message.content)), PATIENT);
    ctx.tap("PreToolUse", async (pending, session) => {
      const run = this.#runOf(session);
      if (!run || pending.effect !== "write" || mayWrite(run)) return undefined;
      const reason = `${titleOf(run)}: no file is changed before the user has approved the implementation.`;
      return { ...pending, decision: { behavior: "deny" as const, reason } };
    });
  }

  /** The command. */
  async command({ args, session, signal }: CommandCall): Promise<CommandAnswer> {
    this.#signals.set(session, signal);
    const open = this.#store.list(session.root);
    if (args === "list") return { answer: listOf(open) };
    if (args === "stop") return this.#stop(session, open);
    const answer = /^answer:\s*([^]+)$/.exec(args)?.[1];
    const wanted = /^resume(?:\s+(\S+))?$/.exec(args);
    if (args !== "" && !wanted && answer === undefined) return this.#begin(session, args, open);
    const id = wanted?.[1];
    const run = this.#runs.get(session) ?? open.find((one) => id === undefined || one.id.startsWith(id));
    if (!run) return { answer: "No feature is under way in this folder: say what to build after /feature-dev." };
    if (!this.#runs.has(session) || id !== undefined) this.#attach(session, run);
    if (answer !== undefined) return this.#prompt(this.#answered(session, answer));
    if (run.step === "waiting") return { answer: waiting(run) };
    this.#announce(session, run);
    return this.#prompt(await this.#reviewed(session, run));
  }

  #begin(session: Session, request: string, open: readonly Run[]): CommandAnswer {
    const { clock } = this.#ctx.kernel;
    const id = clock.id().slice(0, 8);
    const facts = { id, root: session.root, session: session.id, request, updated: clock.now() };
    const run: Run = { ...facts, phase: 1, step: "working", answers: [], results: {} };
    this.#keep(session, run);
    if (open.length > 0) this.#say(session, `${open.length} other under way here: /feature-dev list shows them.`);
    this.#announce(session, run);
    return this.#prompt(`The feature: ${request}\n\n${this.#words(session, run)}`);
  }

  #stop(session: Session, open: readonly Run[]): CommandAnswer {
    const run = this.#runs.get(session) ?? open[0];
    if (!run) return { answer: "No feature is under way in this folder." };
    this.#runs.delete(session);
    this.#store.remove(run);
    return { answer: `Stopped in ${titleOf(run)}: ${short(run.request)}` };
  }

  #attach(session: Session, run: Run): void {
    if (run.session !== session.id) this.#strange.add(session);
    this.#keep(session, { ...run, session: session.id });
  }

  /** Takes what the user says for the answer to what was asked; what the model is to do now. */
  #answered(session: Session, text: string): string {
    const before = this.#runs.get(session)!;
    const run = afterAnswer(before, text);
    if (run !== before) this.#keep(session, run);
    if (run.phase !== before.phase || run.step === "acting") this.#announce(session, run);
    return this.#words(session, run);
  }

  /** The model has ended its turn: the next phase, or nothing where the user is asked. */
  async #ended(session: Session, words: string): Promise<string | undefined> {
    const before = this.#runs.get(session);
    if (!before || before.step === "waiting") return undefined;
    const run = afterTurn(before, words);
    if (!run) {
      this.#runs.delete(session);
      this.#store.remove(before);
      return undefined;
    }
    this.#keep(session, run);
    if (run.step === "waiting") return undefined;
    this.#announce(session, run);
    return this.#reviewed(session, run);
  }

  async #reviewed(session: Session, run: Run): Promise<string> {
    const words = this.#words(session, run);
    if (run.phase !== 6 || run.step !== "working") return words;
    const found = await review(session, run, this.#signals.get(session));
    return `${words}\n\n<findings>\n${found}\n</findings>`;
  }

  /** What the model is told to do, with all that went before where it has not seen it. */
  #words(session: Session, run: Run): string {
    const acting = run.phase === 5 ? "5-approved" : "6-decided";
    const name = run.step === "acting" ? acting : String(run.phase);
    const text = this.#ctx.all("featurePhase").find((phase) => phase.name === name)?.text ?? "";
    const words = `${titleOf(run)}. Begin your message with this title. ${text}`;
    if (!this.#strange.delete(session)) return words;
    return `${material(run)}\n\n${words}`;
  }

  #prompt(text: string): CommandAnswer {
    return { prompt: [{ type: "text", text }] };
  }

  #keep(session: Session, run: Run): void {
    const kept = { ...run, updated: this.#ctx.kernel.clock.now() };
    this.#runs.set(session, kept);
    try {
      this.#store.save(kept);
    } catch (error) {
      this.#say(session, `Where this feature stands is not kept: ${messageOf(error)}.`);
    }
  }

  #runOf(session: Session): Run | undefined {
    return this.#runs.get(session) ?? (session.agent && this.#runOf(session.agent.of));
  }

  #announce(session: Session, run: Run): void {
    this.#say(session, titleOf(run));
  }

  #say(session: Session, text: string): void {
    const { kernel, plugin } = this.#ctx;
    session.emit({ type: "notice", at: kernel.clock.now(), level: "info", plugin: plugin.name, text });
  }
}

function waiting(run: Run): string {
  const asked = run.results[run.phase] ?? "";
  return `${titleOf(run)} waits for your answer.\n\n${asked}\n\nYour next message is the answer.`;
}

function listOf(open: readonly Run[]): string {
  if (open.length === 0) return "No feature is under way in this folder.";
  return open.map((run) => `${run.id}  ${titleOf(run)} (${run.step})  ${short(run.request)}`).join("\n");
}

function material(run: Run): string {
  const phases = Object.entries(run.results).map(([phase, text]) => {
    return `<phase number="${phase}" title="${TITLES[Number(phase) as Phase]}">\n${text}\n</phase>`;
  });
  const answers = run.answers.map(({ phase, text }) => `<answer phase="${phase}">\n${text}\n</answer>`);
  return [`This feature was begun in another conversation: ${run.request}`, ...phases, ...answers].join("\n\n");
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}
