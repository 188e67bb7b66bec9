import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PluginContext } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import type { Session } from "../../../schemas/session.js";
import type { Child } from "./child.js";
import { noticeText } from "./notice-text.js";
import { work, type Outcome } from "./work.js";

/** Stop taps may go on so often in one turn; the last one has to wait for all. */
const LAST_CHANCE = 6;

/** After commands and hooks: what they keep from the model would be told to nobody. */
const STAGE = 100;

interface Running {
  readonly child: Child;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/**
 * Agents nobody waits for. Their reports reach the model beside the next result, when a turn ends, or with the next
 * prompt, whichever comes first. Where no person will send another prompt a turn does not end before they have.
 */
export class Background {
  readonly #ctx: PluginContext;
  readonly #running = new Map<Session, Set<Running>>();
  readonly #news = new Map<Session, string[]>();
  readonly #signals = new WeakMap<Session, AbortSignal>();
  #listening = false;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
  }

  /** Where the report will stand. */
  fileOf({ id, task }: Child): string {
    return join(this.#ctx.kernel.home, "tmp", task.parent.id, `agent-${id}.md`);
  }

  /** Begins at once. `signal` is that of the turn at hand. */
  start(child: Child, least: number | undefined, signal: AbortSignal): void {
    this.#listen();
    const { parent } = child.task;
    this.#signals.set(parent, signal);
    const controller = new AbortController();
    const all = this.#running.get(parent) ?? new Set<Running>();
    this.#running.set(parent, all);
    const done = work(child, controller.signal, least).then((outcome) => this.#end(child, outcome, running));
    const running: Running = { child, controller, done };
    all.add(running);
  }

  /** Stops one by its id. False when none of that id runs. */
  async stop(session: Session, id: string): Promise<boolean> {
    const running = [...(this.#running.get(session) ?? [])].find((one) => one.child.id === id);
    running?.controller.abort();
    await running?.done;
    return running !== undefined;
  }

  /** Ends those of a session that is over. */
  close(session: Session): void {
    for (const { controller } of this.#running.get(session) ?? []) controller.abort();
    this.#running.delete(session);
    this.#news.delete(session);
  }

  closeAll(): void {
    for (const session of this.#running.keys()) this.close(session);
  }

  #end(child: Child, outcome: Outcome, running: Running): void {
    const { parent, type, description } = child.task;
    // Taken off the list already: its session is over.
    if (!this.#running.get(parent)?.delete(running)) return;
    const file = this.fileOf(child);
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, `${outcome.text}\n`, { mode: 0o600 });
    } catch (error) {
      this.#tell(parent, `The report of the agent ${type.name} was not written to ${file}: ${messageOf(error)}.`);
    }
    this.#news.set(parent, [...(this.#news.get(parent) ?? []), noticeText(child, outcome)]);
    if (parent.busy) return;
    this.#tell(
      parent,
      `The agent ${type.name} (${description}) has ended; its report goes along with what you send next.`,
    );
  }

  #tell(session: Session, sentence: string): void {
    const { kernel, plugin } = this.#ctx;
    session.emit({ type: "notice", at: kernel.clock.now(), level: "info", plugin: plugin.name, text: sentence });
  }

  #take(session: Session): readonly string[] {
    const news = this.#news.get(session) ?? [];
    this.#news.delete(session);
    return news;
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    this.#ctx.tap(
      "UserPromptSubmit",
      async (prompt, session) => {
        if (prompt.handled !== undefined || prompt.blocked !== undefined) return undefined;
        if (prompt.signal) this.#signals.set(session, prompt.signal);
        return { ...prompt, context: [...prompt.context, ...this.#take(session)] };
      },
      { stage: STAGE },
    );
    this.#ctx.tap("PostToolUse", async (finished, _call, session) => {
      return { ...finished, context: [...finished.context, ...this.#take(session)] };
    });
    this.#ctx.tap("Stop", ({ continued }, session) => this.#onStop(session, continued), { deadline: Infinity });
  }

  async #onStop(session: Session, continued: number): Promise<string | undefined> {
    const running = this.#running.get(session);
    const waits = session.headless || session.agent !== undefined;
    if (waits && running && running.size > 0 && !this.#news.has(session)) {
      const ends = [...running].map(({ done }) => done);
      await Promise.race([continued >= LAST_CHANCE ? Promise.all(ends) : Promise.race(ends), this.#aborted(session)]);
    }
    return this.#take(session).join("\n\n") || undefined;
  }

  /** Resolves when the turn at hand is stopped. */
  #aborted(session: Session): Promise<void> {
    const signal = this.#signals.get(session);
    return new Promise((resolve) => {
      if (signal?.aborted) resolve();
      signal?.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}
