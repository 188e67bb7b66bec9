import { realpathSync } from "node:fs";
import type { PluginContext } from "../../../core/types.js";
import { EXIT, UserError, messageOf } from "../../../schemas/errors.js";
import type { TurnEvent } from "../../../schemas/event.js";
import { fold, State } from "../../../schemas/fold.js";
import type { Invocation } from "../../../schemas/front.js";
import type { Restored } from "../../../schemas/guards.js";
import { jsonText } from "../../../schemas/json-text.js";
import type { Transcript } from "../../../schemas/kinds.js";
import type { PromptMark } from "../../../schemas/session.js";
import { changedSince, changes, checkpoints, leftToOthers, rewindFiles, undo as undoLast } from "./history.js";
import type { Keeper } from "./keeper.js";
import type { Ledger } from "./ledger.js";
import type { Stored } from "./ledgers.js";
import { changesText, checkpointsText, restoredText } from "./report.js";
import { hasChanges } from "./store/entries.js";

/** `nacre undo`. */
export async function undo(ctx: PluginContext, keeper: Keeper, invocation: Invocation): Promise<number> {
  noWords(invocation, "undo");
  const desk = new Desk(ctx, keeper, invocation);
  const { flags } = invocation;
  const ledger = await desk.ledger();
  if (flags["list"] === true) {
    const all = await changes(ledger);
    return desk.print(all, changesText(all, ctx.kernel.cwd));
  }
  const prompt = (await ledger.entries()).at(-1)?.before.prompt ?? "";
  const restored = await undoLast(ledger, { ...desk.manner, redo: flags["redo"] === true, prompt });
  if (!desk.manner.dryRun) await desk.tell(ledger);
  return desk.restored(restored);
}

/** `nacre rewind`. */
export async function rewind(ctx: PluginContext, keeper: Keeper, invocation: Invocation): Promise<number> {
  noWords(invocation, "rewind");
  const desk = new Desk(ctx, keeper, invocation);
  const { flags } = invocation;
  const what = whatOf(flags);
  const transcript = await desk.transcript();
  const { prompts, forkedIn } = await talkOf(transcript);
  const ledger = desk.stored(transcript.id) && keeper.ledgers.of(desk.stored(transcript.id)!);
  const to = flags["to"];
  if (flags["list"] === true || typeof to !== "string") {
    if (flags["list"] !== true && what !== undefined)
      throw new UserError("Say which prompt to go back to: --to ID; see nacre rewind --list.", EXIT.usage);
    const points = await checkpoints(ledger, prompts);
    return desk.print(points, checkpointsText(points));
  }
  if (what === undefined) throw new UserError("Say what goes back: --files, --conversation or --both.", EXIT.usage);
  const mark = markOf(prompts, to);
  const { dryRun } = desk.manner;
  const kept = what === "conversation" && ledger ? await changedSince(ledger, mark.id, prompts) : [];
  // Nothing is put back where the conversation cannot go back, nor the other way round.
  if (what !== "files" && !dryRun) await desk.mayWrite(transcript);
  const prompt = prompts.at(-1)?.id ?? "";
  const done: Restored =
    what === "conversation" || !ledger
      ? { what: `rewind to before "${mark.title}"`, files: [], problems: [], notes: [] }
      : await rewindFiles(ledger, mark.id, { ...desk.manner, prompts, prompt });
  const fork = what === "conversation" || forkedIn === undefined ? undefined : { id: transcript.id, root: forkedIn };
  if (what !== "files" && !dryRun) await desk.takeBack(transcript, mark, kept);
  const left = fork ? leftToOthers(keeper.ledgers, fork, { prompts, to: mark.id }) : [];
  const restored = { ...done, problems: [...done.problems, ...left] };
  if (!dryRun && what === "both" && ledger && restored.id !== undefined) ledger.told([restored.id]);
  if (!dryRun && what === "files" && ledger) await desk.tell(ledger);
  return desk.restored(restored, what !== "files");
}

/** A word too many is a slip that something else was meant by. */
function noWords({ positionals: [word] }: Invocation, name: string): void {
  if (word !== undefined)
    throw new UserError(`nacre ${name} takes no "${word}"; nacre help ${name} says what it takes.`, EXIT.usage);
}

function whatOf(flags: Invocation["flags"]): "files" | "conversation" | "both" | undefined {
  const given = (["files", "conversation", "both"] as const).filter((flag) => flags[flag] === true);
  if (given.length > 1)
    throw new UserError(`--${given.join(" and --")} exclude each other: give one of them.`, EXIT.usage);
  return given[0];
}

function markOf(prompts: readonly PromptMark[], to: string): PromptMark {
  const found = prompts.filter(({ id }) => id === to || id.startsWith(to));
  const mark = found.find(({ id }) => id === to) ?? (found.length === 1 ? found[0] : undefined);
  if (mark) return mark;
  const why = found.length > 1 ? `Several prompts begin with ${to}` : `There is no prompt ${to} in this session`;
  throw new UserError(`${why}; see nacre rewind --list.`, EXIT.usage);
}

interface Talk {
  readonly prompts: readonly PromptMark[];
  /** The folder of a session that was forked from another. */
  readonly forkedIn?: string;
}

