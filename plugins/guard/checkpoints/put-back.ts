import { closeSync, fsync } from "node:fs";
import { basename, dirname } from "node:path";
import { promisify } from "node:util";
import { codeOf, EXIT, messageOf, UserError, whyUnwritten } from "../../../schemas/errors.js";
import { HeldFolder, type Written } from "./files/held-folder.js";
import { isSame, look, type FileState } from "./files/file-state.js";
import type { Ledger, Opening } from "./ledger.js";
import type { Blobs } from "./store/blobs.js";
import type { Entry } from "./store/entries.js";
import type { AfterLine } from "./store/journal.js";

const flush = promisify(fsync);

/** Files that are written at once. */
const TOGETHER = 64;

/** One path on its way back. */
export interface Step {
  readonly path: string;
  readonly target: FileState;
  /** As the last of the changes left it. */
  readonly expected: FileState;
  /** Somebody else changed it between two of the changes. */
  readonly mixed: boolean;
}

export interface PutBack {
  readonly files: readonly string[];
  /** One sentence for each path that was not put back. */
  readonly problems: readonly string[];
  /** The change that the putting back is itself. */
  readonly id?: string;
}

export interface PutBackOptions extends Omit<Opening, "paths" | "folders" | "flat"> {
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** What has to be done to be where things were before the first of some changes. */
export function stepsFor(entries: readonly Entry[]): readonly Step[] {
  const steps = new Map<string, Step>();
  for (const { after } of entries) {
    for (const change of after?.changes ?? []) {
      const step = steps.get(change.path);
      const target = step?.target ?? change.before;
      const mixed = step !== undefined && (step.mixed || !isSame(step.expected, change.before));
      steps.set(change.path, { path: change.path, target, expected: change.after, mixed });
    }
  }
  return [...steps.values()];
}

/**
 * Puts paths back, each in one step or not at all, and writes that down as a change of its own. What somebody else has
 * changed since stays as it is, unless forced; what cannot be kept for going back is not touched.
 */
export async function putBack(ledger: Ledger, steps: readonly Step[], options: PutBackOptions): Promise<PutBack> {
  const { force, dryRun, ...facts } = options;
  const problems: string[] = [];
  const wanted: Step[] = [];
  for (const step of steps) {
    const problem = problemOf(step, ledger.blobs, force);
    if (problem === undefined) wanted.push(step);
    else if (problem !== "") problems.push(problem);
  }
  if (dryRun || (wanted.length === 0 && problems.length > 0))
    return { files: wanted.map(({ path }) => path).sort(), problems };
  const paths = wanted.map(({ path }) => path);
  const open = await ledger.begin({ ...facts, paths, folders: [], flat: true }).catch(refuse);
  const kept = new Map(open.line.files.map(({ path, state }) => [path, state]));
  const files: string[] = [];
  let left: AfterLine["rest"] = problems.length > 0 ? "stayed" : undefined;
  const take = ({ path }: Step, problem: Problem | undefined): void => {
    if (problem === undefined) return void files.push(path);
    problems.push(problem.text);
    left = problem.failed ? "failed" : (left ?? "stayed");
  };
  const [first, rest] = inOrder(wanted);
  const moment = { blobs: ledger.blobs, kept, force };
  for (const step of first) take(step, apply(step, moment));
  for (let place = 0; place < rest.length; place += TOGETHER) {
    const steps = rest.slice(place, place + TOGETHER);
    const written = await writeAll(steps, ledger.blobs);
    for (const step of steps) take(step, apply(step, moment, written.get(step)));
  }
  syncFolders(files);
  await ledger.finish(open, left && { rest: left });
  return { files: files.sort(), problems, ...(files.length > 0 && { id: open.line.id }) };
}

/** What cannot be kept is not touched. */
function refuse(error: unknown): never {
  if (codeOf(error) === undefined) throw error;
  const why = whyUnwritten(error);
  throw new UserError(`Nothing was put back, as what is there now could not be kept: ${why}.`, EXIT.failed);
}

/** Files beside their places, on the disk. Those that cannot be written are left out: `apply` says why. */
async function writeAll(steps: readonly Step[], blobs: Blobs): Promise<ReadonlyMap<Step, Written>> {
  const all = new Map<Step, Written>();
  for (const step of steps) {
    const { path, target } = step;
    const bytes = target.kind === "file" ? blobs.read(target.hash) : undefined;
    if (target.kind !== "file" || !bytes) continue;
    try {
      using folder = HeldFolder.of(path, true);
      all.set(step, folder.write(bytes, target));
    } catch {
      // It is tried once more in its turn.
    }
  }
  await Promise.all([...all.values()].map(({ fd }) => flush(fd).catch(() => {})));
  for (const { fd } of all.values()) closeSync(fd);
  return all;
}

function syncFolders(paths: readonly string[]): void {
  for (const path of new Set(paths.map((one) => dirname(one)))) {
    try {
      using folder = new HeldFolder(path);
      folder.sync();
    } catch {
      // It went as well.
    }
  }
}

/** Why it is not put back; empty when there is nothing to do. */
function problemOf({ path, target, expected, mixed }: Step, blobs: Blobs, force: boolean): string | undefined {
  const now = blobs.stateOf(path, false);
  if (isSame(now, target)) return "";
  if (target.kind === "lost") return `${path} cannot be put back: ${target.why}.`;
  if (target.kind === "other") return `${path} stays: it was no file but a device, pipe or socket.`;
  if (now.kind === "other" && !force)
    return `${path} stays: it is no file now but a device, pipe or socket. To put it back anyway, add --force.`;
  if (target.kind === "file" && !blobs.read(target.hash)) {
    return `${path} cannot be put back: the copy of it is gone or damaged.`;
  }
  if (force) return undefined;
  if (now.kind === "lost")
    return `${path} stays: ${now.why}, so that it could not be brought back. To ${target.kind === "none" ? "remove it" : "put it back"} anyway, add --force.`;
  if (!isSame(now, expected)) return `${path} stays: it has changed since. To put it back anyway, add --force.`;
  if (mixed) return `${path} stays: it was changed in between by somebody else. To put it back anyway, add --force.`;
  return undefined;
}

/** First what goes, the innermost first, and folders, the outermost first; then what is in them. */
function inOrder(steps: readonly Step[]): readonly [first: readonly Step[], rest: readonly Step[]] {
  const deepestFirst = steps
    .filter(({ target }) => target.kind === "none")
    .sort((one, other) => depth(other) - depth(one));
  const folders = steps
    .filter(({ target }) => target.kind === "folder")
    .sort((one, other) => depth(one) - depth(other));
  const rest = steps.filter(({ target }) => target.kind !== "none" && target.kind !== "folder");
  return [[...deepestFirst, ...folders], rest];
}

function depth({ path }: Step): number {
  return path.split("/").length;
}

/** What holds while paths are put back. */
interface Moment {
  readonly blobs: Blobs;
  /** What stood there when it began, kept for going back. */
  readonly kept: ReadonlyMap<string, FileState>;
  readonly force: boolean;
}

/** Why a path was not put back. */
interface Problem {
  readonly text: string;
  /** The system did not let it happen: it is still to be done. */
  readonly failed?: true;
}

/** Nothing is awaited between the last look at a path and its change. */
function apply(step: Step, moment: Moment, written?: Written): Problem | undefined {
  try {
    const text = change(step, moment, written);
    return text === undefined ? undefined : { text };
  } catch (error) {
    const text = `${step.path} stays as it is: ${reason(error)}.`;
    return REFUSED.has(codeOf(error) ?? "") ? { text, failed: true } : { text };
  }
}

/** Answers with why it stays. Throws what the file system says. */
function change(step: Step, { blobs, force, ...moment }: Moment, written?: Written): string | undefined {
  const { path, target } = step;
  const kept = moment.kept.get(path);
  if (kept?.kind === "lost" && !force) return `${path} stays: ${kept.why}, so that it could not be brought back.`;
  const now = blobs.stateOf(path, false);
  if (target.kind === "none") return kept && isChanged(now, kept) ? justChanged(path) : remove(path, now);
  using folder = HeldFolder.of(path, true);
  const name = basename(path);
  const problem = kept && isChanged(now, kept) ? justChanged(path) : clear(folder, step, now);
  if (problem !== undefined) {
    if (written) folder.discard(written.name);
    return problem;
  }
  if (target.kind === "folder") folder.putFolder(name, target.mode);
  else if (target.kind === "link") folder.putLink(name, target.target);
  else if (target.kind === "file") folder.put(written ?? writeNow(folder, target, blobs), name);
  return undefined;
}

function isChanged(now: FileState, kept: FileState): boolean {
  return kept.kind !== "lost" && !isSame(now, kept);
}

function justChanged(path: string): string {
  return `${path} stays: it has just changed.`;
}

/** Takes away what cannot be replaced in one step: a folder in a file's place, a file in a folder's. */
function clear(folder: HeldFolder, { path, target }: Step, now: FileState): string | undefined {
  const name = basename(path);
  if (now.kind === "folder" && target.kind !== "folder" && !folder.removeFolder(name)) {
    return `${path} stays: it is a folder now, and not empty.`;
  }
  if (target.kind === "folder" && now.kind !== "folder" && now.kind !== "none") folder.removeFile(name);
  return undefined;
}

/** Fails as it failed before, with the reason. */
function writeNow(folder: HeldFolder, target: FileState & { readonly kind: "file" }, blobs: Blobs): Written {
  const written = folder.write(blobs.read(target.hash)!, target);
  closeSync(written.fd);
  return written;
}

function remove(path: string, now: FileState): string | undefined {
  if (!look(dirname(path))) return undefined;
  using folder = HeldFolder.of(path, false);
  if (now.kind !== "folder") folder.removeFile(basename(path));
  else if (!folder.removeFolder(basename(path))) return `The folder ${path} stays: it is not empty.`;
  return undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "there is no permission to change it",
  EPERM: "there is no permission to change it",
  EROFS: "its file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a folder on the way to it is a file or a link now",
  ELOOP: "a folder on the way to it is a link now",
};

/** What the system says while something is in the way that may be gone later. */
const REFUSED: ReadonlySet<string> = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
  "EIO",
  "EMFILE",
  "ENFILE",
]);

function reason(error: unknown): string {
  return REASONS[codeOf(error) ?? ""] ?? messageOf(error).replace(/\.$/, "");
}
