import type { PluginContext } from "../../../core/types.js";
import type { FinishedCall } from "../../../hooks/post-tool-use.js";
import type { Prompt } from "../../../hooks/user-prompt-submit.js";
import type { ToolCall } from "../../../schemas/decision.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Checkpoint, Checkpoints, FileChange, Restored, RestoreOptions } from "../../../schemas/guards.js";
import type { Middleware } from "../../../schemas/kinds.js";
import type { Session } from "../../../schemas/session.js";
import type { ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { changedSince, changes, checkpoints, leftToOthers, rewindFiles, undo, type Manner } from "./history.js";
import type { Ledger } from "./ledger.js";
import { Ledgers } from "./ledgers.js";
import { mainOf } from "./main-of.js";
import { News } from "./news.js";
import { UnderWay } from "./under-way.js";

/** Keeps what was before a tool changes it, and puts it back. */
export class Keeper implements Checkpoints, Middleware {
  readonly name = "checkpoints";
  readonly ledgers: Ledgers;
  readonly news: News;
  readonly #ctx: PluginContext;
  readonly #underWay: UnderWay;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.ledgers = new Ledgers(ctx);
    this.news = new News(ctx, this.ledgers);
    this.#underWay = new UnderWay(ctx, this.ledgers);
    this.ledgers.clean();
  }

  /** Stands around each call that may change files: what was before is on the disk before the call runs. */
  async tool(call: ToolCall, context: ToolContext, next: () => Promise<ToolOutput>): Promise<ToolOutput> {
    if (this.ledgers.enabled) await this.#underWay.begin(call, context);
    return next();
  }

  /** Comes after the call and all who changed files because of it. */
  async finished(finished: FinishedCall, call: ToolCall, session: Session): Promise<FinishedCall | undefined> {
    await this.#underWay.end(call, session);
    const news = session.agent ? [] : await this.news.take(session);
    return news.length > 0 ? { ...finished, context: [...finished.context, ...news] } : undefined;
  }

  async prompted(prompt: Prompt, session: Session): Promise<Prompt | undefined> {
    if (session.agent || prompt.handled !== undefined || prompt.blocked !== undefined) return undefined;
    const news = await this.news.take(session);
    return news.length > 0 ? { ...prompt, context: [...prompt.context, ...news] } : undefined;
  }

  closed(session: Session): void {
    if (session.agent) return;
    const ledger = this.ledgers.known(session);
    if (ledger) void this.#underWay.settled(ledger).then(() => ledger.close());
  }

  async list(session: Session): Promise<readonly Checkpoint[]> {
    return checkpoints(await this.#atRest(session), mainOf(session).prompts);
  }

  async changes(session: Session): Promise<readonly FileChange[]> {
    const ledger = await this.#atRest(session);
    return ledger ? changes(ledger) : [];
  }

  async restore(given: Session, to: string | undefined, options: RestoreOptions = {}): Promise<Restored> {
    const session = mainOf(given);
    return to === undefined ? this.#undo(session, options) : this.#rewind(session, to, options);
  }

  async #undo(session: Session, { redo = false, dryRun = false, force = false }: RestoreOptions): Promise<Restored> {
    const ledger = await this.#atRest(session);
    if (!ledger) throw new UserError("There is nothing to undo: no file was changed by a tool.", EXIT.failed);
    const restored = await undo(ledger, { redo, dryRun, force, prompt: session.prompts.at(-1)?.id ?? "" });
    this.news.putBack(session, restored);
    return restored;
  }

  async #rewind(session: Session, to: string, options: RestoreOptions): Promise<Restored> {
    const { what = "files", dryRun = false, force = false } = options;
    const { prompts } = session;
    const prompt = prompts.at(-1)?.id ?? "";
    const ledger = await this.#atRest(session);
    const mark = prompts.find(({ id }) => id === to);
    if (what !== "files" && !mark) throw new UserError(`There is no prompt ${to} in this conversation.`, EXIT.usage);
    const files = what === "conversation" ? undefined : await this.#rewindFiles(session, to, { dryRun, force, prompt });
    const kept = what === "conversation" && ledger ? await changedSince(ledger, to, prompts) : [];
    if (what !== "files" && !dryRun) session.emit({ type: "rewind", at: this.#ctx.kernel.clock.now(), to });
    if (!dryRun && what === "conversation") this.news.kept(session, kept);
    if (!dryRun && files) this.news.putBack(session, files, what === "both");
    return files ?? { what: `before "${mark?.title ?? to}"`, files: [], problems: [], notes: [] };
  }

  async #rewindFiles(session: Session, to: string, manner: Manner): Promise<Restored | undefined> {
    const { prompts, parent } = session;
    const ledger = this.ledgers.existing(session);
    const left = parent === undefined ? [] : leftToOthers(this.ledgers, session, { prompts, to });
    const done = ledger && (await rewindFiles(ledger, to, { ...manner, prompts }));
    if (left.length === 0) return done;
    const title = prompts.find(({ id }) => id === to)?.title ?? to;
    const files = done ?? { what: `rewind to before "${title}"`, files: [], problems: [], notes: [] };
    return { ...files, problems: [...files.problems, ...left] };
  }

  async dispose(): Promise<void> {
    for (const ledger of this.ledgers.all()) {
      await this.#underWay.settled(ledger);
      ledger.close();
    }
  }

  async #atRest(session: Session): Promise<Ledger | undefined> {
    const ledger = this.ledgers.existing(mainOf(session));
    if (ledger) await this.#underWay.settled(ledger);
    return ledger;
  }
}
