import type { PluginContext } from "../../../core/types.js";
import type { NoticeEvent } from "../../../schemas/event.js";
import type { Session } from "../../../schemas/session.js";
import { Approved } from "./approved.js";
import type { Book } from "./book.js";
import { clip } from "./clip.js";
import { EVENTS } from "./events.js";
import { whatOf, type Hook } from "./hook.js";
import { Inbox, reminder } from "./inbox.js";
import { Interruption } from "./interruption.js";
import { failed, type Desk, type Job } from "./job.js";
import type { Outcome, Raw } from "./outcome.js";
import type { Running } from "./process.js";
import { readOutcome } from "./read-outcome.js";
import { recordOf } from "./report.js";
import { rawOf, runCommand, startCommand } from "./run-command.js";
import type { Firing } from "./scene.js";
import { selected } from "./select.js";

declare module "../../../core/types.js" {
  interface Registries {
    /** Words for models that judge for hooks. */
    hookPrompt: { readonly name: string; readonly text: string };
  }
}

/** Hooks that run at once. */
const TOGETHER = 10;

const SECONDS = { command: 600, http: 600, mcp_tool: 600, worker: 600, prompt: 30, agent: 60 } as const;
/** Types whose time an event of its own can shorten. */
const SHORTENED: ReadonlySet<string> = new Set(["command", "http", "mcp_tool", "worker"]);

/** Fires events: finds the hooks, runs them all at once, and tells what came of it. */
export class Runner {
  readonly inbox: Inbox = new Inbox();
  readonly #ctx: PluginContext;
  readonly #book: Book;
  readonly #desk: Desk;
  readonly #behind = new Map<Running, string>();
  /** What was found wrong with hooks themselves, told once. */
  readonly #said = new Set<string>();
  readonly #approved: Approved;

  constructor(ctx: PluginContext, book: Book, desk: Desk) {
    this.#approved = new Approved(ctx.kernel);
    this.#ctx = ctx;
    this.#book = book;
    this.#desk = desk;
  }

  /** Whether anything might run. Cheap. */
  has(event: string, session?: Session): boolean {
    return this.#book.of(event, session).length > 0;
  }

