import type { PluginContext } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import type { Restored } from "../../../schemas/guards.js";
import type { PromptMark } from "../../../schemas/session.js";
import { Desk, type Talk } from "./desk.js";
import { changedSince, changes, checkpoints, rewindFiles, undo as undoLast } from "./history.js";
import type { Keeper } from "./keeper.js";
import { changesText, checkpointsText } from "./report.js";

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
  const talk = await desk.talk();
  const to = flags["to"];
  if (flags["list"] === true || typeof to !== "string") {
    if (flags["list"] !== true && what !== undefined)
      throw new UserError("Say which prompt to go back to: --to ID; see nacre rewind --list.", EXIT.usage);
    const points = await checkpoints(talk.ledger, talk.prompts);
    return desk.print(points, checkpointsText(points));
  }
  if (what === undefined) throw new UserError("Say what goes back: --files, --conversation or --both.", EXIT.usage);
  return goBack(desk, talk, markOf(talk.prompts, to), what);
}

type What = "files" | "conversation" | "both";

async function goBack(desk: Desk, talk: Talk, mark: PromptMark, what: What): Promise<number> {
  const { transcript, prompts, ledger } = talk;
  const { dryRun } = desk.manner;
  const kept = what === "conversation" && ledger ? await changedSince(ledger, mark.id, prompts) : [];
  // Nothing is put back where the conversation cannot go back, nor the other way round.
  if (what !== "files" && !dryRun) await desk.mayWrite(transcript);
  const files = what === "conversation" ? undefined : ledger;
  const done: Restored = files
    ? await rewindFiles(files, mark.id, { ...desk.manner, prompts, prompt: prompts.at(-1)?.id ?? "" })
    : { what: `rewind to before "${mark.title}"`, files: [], problems: [], notes: [] };
  if (what !== "files" && !dryRun) await desk.takeBack(transcript, mark, kept);
  const left = what === "conversation" ? [] : desk.leftToOthers(talk, mark);
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

function whatOf(flags: Invocation["flags"]): What | undefined {
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
