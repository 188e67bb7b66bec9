import { readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { UserError } from "../../../../schemas/errors.js";
import { Git } from "../../quiet-git.js";
import { isForeign, type Layout } from "./paths.js";

/** What happened to a file. */
export interface Change {
  readonly path: string;
  /** It was not there before. */
  readonly isNew: boolean;
  readonly isGone: boolean;
  /** Lines that are new, from 1; all when absent. */
  readonly lines?: ReadonlySet<number>;
}

/** The files of a project. */
export interface Tree {
  readonly root: string;
  /** Below the root, with "/". Files that git ignores are left out. */
  readonly files: readonly string[];
  /** What differs; absent when everything is looked at. */
  readonly changes?: readonly Change[];
}

const MOST_FILES = 100_000;

type Env = Readonly<Record<string, string | undefined>>;

/** All files, or with `since` what differs from a revision. Throws a UserError. */
export async function treeOf(project: string, env: Env, since: string | undefined): Promise<Tree> {
  const top = await topOf(project, env);
  if (top === undefined) {
    if (since !== undefined)
      throw new UserError(`--diff: ${project} is no git repository; check all files without it.`);
    return { root: project, files: walk(project) };
  }
  const git = new Git(top, env);
  const listed = await git.read("ls-files", "-z", "--cached", "--others", "--exclude-standard");
  const files = [...new Set(namesIn(listed))].slice(0, MOST_FILES);
  return { root: top, files, ...(since !== undefined && { changes: await changesSince(git, since) }) };
}

/** Folders of a tree, for telling places from other words. */
export function layoutOf({ files }: Tree): Layout {
  const folders = new Set<string>();
  for (const file of files) {
    for (let dir = posix.dirname(file); dir !== "." && !folders.has(dir); dir = posix.dirname(dir)) folders.add(dir);
  }
  return { folders, folderNames: new Set([...folders].map((dir) => posix.basename(dir))) };
}

async function topOf(project: string, env: Env): Promise<string | undefined> {
  try {
    return await new Git(project, env).top();
  } catch {
    return undefined;
  }
}

async function changesSince(git: Git, since: string): Promise<readonly Change[]> {
  const from = await revision(git, since);
  const options = ["--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--no-renames"];
  const raw = (await git.read("diff", ...options, "--raw", "-z", from, "--")).split("\0");
  const text = await git.read("diff", ...options, "--unified=0", "--no-color", from, "--");
  const sections = text.split(/^diff --git .*$/m).slice(1);
  const changes: Change[] = [];
  for (let place = 0; place + 1 < raw.length; place += 2) {
    const status = raw[place]!.at(-1);
    const section = sections[place / 2] ?? "";
    const change = { path: raw[place + 1]!, isNew: status === "A", isGone: status === "D" };
    changes.push(change.isNew ? change : { ...change, lines: addedIn(section) });
  }
  const others = namesIn(await git.read("ls-files", "-z", "--others", "--exclude-standard"));
  return [...changes, ...others.slice(0, MOST_FILES).map((path): Change => ({ path, isNew: true, isGone: false }))];
}

/** The lines that hunk headers name as new: `@@ -3,0 +4,2 @@` are 4 and 5. */
function addedIn(section: string): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const [, first, count = "1"] of section.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)) {
    for (let line = 0; line < Number(count); line++) lines.add(Number(first) + line);
  }
  return lines;
}

/** A commit, or the tree of nothing in a repository without any. `a...b` is where both parted. */
async function revision(git: Git, since: string): Promise<string> {
  const [one, other] = since.split("...");
  if (other !== undefined)
    return (
      await git.read("merge-base", await revision(git, one || "HEAD"), await revision(git, other || "HEAD"))
    ).trim();
  if (since.startsWith("-") || since.includes(".."))
    throw new UserError(`--diff=${since}: give one revision, such as main, or main...HEAD.`);
  try {
    return (await git.read("rev-parse", "--verify", "--quiet", "--end-of-options", `${since}^{commit}`)).trim();
  } catch {
    if (since === "HEAD") return (await git.read("hash-object", "-t", "tree", "/dev/null")).trim();
    throw new UserError(`--diff=${since}: there is no such revision.`);
  }
}

function namesIn(list: string): string[] {
  return list.split("\0").filter((name) => name !== "");
}

function walk(root: string): readonly string[] {
  const files: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (files.length >= MOST_FILES || isForeign(`${path}/`)) continue;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) files.push(path);
    }
  };
  visit("");
  return files;
}
