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
import { leftToOthers } from "./history.js";
import type { Keeper } from "./keeper.js";
import type { Ledger } from "./ledger.js";
import type { Stored } from "./ledgers.js";
import { restoredText } from "./report.js";
import { hasChanges } from "./store/entries.js";

/** A conversation on disk, and what it has changed. */
export interface Talk {
  readonly transcript: Transcript;
  readonly prompts: readonly PromptMark[];
  /** The folder of a session that was forked from another. */
  readonly forkedIn?: string;
  readonly ledger?: Ledger;
}

/** What the subcommands `undo` and `rewind` need: the session they are about, and where they say what came of it. */
export class Desk {
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

  /** The conversation that goes back: of the session that is named, or the last of this folder. */
  async talk(): Promise<Talk> {
    const transcript = await this.#transcript();
    const stored = this.#keeper.ledgers.stored().find(({ id }) => id === transcript.id);
    const talk = { transcript, ...(await promptsOf(transcript)) };
    return stored ? { ...talk, ledger: this.#keeper.ledgers.of(stored) } : talk;
  }

  /** What a rewind of a fork leaves to its parent. */
  leftToOthers({ transcript, prompts, forkedIn }: Talk, { id }: PromptMark): readonly string[] {
    if (forkedIn === undefined) return [];
    return leftToOthers(this.#keeper.ledgers, { id: transcript.id, root: forkedIn }, { prompts, to: id });
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

  async #transcript(): Promise<Transcript> {
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
    const exact = all.find(({ id }) => id === (found?.id ?? given));
    const alike = exact ? [exact] : all.filter(({ id }) => id.startsWith(given));
    if (alike.length <= 1) return alike[0];
    const names = alike.slice(0, 5).map(({ id }) => id);
    throw new UserError(`Several sessions begin with ${JSON.stringify(given)}: ${names.join(", ")}.`, EXIT.usage);
  }

  #root(): string {
    return realpathSync.native(this.#ctx.kernel.cwd);
  }

  #said(text: string): TurnEvent {
    const { clock } = this.#ctx.kernel;
    return { type: "prompt", at: clock.now(), id: clock.id(), content: [{ type: "text", text }], origin: "hook" };
  }
}

async function promptsOf(transcript: Transcript): Promise<Pick<Talk, "prompts" | "forkedIn">> {
  const state = new State(transcript.cwd);
  let forkedIn: string | undefined;
  for await (const event of transcript.events()) {
    if (event.type === "session" && event.source === "fork") forkedIn = event.root;
    fold(state, event);
  }
  return { prompts: state.prompts, ...(forkedIn !== undefined && { forkedIn }) };
}
