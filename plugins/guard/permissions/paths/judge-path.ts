import { lstatSync, readdirSync, readlinkSync, realpathSync, type Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { codeOf } from "../../../../schemas/errors.js";
import { isWithin } from "../../../../schemas/is-within.js";
import { secretPart } from "../../../../schemas/secret-names.js";
import { linkStatOf } from "../../../../schemas/stat-of.js";
import { protectedPart } from "../../protected-names.js";
import { remembered } from "./remembered.js";

/** What paths are judged against. */
export interface Place {
  /** Where relative paths start. */
  readonly cwd: string;
  readonly home: string;
  /** Real paths of the folders that belong to the workspace. */
  readonly folders: readonly string[];
  /** The shell's own folder, protected whatever its name is. */
  readonly own: string;
}

export interface JudgedPath {
  /** As it was given. */
  readonly given: string;
  /** Every object the path can mean: as written, and with all links resolved. At least one. */
  readonly candidates: readonly string[];
  /** Where a tool that normalises it and replaces a leading `~/` ends up; undefined where that cannot be told. */
  readonly real?: string;
  /** All of them are in the workspace. */
  readonly inside: boolean;
  /** What stands in the way of knowing where it leads. */
  readonly problem?: string;
  /** The name that protects it from being written. */
  readonly protectedBy?: string;
  /** What a rule has to name to let it be read. */
  readonly secret?: readonly string[];
  /** Other names of the same file, which say that it holds secrets. */
  readonly twins?: readonly string[];
}

const MAX_PATH = 4096;
/** C0, DEL and C1. */
const CONTROL = /[^ -~\u00a0-\uffff]/;
const MAX_LINKS = 40;

/**
 * Judges where a path leads, as written and as resolved. What cannot be resolved is a `problem` and never inside.
 * `tilde` says that whoever uses the path replaces a leading `~/` by the home folder; otherwise both readings count.
 */
export function judgePath(given: string, place: Place, tilde = false): JudgedPath {
  const key = `path ${place.cwd}\n${place.home}\n${String(tilde)} ${given}`;
  return remembered(place, key, () => judgeOnce(given, place, tilde));
}

function judgeOnce(given: string, place: Place, tilde: boolean): JudgedPath {
  const unusable = unusableName(given);
  if (unusable !== undefined) return { given, candidates: [resolve(place.cwd)], inside: false, problem: unusable };
  const candidates = new Set<string>();
  let problem: string | undefined;
  let end: string | undefined;
  for (const reading of readings(given, place, tilde)) {
    const lexical = resolve(reading);
    candidates.add(lexical);
    // With `..` after a link the system and the text disagree: both places count.
    for (const path of reading.includes("..") ? [lexical, reading] : [lexical]) {
      const real = realOf(path);
      if (path === lexical) end = real.path;
      if (real.path !== undefined) candidates.add(real.path);
      problem ??= real.problem;
    }
  }
  const paths = [...candidates];
  const inside = problem === undefined && paths.every((path) => place.folders.some((dir) => isWithin(dir, path)));
  const twins = end === undefined ? [] : secretTwins(end, place.folders);
  const secret = first([...paths, ...twins], secretPart);
  const protectedBy = first(paths, (path) => (isWithin(place.own, path) ? place.own : protectedPart(path)));
  return {
    given,
    candidates: paths,
    ...(end !== undefined && { real: end }),
    inside,
    ...(problem !== undefined && { problem }),
    ...(protectedBy !== undefined && { protectedBy }),
    ...(secret && { secret }),
    ...(twins.length > 0 && { twins }),
  };
}

/** Entries of one folder that are compared at most. */
const MOST_ENTRIES = 1_000;

/** Other names of the same file, beside it or at the top of the workspace, by which it holds secrets. */
function secretTwins(path: string, folders: readonly string[]): readonly string[] {
  const stat = linkStatOf(path);
  if (!stat?.isFile() || stat.nlink < 2) return [];
  return [...new Set([dirname(path), ...folders])].flatMap((folder) =>
    namesIn(folder)
      .map((name) => join(folder, name))
      .filter((other) => other !== path && secretPart(other) && isSame(stat, linkStatOf(other))),
  );
}

const isSame = (one: Stats, other: Stats | undefined): boolean => one.ino === other?.ino && one.dev === other.dev;

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).slice(0, MOST_ENTRIES);
  } catch {
    return [];
  }
}

function first<T>(paths: readonly string[], find: (path: string) => T | undefined): T | undefined {
  for (const path of paths) {
    const found = find(path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unusableName(given: string): string | undefined {
  if (given.length > MAX_PATH) return `the path is longer than ${MAX_PATH} characters`;
  return CONTROL.test(given) ? "the path contains a control character" : undefined;
}

function readings(given: string, { cwd, home }: Place, tilde: boolean): readonly string[] {
  const literal = given.startsWith("/") ? given : `${cwd}/${given}`;
  if (given !== "~" && !given.startsWith("~/")) return [literal];
  const expanded = `${home}${given.slice(1)}`;
  return tilde ? [expanded] : [literal, expanded];
}

interface Real {
  readonly path?: string;
  readonly problem?: string;
}

/** Resolves every link of a path; of one that does not exist yet, those of its nearest existing folder. */
function realOf(path: string, links = 0): Real {
  try {
    return { path: realpathSync.native(path) };
  } catch (error) {
    const code = codeOf(error);
    if (code !== "ENOENT" && code !== "ENOTDIR") return { problem: `the path cannot be resolved (${code})` };
  }
  const parent = dirname(path);
  if (parent === path) return { path };
  const above = realOf(parent, links);
  if (above.path === undefined) return above;
  const full = join(above.path, basename(path));
  const target = linkTarget(full);
  if (target === undefined) return { path: full, ...(above.problem !== undefined && { problem: above.problem }) };
  if (links >= MAX_LINKS) return { problem: "the path goes through too many links" };
  const { path: end } = realOf(resolve(above.path, target), links + 1);
  return { ...(end !== undefined && { path: end }), problem: "the path is a link to something that does not exist" };
}

/** Where a link leads that leads nowhere. */
function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}
