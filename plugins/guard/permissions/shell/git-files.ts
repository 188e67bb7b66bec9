import { existsSync, lstatSync, readdirSync, readFileSync, statSync, type Dirent } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { isWithin, type Place } from "../paths/judge-path.js";
import { linkStatOf } from "../paths/stat-of.js";
import { matcher } from "./glob-names.js";
import { repositoryRoot } from "./git.js";
import { entriesOf } from "./git-index.js";
import { offence } from "./name-offence.js";
import { ANY, anything, MOST_TEXTS, NOTHING, texts, type Value } from "./value.js";

const MAX_INDEX = 4 * 1024 * 1024;
const MAX_FILES = 10_000;

/** The names of the files that git tracks below a folder, seen from it: those that fit one of the patterns. */
export function trackedNames(cwd: string, place: Place, patterns: readonly string[] = []): Value {
  const wanted = patterns.map(matcher);
  const git = gitFolder(cwd);
  const index = git && join(git, "index");
  if (index === undefined || /objectformat/i.test(text(join(git!, "config")) ?? "objectformat")) return ANY;
  const stat = lstatSync(index, { throwIfNoEntry: false });
  if (!stat) return NOTHING;
  const entries = !stat.isFile() || stat.size > MAX_INDEX ? undefined : entriesOf(readFileSync(index));
  if (!entries || entries.length > MAX_FILES) return ANY;
  const folders = new Set<string>();
  const root = dirname(git!);
  for (const { name, isLink } of entries) {
    const path = join(root, name);
    if (!isWithin(cwd, path)) continue;
    if (wanted.length > 0 && !wanted.some((one) => one(basename(name)))) continue;
    const why = offence(relative(cwd, path), cwd, place, isLink || undefined);
    if (why !== undefined) return anything(why);
    for (let dir = dirname(path); dir !== cwd && !folders.has(dir); dir = dirname(dir)) {
      folders.add(dir);
      if (linkStatOf(dir)?.isSymbolicLink()) return anything(`${dir} is a link`);
    }
  }
  return { kind: "names", base: cwd, sample: cwd };
}

/** The name of the branch that is checked out; nothing where none is. */
export function currentBranch(cwd: string, detached: string): Value {
  const git = gitFolder(cwd);
  const file = git && join(git, "HEAD");
  const isLink = file === undefined || linkStatOf(file)?.isSymbolicLink();
  const head = isLink || existsSync(join(git!, "reftable")) ? undefined : text(file!);
  if (head === undefined) return ANY;
  const name = /^ref: refs\/heads\/([^\s]+)\n?$/.exec(head)?.[1];
  return texts(name ?? detached);
}

/** The names of all branches, or of all tags. */
export function refNames(cwd: string, kind: "heads" | "tags"): Value {
  const git = gitFolder(cwd);
  if (git === undefined || existsSync(join(git, "reftable"))) return ANY;
  const found: string[] = [];
  const base = join(git, "refs", kind);
  const open = [base];
  for (let dir = open.pop(); dir !== undefined; dir = open.pop()) {
    for (const entry of listOf(dir)) {
      const path = join(dir, entry.name);
      if (entry.isSymbolicLink()) return ANY;
      if (entry.isDirectory()) open.push(path);
      else found.push(relative(base, path));
    }
    if (found.length + open.length > MOST_TEXTS) return ANY;
  }
  for (const line of (text(join(git, "packed-refs")) ?? "").split("\n")) {
    const name = /^[0-9a-f]+ refs\/(heads|tags)\/(.+)$/.exec(line);
    if (name?.[1] === kind) found.push(name[2]!);
  }
  return texts(...found);
}

function gitFolder(cwd: string): string | undefined {
  const root = repositoryRoot(cwd);
  const git = root === undefined ? undefined : join(root, ".git");
  const isPlain = git !== undefined && lstatSync(git).isDirectory() && !existsSync(join(git, "commondir"));
  return isPlain ? git : undefined;
}

function text(path: string): string | undefined {
  try {
    const stat = statSync(path);
    return !stat.isFile() || stat.size > MAX_INDEX ? undefined : readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function listOf(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}