async function talkOf(transcript: Transcript): Promise<Talk> {
  const state = new State(transcript.cwd);
  let forkedIn: string | undefined;
  for await (const event of transcript.events()) {
    if (event.type === "session" && event.source === "fork") forkedIn = event.root;
    fold(state, event);
  }
  return { prompts: state.prompts, ...(forkedIn !== undefined && { forkedIn }) };
}

/** What both subcommands need. */
class Desk {
  readonly manner: { readonly force: boolean; readonly dryRun: boolean };
  readonly #ctx: PluginContext;
  readonly #keeper: Keeper;
  readonly #invocation: Invocation;

  constructor(ctx: PluginContext, keeper: Keeper, invocation: Invocation) {
    this.#ctx = ctx;
    this.#keeper = keeper;
    this.#invocation = invocation;
    this.manner = { force: invocation.flags["force"] === true, dryRun: invocation.flags["dry-run"] === true };
  }

  /** What a session has changed: the one that is named, or the last that changed something in this folder. */
  async ledger(): Promise<Ledger> {
    const given = this.#invocation.flags["session"];
    const stored = typeof given === "string" ? await this.#named(given) : await this.#last();
    if (stored) return this.#keeper.ledgers.of(stored);
    const which = typeof given === "string" ? `The session ${given}` : "No session of this folder";
    throw new UserError(
      `${which} has ${typeof given === "string" ? "not " : ""}changed files; nacre undo --session ID names another.`,
      EXIT.failed,
    );
  }

  stored(id: string): Stored | undefined {
    return this.#keeper.ledgers.stored().find((one) => one.id === id);
  }

  async transcript(): Promise<Transcript> {
    const transcripts = await this.#ctx.kernel.service("transcripts");
    if (!transcripts)
      throw new UserError("Rewinding needs sessions on disk, and no plugin that keeps them is loaded.", EXIT.usage);
    const given = this.#invocation.flags["session"];
    const { cwd } = this.#ctx.kernel;
    if (typeof given === "string") return transcripts.find(given, cwd);
    const latest = await transcripts.latest(cwd, { headless: true });
    if (!latest)
      throw new UserError(`There is no session in ${cwd}; nacre rewind --session ID names another.`, EXIT.failed);
    return latest;
  }

  /** Throws a UserError where another process has the session. */
  async mayWrite(transcript: Transcript): Promise<void> {
    await (await this.#ctx.kernel.service("transcripts"))?.append(transcript, []);
  }

  /** Writes into a session's transcript that its conversation goes on from before a prompt. */
  async takeBack(transcript: Transcript, { id }: PromptMark, kept: readonly string[]): Promise<void> {
    const at = this.#ctx.kernel.clock.now();
    const words = kept.length > 0 ? [this.#said(this.#keeper.news.words("kept", kept))] : [];
    const transcripts = await this.#ctx.kernel.service("transcripts");
    await transcripts?.append(transcript, [{ type: "rewind", at, to: id }, ...words]);
  }

  /** Lets the model of a session know what was put back; where that is open, it hears so with its next prompt. */
  async tell(ledger: Ledger): Promise<void> {
    const transcripts = await this.#ctx.kernel.service("transcripts");
    try {
      const transcript = await transcripts?.find(ledger.id, ledger.root);
      if (!transcript || !transcripts) return;
      await this.mayWrite(transcript);
      const text = await this.#keeper.news.untold(ledger);
      if (text !== undefined) await transcripts.append(transcript, [this.#said(text)]);
    } catch (error) {
      if (!(error instanceof UserError)) this.#invocation.io.stderr.write(`nacre: ${messageOf(error)}\n`);
    }
  }

  print(value: unknown, text: string): number {
    const { io, flags } = this.#invocation;
    io.stdout.write(`${flags["json"] === true ? jsonText(value, 2) : text}\n`);
    return EXIT.done;
  }

  restored(restored: Restored, conversation = false): number {
    const { dryRun } = this.manner;
    const text = restoredText(restored, { dryRun, cwd: this.#ctx.kernel.cwd });
    const talk = conversation ? `\nThe conversation ${dryRun ? "would go" : "goes"} on from before that prompt.` : "";
    this.print({ ...restored, dryRun, conversation }, text + talk);
    return restored.problems.length > 0 ? EXIT.failed : EXIT.done;
  }

  /** A command that might have changed something leaves a journal as well. */
  async #last(): Promise<Stored | undefined> {
    const all = this.#keeper.ledgers.stored(this.#root());
    for (const one of all) if ((await this.#keeper.ledgers.of(one).entries()).some(hasChanges)) return one;
    return all[0];
  }

  async #named(given: string): Promise<Stored | undefined> {
    const transcripts = await this.#ctx.kernel.service("transcripts");
    const found = await transcripts?.find(given, this.#ctx.kernel.cwd).catch(() => undefined);
    const all = this.#keeper.ledgers.stored();
    return all.find(({ id }) => id === (found?.id ?? given)) ?? all.find(({ id }) => id.startsWith(given));
  }

  #root(): string {
    return realpathSync.native(this.#ctx.kernel.cwd);
  }

  #said(text: string): TurnEvent {
    const { clock } = this.#ctx.kernel;
    return { type: "prompt", at: clock.now(), id: clock.id(), content: [{ type: "text", text }], origin: "hook" };
  }
}
