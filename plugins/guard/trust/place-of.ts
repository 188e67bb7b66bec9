import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Whose word counts for a folder. Computed from where things really are, never from what a repository says of itself. */
export interface Place {
  /** The folder that was asked about. */
  readonly folder: string;
  /** Root of the repository it lies in; the folder itself outside of one. */
  readonly root: string;
  /** What trust is kept under: the root, and for a worktree the main checkout that knows it. */
  readonly key: string;
  readonly isRepository: boolean;
}

const MOST = 4096;

/** Undefined for what is no folder that can be reached. */
export function placeOf(path: string): Place | undefined {
  try {
    const folder = realpathSync.native(path);
    const root = repositoryOf(folder);
    if (root === undefined) return { folder, root: folder, key: folder, isRepository: false };
    return { folder, root, key: mainCheckoutOf(root) ?? root, isRepository: true };
  } catch {
    return undefined;
  }
}

/** The nearest folder with anything called `.git`, whatever it is: what lies in there is not what lies around it. */
function repositoryOf(folder: string): string | undefined {
  for (let dir = folder; ; dir = dirname(dir)) {
    if (lstatSync(join(dir, ".git"), { throwIfNoEntry: false })) return dir;
    if (dirname(dir) === dir) return undefined;
  }
}

/**
 * The checkout that a worktree belongs to. A `.git` file can say anything, so it is believed only where the checkout it
 * names knows the worktree by this very place.
 */
function mainCheckoutOf(root: string): string | undefined {
  const told = /^gitdir: (.+)$/m.exec(smallFile(join(root, ".git")) ?? "")?.[1];
  const records = told === undefined ? undefined : resolve(root, told.trim());
  if (records === undefined || basename(dirname(records)) !== "worktrees") return undefined;
  const git = dirname(dirname(records));
  if (basename(git) !== ".git" || !lstatSync(git, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const back = smallFile(join(records, "gitdir"))?.trim();
  if (back === undefined || basename(back) !== ".git") return undefined;
  const known = realpathSync.native(dirname(resolve(records, back)));
  return known === root ? realpathSync.native(dirname(git)) : undefined;
}

function smallFile(file: string): string | undefined {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats?.isFile() && stats.size <= MOST ? readFileSync(file, "utf8") : undefined;
}
