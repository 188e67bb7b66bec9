import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { realPath } from "../../../../schemas/real-path.js";
import { trackedRepositories } from "./git-index.js";

/** Repositories that belong to another one. */
export interface Submodules {
  /** The names, from the top of the working tree, of those that are there: git looks into them. */
  readonly there: readonly string[];
  /** The folders in which it keeps them all, those that are not there now as well. */
  readonly kept: readonly string[];
}

const MOST_FOLDERS = 500;

/** Where a repository has its settings. */
export interface Repository {
  /** The folder of the working tree's own: the repository's, or one of its `worktrees`. */
  readonly own: string;
  readonly dir: string;
  /** The top of the working tree. */
  readonly root: string;
}

/** The repositories that git can look into while it reads this one. Undefined where that is not certain. */
export function submodulesOf({ own, dir, root }: Repository): Submodules | undefined {
  const there = trackedRepositories(own, root);
  const kept: string[] = [];
  const budget = { left: MOST_FOLDERS };
  const known = [...new Set([own, dir])].every((one) => gather(join(one, "modules"), kept, budget));
  const real = realPath(root);
  // A link would lead to a repository elsewhere.
  const lie = there?.every((name) => real !== undefined && realPath(join(root, name)) === join(real, name));
  return there && known && lie ? { there, kept } : undefined;
}

/** Whether all of a folder of repositories, whose names can have slashes, was seen. */
function gather(folder: string, found: string[], budget: { left: number }): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (!stat) return true;
  if (!stat.isDirectory() || budget.left-- <= 0) return false;
  const names = readdirSync(folder);
  const isRepository = names.some((name) => /^(?:HEAD|config|objects)$/i.test(name));
  if (isRepository) found.push(folder);
  return (isRepository ? ["modules"] : names).every((name) => gather(join(folder, name), found, budget));
}
