import { homedir } from "node:os";
import { basename, relative } from "node:path";
import type { PluginContext } from "../../../core/types.js";
import type { FinishedCall } from "../../../hooks/post-tool-use.js";
import type { Prompt } from "../../../hooks/user-prompt-submit.js";
import type { ToolCall } from "../../../schemas/decision.js";
import { EXIT, UserError, whyUnwritten } from "../../../schemas/errors.js";
import type { Checkpoint, Checkpoints, FileChange, Restored, RestoreOptions } from "../../../schemas/guards.js";
import { isWithin } from "../../../schemas/is-within.js";
import type { Middleware } from "../../../schemas/kinds.js";
import { oneLine } from "../../../schemas/printable.js";
import { futureRealPath } from "../../../schemas/real-path.js";
import type { Session } from "../../../schemas/session.js";
import type { ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { namedPaths } from "./files/named-paths.js";
import { changedSince, changes, checkpoints, leftToOthers, rewindFiles, undo, type Manner } from "./history.js";
import type { Ledger, Open, Opening } from "./ledger.js";
import { Ledgers } from "./ledgers.js";
import { News } from "./news.js";

const TITLE = 80;
const NAMED = 5;

/** Keeps what was before a tool changes it, and puts it back. */
export class Keeper implements Checkpoints, Middleware {
  readonly name = "checkpoints";
  readonly ledgers: Ledgers;
  readonly news: News;
  readonly #ctx: PluginContext;
  /** Changes under way, by session and call. */
  readonly #open = new Map<string, Open>();
  /** Changes of commands that go on in the background. */
  readonly #lasting = new Map<Ledger, Open[]>();
  /** What still has to be written down, by session. */
  readonly #closing = new Map<Ledger, Set<Promise<void>>>();
  readonly #said = new WeakMap<Session, Set<string>>();

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.ledgers = new Ledgers(ctx);
    this.news = new News(ctx, this.ledgers);
    this.ledgers.clean();
  }

  /** Stands around each call that may change files: what was before is on the disk before the call runs. */
  async tool(call: ToolCall, context: ToolContext, next: () => Promise<ToolOutput>): Promise<ToolOutput> {
    if (this.ledgers.enabled)
      await this.#begin(call, context).catch((error: unknown) => this.#fail(context.session, error));
    return next();
  }

  /** Comes after the call and all who changed files because of it. */
  async finished(finished: FinishedCall, call: ToolCall, session: Session): Promise<FinishedCall | undefined> {
    const key = keyOf(call, session);
    const open = this.#open.get(key);
    this.#open.delete(key);
    if (open) await this.#finish(open, call, session);
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
    if (ledger) void this.settled(ledger).then(() => ledger.close());
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
    const { what = "files", redo = false, dryRun = false, force = false } = options;
    const { prompts } = session;
    const prompt = prompts.at(-1)?.id ?? "";
    const ledger = await this.#atRest(session);
    if (to === undefined) {
      if (!ledger) throw new UserError("There is nothing to undo: no file was changed by a tool.", EXIT.failed);
      const restored = await undo(ledger, { redo, dryRun, force, prompt });
      this.news.putBack(session, restored);
      return restored;
    }
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

  /** Resolves when everything that was done is written down. Commands in the background count as done. */
  async settled(ledger: Ledger): Promise<void> {
    const lasting = this.#lasting.get(ledger) ?? [];
    this.#lasting.delete(ledger);
    for (const open of lasting) await ledger.finish(open).catch(() => {});
    await Promise.all(this.#closing.get(ledger) ?? []);
  }

  async dispose(): Promise<void> {
    for (const ledger of this.ledgers.all()) {
      await this.settled(ledger);
      ledger.close();
    }
  }

  async #atRest(session: Session): Promise<Ledger | undefined> {
    const ledger = this.ledgers.existing(mainOf(session));
    if (ledger) await this.settled(ledger);
    return ledger;
  }

  async #begin(call: ToolCall, context: ToolContext): Promise<void> {
    const { session } = context;
    const spec = this.#ctx.all("tool").find(({ name }) => name === call.name);
    if (!spec || spec.together) return; // What agents change is kept as their own calls.
    if (spec.effect === "exec" && (await this.#onlyReads(call, session))) return;
    const ledger = this.ledgers.of(mainOf(session));
    await this.settled(ledger);
    const open = await ledger.begin(this.#opening(call, context, spec.effect));
    this.#open.set(keyOf(call, session), open);
    for (const [folder, why] of open.blind) {
      this.#say(session, `What commands change in ${folder} cannot be undone: ${why}.`);
    }
  }

  #opening(call: ToolCall, { session, places }: ToolContext, effect: string): Opening {
    const home = this.#ctx.kernel.env["HOME"] ?? homedir();
    const paths = effect === "exec" ? [] : namedPaths(call.input, { cwd: session.cwd, home, places });
    const folders = paths.length > 0 ? [] : foldersOf(session);
    const { command, args } = call.input;
    const said = typeof command === "string" ? command : Array.isArray(args) ? args.join(" ") : (paths[0] ?? "");
    const title = oneLine(paths.length > 0 ? basename(paths[0]!) : said, TITLE);
    return { prompt: mainOf(session).prompts.at(-1)?.id ?? "", tool: call.name, title, paths, folders };
  }

  async #onlyReads(call: ToolCall, session: Session): Promise<boolean> {
    const permissions = await this.#ctx.kernel.service("permissions");
    return (await permissions?.onlyReads(session, call)) ?? false;
  }

  async #finish(open: Open, call: ToolCall, session: Session): Promise<void> {
    const ledger = this.ledgers.of(mainOf(session));
    if (call.input["run_in_background"] === true && open.line.snapshots) {
      const text = "A command in the background can be undone only as far as it is done when the next change begins.";
      this.#say(session, text);
      this.#lasting.set(ledger, [...(this.#lasting.get(ledger) ?? []), open]);
      return;
    }
    const done = this.#close(ledger, open, session);
    if (!open.line.snapshots) return done;
    // The model need not wait for a look at a whole folder; the next change does.
    const closing = this.#closing.get(ledger) ?? new Set();
    this.#closing.set(ledger, closing.add(done));
    void done.then(() => closing.delete(done));
  }

  async #close(ledger: Ledger, open: Open, session: Session): Promise<void> {
    try {
      const { lost: gone = [], changes } = await ledger.finish(open);
      const lost = [
        ...gone,
        ...changes.flatMap(({ path, after }) =>
          after.kind === "lost" ? [said(relative(session.cwd, path), after.why)] : [],
        ),
      ];
      if (lost.length > 0) {
        const more = lost.length > NAMED ? ` and ${lost.length - NAMED} more` : "";
        this.#say(
          session,
          `Changes of ${open.line.tool} that cannot be undone: ${lost.slice(0, NAMED).join(", ")}${more}.`,
        );
      }
      const trimmed = ledger.trim();
      if (trimmed > 0) {
        const what = trimmed === 1 ? "The oldest change" : `The ${trimmed} oldest changes`;
        this.#say(
          session,
          `${what} of this session cannot be undone any more: copies were removed to make room (checkpoints.maxSessionMb).`,
        );
      }
    } catch (error) {
      this.#fail(session, error);
    }
  }

  /** A change that cannot be kept is no reason to keep the work waiting; it is said, once. */
  #fail(session: Session, error: unknown): void {
    this.#say(
      session,
      `Changes of files cannot be undone now: ${whyUnwritten(error, { ENOENT: `${this.#ctx.kernel.home} cannot be written to` })}.`,
    );
  }

  #say(session: Session, text: string): void {
    const main = mainOf(session);
    const said = this.#said.get(main) ?? new Set();
    this.#said.set(main, said);
    if (said.has(text)) return;
    said.add(text);
    main.emit({ type: "notice", at: this.#ctx.kernel.clock.now(), level: "warning", plugin: "checkpoints", text });
  }
}

function said(path: string, why: string): string {
  return `${oneLine(path, 300)} (${why})`;
}

function keyOf(call: ToolCall, session: Session): string {
  return `${session.id} ${call.id}`;
}

/** The conversation that an agent's work belongs to. */
function mainOf(session: Session): Session {
  return session.agent ? mainOf(session.agent.of) : session;
}

/** Where commands may change files, none inside of another. */
function foldersOf({ folders, cwd }: Session): readonly string[] {
  const all = [...new Set([...folders, futureRealPath(cwd)])];
  return all.filter((folder) => !all.some((other) => other !== folder && isWithin(other, folder)));
}
