import { existsSync, lstatSync, readdirSync, readFileSync, statSync, type Dirent } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { isWithin } from "../../../../schemas/is-within.js";
import type { Place } from "../paths/judge-path.js";
import { secretPart } from "../../../../schemas/secret-names.js";
import { remembered } from "../paths/remembered.js";
import { linkStatOf } from "../../../../schemas/stat-of.js";
import { matcher } from "./glob-names.js";
import { repositoryRoot } from "./git.js";
import { entriesOf } from "./git-index.js";
import { isOdd, offence } from "./name-offence.js";
import { ANY, anything, MOST_TEXTS, NOTHING, texts, type Value } from "./value.js";

const MAX_INDEX = 4 * 1024 * 1024;
const MAX_FILES = 10_000;

/** The names of the files that git tracks below a folder, seen from it: those that fit one of the patterns. */
export function trackedNames(cwd: string, place: Place, patterns: readonly string[] = []): Value {
  return remembered(place, `tracked ${JSON.stringify([cwd, patterns])}`, () => tracked(cwd, place, patterns));
}

function tracked(cwd: string, place: Place, patterns: readonly string[]): Value {
  const wanted = patterns.map(matcher);
  const git = gitFolder(cwd);
  const index = git && join(git, "index");
  if (index === undefined || /objectformat/i.test(text(join(git!, "config")) ?? "objectformat")) return ANY;
  const stat = lstatSync(index, { throwIfNoEntry: false });
  if (!stat) return NOTHING;
  const entries = !stat.isFile() || stat.size > MAX_INDEX ? undefined : entriesOf(readFileSync(index));
  if (!entries || entries.length > MAX_FILES) return ANY;
  const root = dirname(git!);
  const above = cwd === root ? "" : `${relative(root, cwd)}/`;
  const isPlain = place.folders.some((dir) => isWithin(dir, cwd)) && !secretPart(cwd);
  const folders = new Map<string, ReadonlySet<string>>();
  for (const { name: full, isLink } of entries) {
    const name = full.slice(above.length);
    if (!full.startsWith(above) || (wanted.length > 0 && !wanted.some((one) => one(basename(name))))) continue;
    if (LEADS_OUT.test(full)) return anything(`${JSON.stringify(full)} among its files leads out of it`);
    const parent = dirname(name);
    for (let dir = parent; !folders.has(dir); dir = dirname(dir)) {
      if (dir !== "." && linkStatOf(join(cwd, dir))?.isSymbolicLink()) return anything(`${dir} is a link`);
      folders.set(dir, linksIn(join(cwd, dir)));
    }
    const links = isLink || folders.get(parent)!.has(basename(name));
    if (isPlain && !links && !isOdd(name) && !secretPart(name)) continue;
    const why = offence(name, cwd, place, links);
    if (why !== undefined) return anything(why);
  }
  return { kind: "names", base: cwd, sample: cwd };
}

/** Names that git itself would never make. */
const LEADS_OUT = /^\/|(?:^|\/)\.{0,2}(?:\/|$)/;

/** The names of the links in a folder. */
function linksIn(dir: string): ReadonlySet<string> {
  return new Set(listOf(dir).flatMap((entry) => (entry.isSymbolicLink() ? entry.name : [])));
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
