import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isWithin } from "../../../../schemas/is-within.js";
import { readPlain } from "./read-plain.js";
import { exists } from "./exists.js";

/** A repository whose data lies outside of the folder that is worked in. All paths are real. */
export interface RepositoryAround {
  /** The folder that is checked out. */
  readonly top: string;
  /** What all checkouts of the repository share: its commits, branches, settings and hooks. */
  readonly data: string;
  /** What this checkout has of its own in there, where it is a linked one. */
  readonly records?: string;
}

const MOST = 64 * 1024;

/**
 * The repository that a folder is part of, where committing from the folder means writing outside of it: a linked
 * worktree, a submodule, or a folder further down in a checkout. What a `.git` file says is believed only where the
 * place it names knows this very checkout. The user's home is nobody's enclosing repository.
 */
export function repositoryAround(folder: string, userHome: string): RepositoryAround | undefined {
  try {
    const top = topOf(folder);
    if (top === undefined || (top !== folder && isWithin(top, userHome))) return undefined;
    const git = join(top, ".git");
    const stat = lstatSync(git);
    if (stat.isDirectory()) return top !== folder && stat.uid === process.geteuid?.() ? { top, data: git } : undefined;
    return linkedBy(git);
  } catch {
    return undefined;
  }
}

/** Those of several folders. Where the data lies in one of them too, its other checkouts are worked in as well. */
export function repositoriesAround(folders: readonly string[], userHome: string): readonly RepositoryAround[] {
  return folders.flatMap((folder) => {
    const found = repositoryAround(folder, userHome);
    if (found === undefined) return [];
    const { top, data } = found;
    return folders.some((dir) => isWithin(dir, data)) ? [{ top, data }] : [found];
  });
}

/** The nearest folder with anything called `.git`. */
function topOf(folder: string): string | undefined {
  for (let dir = folder; ; dir = dirname(dir)) {
    if (exists(join(dir, ".git"))) return dir;
    if (dirname(dir) === dir) return undefined;
  }
}

/** Where a `.git` file leads, when that place names the file in turn. */
export function linkedBy(git: string): RepositoryAround | undefined {
  const top = realpathSync.native(dirname(git));
  const told = /^gitdir: (.+)$/m.exec(textOf(git))?.[1];
  if (told === undefined) return undefined;
  const place = realpathSync.native(resolve(top, told.trim()));
  if (basename(dirname(place)) === "worktrees") {
    const data = dirname(dirname(place));
    const isOf = realpathSync.native(resolve(place, textOf(join(place, "commondir")).trim())) === data;
    const isBack = sameFile(resolve(place, textOf(join(place, "gitdir")).trim()), git);
    return isOf && isBack && isRepository(data) ? { top, data, records: place } : undefined;
  }
  const work = /^\s*worktree\s*=\s*"?([^"\n]+)"?\s*$/m.exec(textOf(join(place, "config")))?.[1];
  const isBack = work !== undefined && realpathSync.native(resolve(place, work.trim())) === top;
  return isBack && isRepository(place) ? { top, data: place } : undefined;
}

function isRepository(folder: string): boolean {
  return ["HEAD", "objects", "refs"].every((name) => exists(join(folder, name)));
}

function sameFile(one: string, other: string): boolean {
  return realpathSync.native(one) === realpathSync.native(other);
}

function textOf(file: string): string {
  const read = readPlain(file, MOST);
  return read?.whole ? Buffer.from(read.text, "latin1").toString("utf8") : "";
}
