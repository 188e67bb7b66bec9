import type { CommandAnswer, CommandCall } from "../../../schemas/command.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { RestoreOptions } from "../../../schemas/guards.js";
import type { Keeper } from "./keeper.js";
import { changesText, checkpointsText, restoredText } from "./report.js";

const WHAT: ReadonlySet<string> = new Set(["files", "conversation", "both"]);

interface Words {
  readonly words: readonly string[];
  readonly dryRun: boolean;
  readonly force: boolean;
}

/** `/undo [redo|list] [--dry-run] [--force]`. */
export async function undo(keeper: Keeper, { args, session }: CommandCall): Promise<CommandAnswer> {
  const { words, ...manner } = wordsIn(args);
  const [verb = "undo"] = words;
  if (verb === "list") return { answer: changesText(await keeper.changes(session), session.cwd) };
  if (verb !== "undo" && verb !== "redo")
    throw new UserError(`/undo knows "redo" and "list", not "${verb}".`, EXIT.usage);
  const restored = await keeper.restore(session, undefined, { ...manner, redo: verb === "redo" });
  return { answer: restoredText(restored, { dryRun: manner.dryRun, cwd: session.cwd }) };
}

/** `/rewind [NUMBER|ID files|conversation|both] [--dry-run] [--force]`. */
export async function rewind(keeper: Keeper, { args, session }: CommandCall): Promise<CommandAnswer> {
  const { words, ...manner } = wordsIn(args);
  const [to, what] = words;
  const points = await keeper.list(session);
  if (to === undefined) {
    const how = points.length > 0 ? "\nGo back to before one of them: /rewind NUMBER files, conversation or both." : "";
    return { answer: checkpointsText(points) + how };
  }
  const point = /^\d{1,4}$/.test(to) ? points[Number(to) - 1] : points.find(({ id }) => id === to);
  if (!point) throw new UserError(`There is no prompt ${to} to go back to; /rewind lists them.`, EXIT.usage);
  if (what === undefined || !WHAT.has(what)) {
    throw new UserError(
      `Say what goes back: /rewind ${to} files, /rewind ${to} conversation or /rewind ${to} both.`,
      EXIT.usage,
    );
  }
  const restored = await keeper.restore(session, point.id, {
    ...manner,
    what: what as NonNullable<RestoreOptions["what"]>,
  });
  const files = what === "conversation" ? [] : [restoredText(restored, { dryRun: manner.dryRun, cwd: session.cwd })];
  const talk = `The conversation ${manner.dryRun ? "would go" : "goes"} on from before "${point.title}".`;
  return { answer: [...files, ...(what === "files" ? [] : [talk])].join("\n") };
}

function wordsIn(args: string): Words {
  const all = args.split(/\s+/).filter((word) => word !== "");
  return {
    words: all.filter((word) => !word.startsWith("--")),
    dryRun: all.includes("--dry-run"),
    force: all.includes("--force"),
  };
}
