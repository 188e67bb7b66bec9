import { UserError, EXIT } from "../../../schemas/errors.js";
import type { Checkpoint, FileChange, Restored } from "../../../schemas/guards.js";
import type { PromptMark, Session } from "../../../schemas/session.js";
import type { Ledger } from "./ledger.js";
import type { Ledgers } from "./ledgers.js";
import { putBack, stepsFor, type PutBack } from "./put-back.js";
import { hasChanges, type Entry } from "./store/entries.js";

export interface Manner {
  readonly force: boolean;
  readonly dryRun: boolean;
  /** The prompt it is done after. */
  readonly prompt: string;
}

/** What can be gone back to, newest first. */
export async function checkpoints(
  ledger: Ledger | undefined,
  prompts: readonly PromptMark[],
): Promise<readonly Checkpoint[]> {
  const entries = (await ledger?.entries()) ?? [];
  const files = new Map<string, Set<string>>();
  for (const { before, after } of entries) {
    const paths = files.get(before.prompt) ?? new Set<string>();
    for (const { path } of after?.changes ?? []) paths.add(path);
    files.set(before.prompt, paths);
  }
  return prompts.map(({ id, title, at }) => ({ id, title, at, files: files.get(id)?.size ?? 0 })).toReversed();
}

/** The changes themselves, newest first. */
export async function changes(ledger: Ledger): Promise<readonly FileChange[]> {
  const entries = (await ledger.entries()).filter((entry) => hasChanges(entry) || entry.after?.lost);
  return entries.toReversed().map(({ before, after, undone, trimmed }) => ({
    id: before.id,
    at: before.at,
    prompt: before.prompt,
    tool: before.tool,
    title: before.title,
    files: after!.changes.map(({ path }) => path),
    lost: after!.lost ?? [],
    undone,
    trimmed,
    ...(before.undoes && { undoes: before.undoes }),
  }));
}

/** Takes the last change back that still stands; with `redo`, the last undo. Rejects with a UserError when there is none. */
export async function undo(ledger: Ledger, manner: Manner & { readonly redo: boolean }): Promise<Restored> {
  for (;;) {
    const entries = await atRest(ledger);
    const standing = entries.filter((entry) => hasChanges(entry) && (!entry.undone || (manner.force && entry.stayed)));
    // What was half taken back when its process was killed comes first: after that all is as if it had not begun.
    const broken = standing.findLast(({ before, after }) => before.undoes && after?.late);
    const wanted = broken ?? standing.findLast((entry) => (manner.redo ? isUndo(entry) : !entry.before.undoes));
    if (!wanted) throw new UserError(manner.redo ? NOTHING_UNDONE : NOTHING_CHANGED, EXIT.failed);
    const { tool, title } = wanted.before;
    const redo = manner.redo && !broken;
    const name = redo ? `redo ${title.replace(/^undo /, "")}` : `undo ${tool}: ${title}`;
    const done = await back(ledger, [wanted], { ...manner, tool: redo ? REDO : "undo", title: name });
    const isSeen = done.problems.length > 0 || (!broken && done.files.length > 0);
    if (isSeen || manner.dryRun) return report(done, [wanted], name);
  }
}

/** What a rewind of a fork leaves: its parent changed that, and only there can it be put back. */
export function leftToOthers(
  ledgers: Ledgers,
  session: Pick<Session, "id" | "root">,
  { prompts, to }: { readonly prompts: readonly PromptMark[]; readonly to: string },
): readonly string[] {
  const place = prompts.findIndex(({ id }) => id === to);
  const since = new Set(place < 0 ? [] : prompts.slice(place).map(({ id }) => id));
  return [...ledgers.shared(session, since)].map(
    ([id, files]) =>
      `${files === 1 ? "1 file stays that was" : `${files} files stay that were`} changed before this session was forked: nacre rewind --session ${id} puts such back.`,
  );
}

function isUndo({ before }: Entry): boolean {
  return before.undoes !== undefined && before.tool !== REDO;
}

const REDO = "redo";
const NOTHING_CHANGED = "There is nothing to undo: no file was changed by a tool, or all of it was taken back.";
const NOTHING_UNDONE = "There is nothing to redo: nothing was taken back, or all of it was done again.";

/** Puts files back to what they were before a prompt. `prompts` are those that stand. */
export async function rewindFiles(
  ledger: Ledger,
  to: string,
  manner: Manner & { readonly prompts: readonly PromptMark[] },
): Promise<Restored> {
  const since = changesSince(await atRest(ledger), to, manner.prompts);
  const title = manner.prompts.find(({ id }) => id === to)?.title ?? to;
  const name = `rewind to before "${title}"`;
  return report(await back(ledger, since, { ...manner, tool: "rewind", title: name }), since, name);
}

/** Paths that were changed since a prompt. */
export async function changedSince(
  ledger: Ledger,
  to: string,
  prompts: readonly PromptMark[],
): Promise<readonly string[]> {
  const since = changesSince(await ledger.entries(), to, prompts);
  return [...new Set(since.flatMap(({ after }) => after?.changes.map(({ path }) => path) ?? []))].sort();
}

/** By order, not by time, as clocks jump; only what was done for prompts that do not stand any more is told by it. */
function changesSince(entries: readonly Entry[], to: string, prompts: readonly PromptMark[]): readonly Entry[] {
  const first = entries.findIndex(({ before }) => before.prompt === to);
  if (first >= 0) return entries.slice(first);
  const place = prompts.findIndex(({ id }) => id === to);
  if (place < 0) throw new UserError(`There is no prompt ${to} in this session; see nacre rewind --list.`, EXIT.usage);
  const { at } = prompts[place]!;
  const places = new Map(prompts.map(({ id }, index) => [id, index]));
  const isEarlier = ({ before }: Entry): boolean =>
    (places.get(before.prompt) ?? (before.at < at ? -1 : place)) < place;
  return entries.slice(entries.findLastIndex(isEarlier) + 1);
}

async function atRest(ledger: Ledger): Promise<readonly Entry[]> {
  const entries = await ledger.entries();
  if (!ledger.isBusy(entries)) return entries;
  throw new UserError("Files of this session are being changed right now: wait until that is done.", EXIT.failed);
}

function back(
  ledger: Ledger,
  entries: readonly Entry[],
  { force, dryRun, prompt, tool, title }: Manner & { readonly tool: string; readonly title: string },
): Promise<PutBack> {
  const undoes = entries.filter(hasChanges).map(({ before }) => before.id);
  return putBack(ledger, stepsFor(entries), { force, dryRun, prompt, tool, title, undoes });
}

function report({ files, problems, id }: PutBack, entries: readonly Entry[], what: string): Restored {
  const lost = entries.flatMap(({ after }) => after?.lost ?? []);
  const late = entries.filter(({ after }) => after?.late && after.changes.length > 0);
  return {
    what,
    files,
    problems: [...problems, ...lost.map((one) => `Cannot be put back: ${one}.`)],
    notes: late.map(
      ({ before }) =>
        `${before.tool} "${before.title}" was cut off: all that changed since it began was taken for its doing.`,
    ),
    ...(id !== undefined && { id }),
  };
}