  /** Runs every hook that an event is for, and waits for those that are to be waited for. */
  async fire(given: Firing): Promise<readonly Outcome[]> {
    using interruption = new Interruption();
    // Outside of a turn nothing else tells that the person has had enough. The last hooks run because of that.
    const isLast = given.event === "SessionEnd";
    const firing = given.signal || isLast ? given : { ...given, signal: interruption.signal };
    const { event, scene, value } = firing;
    const all = this.#book.of(event, scene.session).filter((hook) => firing.only?.(hook) ?? true);
    if (all.length === 0) return [];
    const say = (text: string): void => {
      if (this.#said.has(text)) return;
      this.#said.add(text);
      this.#notice(scene.session, "warning", text);
    };
    const hooks = await this.#approved.of(await selected(all, firing, this.#ctx.kernel, say), say);
    if (hooks.length === 0) return [];
    const name = value === undefined || value === "" ? event : `${event}:${value}`;
    const input = await this.#desk.inputs.of(firing);
    const outcomes: Outcome[] = [];
    for (let first = 0; first < hooks.length; first += TOGETHER) {
      const some = hooks.slice(first, first + TOGETHER).map((hook) => {
        return this.#one({ hook, firing, name, input, timeout: timeoutOf(hook, firing) });
      });
      for (const outcome of await Promise.all(some)) if (outcome) outcomes.push(outcome);
    }
    return outcomes;
  }

  /** Ends what runs behind a session. */
  endBehind(sessionId: string): void {
    for (const [running, id] of this.#behind) if (id === sessionId) running.end("aborted");
  }

  async #one(job: Job): Promise<Outcome | undefined> {
    const { hook, firing, name } = job;
    const { session } = firing.scene;
    const { clock } = this.#ctx.kernel;
    const { event } = firing;
    const facts = { id: clock.id(), event, name, at: clock.now() };
    session?.emit({ type: "hook_started", id: facts.id, event, name });
    const started = performance.now();
    const { handler } = hook;
    const isHeld = hook.held !== undefined || this.#book.pins.changed(hook);
    const isBehind = !isHeld && handler.type === "command" && (handler.async === true || handler.asyncRewake === true);
    const finish = (raw: Raw): Outcome => {
      const outcome = readOutcome({ hook, event, name, raw, clip: (text) => this.#clip(text, firing) });
      const record = recordOf(outcome, { ...facts, ms: performance.now() - started });
      session?.emit(record);
      firing.told?.(record, hook);
      return outcome;
    };
    if (isBehind) {
      void this.#behindWith(job, finish);
      return undefined;
    }
    const outcome = finish(isHeld ? heldBack(job) : await this.#run(job));
    const { problem } = outcome;
    if (problem !== undefined && !(isHeld && this.#said.has(problem))) this.#notice(session, "warning", problem);
    if (isHeld && problem !== undefined) this.#said.add(problem); // It stays so until the end.
    if (outcome.systemMessage !== undefined) this.#notice(session, "info", outcome.systemMessage);
    const isFirst = handler.once === true && hook.source.kind === "front matter" && session;
    if (isFirst && outcome.result === "success") this.#book.drop(session, hook);
    return outcome;
  }

  async #run(job: Job): Promise<Raw> {
    switch (job.hook.handler.type) {
      case "command":
        return runCommand(job, this.#desk);
      case "worker":
        return this.#desk.workers.ask(job, this.#desk);
      case "http":
        return (await import("./run-http.js")).runHttp(job, this.#desk);
      case "mcp_tool":
        return (await import("./run-mcp-tool.js")).runMcpTool(job, this.#desk);
      case "prompt":
      case "agent":
        return (await import("./run-model.js")).runModel(job, this.#desk, this.#judge());
    }
  }

  /** What a model is told that judges for a hook. */
  #judge(): string {
    return this.#ctx.all("hookPrompt").find(({ name }) => name === "judge")?.text ?? "";
  }

  /** A hook that is not waited for. What it says is kept for the next moment the model can be told. */
  async #behindWith(job: Job, finish: (raw: Raw) => Outcome): Promise<void> {
    const { session, sessionId } = job.firing.scene;
    const running = startCommand({ ...job, timeout: 2 ** 31 - 1 }, this.#desk);
    if (!("ended" in running)) return void finish(running);
    this.#behind.set(running, sessionId);
    const ended = await running.ended;
    this.#behind.delete(running);
    const { name, hook } = job;
    const outcome = finish(rawOf(ended, job));
    if (!session) return;
    for (const text of [outcome.context, outcome.systemMessage]) {
      if (text !== undefined) this.inbox.add(session, reminder(name, text));
    }
    if (hook.handler.asyncRewake !== true || outcome.raw.exitCode !== 2) return;
    const words = this.#clip(ended.stderr.trim() || ended.stdout.trim(), job.firing);
    if (session.busy) this.inbox.add(session, reminder(name, words));
    else await session.send(reminder(name, words)).catch(() => undefined);
  }

  #clip(text: string, { scene }: Firing): string {
    return clip(text, this.#ctx.kernel.home, scene.sessionId);
  }

  #notice(session: Session | undefined, level: NoticeEvent["level"], text: string): void {
    const { kernel, plugin } = this.#ctx;
    session?.emit({ type: "notice", at: kernel.clock.now(), level, text: text.slice(0, 2_000), plugin: plugin.name });
  }
}

function timeoutOf({ handler }: Hook, { event, budget }: Firing): number {
  const facts = EVENTS.get(event);
  const standard = (SHORTENED.has(handler.type) ? facts?.seconds : undefined) ?? SECONDS[handler.type];
  const wanted = (handler.timeout ?? standard) * 1_000;
  return Math.max(1, Math.min(wanted, budget ?? Infinity, 2 ** 31 - 1));
}

/** A hook whose program somebody has changed since: what it was to judge is asked about. */
function heldBack({ hook, firing, name }: Job): Raw {
  const sentence =
    hook.held ??
    `${name} hook is not run: a program of the project that it names has changed since nacre began ` +
      `(${whatOf(hook.handler)}, ${hook.source.file}). Look at it, then start nacre again.`;
  if (firing.event !== "PreToolUse") return failed("error", sentence);
  const own = { hookEventName: firing.event, permissionDecision: "ask", permissionDecisionReason: sentence };
  return { exitCode: 0, stdout: JSON.stringify({ hookSpecificOutput: own }), stderr: "" };
}
