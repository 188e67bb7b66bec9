import { execFile } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import { isWithin } from "../../../schemas/is-within.js";
import type { Git } from "./git-program.js";

/** Milliseconds for a look at the repository's own facts. */
const LOOK = 10_000;

/** Where a repository lies, as the system sees it, and what it says itself. */
export interface Repository {
  readonly gitDir: string;
  /** Where objects and branches are; differs from `gitDir` in a linked work tree. */
  readonly commonDir: string;
  /** Root of the work tree. Absent in a bare repository. */
  readonly top?: string;
  /** The repository's own settings. */
  readonly settings: readonly (readonly [key: string, value: string])[];
}

/** Looks at the repository around a folder. Throws a UserError in git's own words when there is none. */
export async function look(git: Git, quiet: readonly string[]): Promise<Repository> {
  const [place, list] = await Promise.all([
    output(git, ["rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--show-toplevel"]),
    output(git, [...quiet, "config", "--list", "--show-scope", "-z"]),
  ]);
  const [gitDir, commonDir, top] = place.stdout.split("\n");
  if (!gitDir || !commonDir) throw new UserError(firstLine(place.stderr) || "Git could not tell the repository.");
  if (list.failed) throw new UserError(firstLine(list.stderr) || "Git could not read the repository's settings.");
  return {
    gitDir: realpathSync.native(gitDir),
    commonDir: realpathSync.native(commonDir),
    ...(top && { top: realpathSync.native(top) }),
    settings: settingsIn(list.stdout),
  };
}

/** Entries are `scope NUL key LF value NUL`; a key may hold any character but these. */
function settingsIn(list: string): readonly (readonly [string, string])[] {
  const fields = list.split("\0");
  const settings: [string, string][] = [];
  for (let field = 0; field + 1 < fields.length; field += 2) {
    if (fields[field] !== "local" && fields[field] !== "worktree") continue;
    const [key = "", ...value] = fields[field + 1]!.split("\n");
    settings.push([key, value.join("\n")]);
  }
  return settings;
}

/**
 * What a project says about where its history lies is not taken at its word: it could name a private repository
 * elsewhere. One that lies outside the folders is ours when it holds them, or names the work tree in turn.
 */
export function isOurs(repository: Repository, folders: readonly string[]): boolean {
  const { gitDir, commonDir, top, settings } = repository;
  const inFolders = (path: string): boolean => folders.some((folder) => isWithin(folder, path));
  const isWhole = commonDir === gitDir || inFolders(commonDir);
  const keepsToItself = storesIn(commonDir).every((store) => isWithin(commonDir, store) || inFolders(store));
  if (!keepsToItself) return false;
  if (top === undefined || (inFolders(top) && inFolders(gitDir))) return inFolders(gitDir) && isWhole;
  if (isLinkedBack(gitDir, top)) return inFolders(top) || folders.some((folder) => isWithin(top, folder));
  if (inFolders(top)) return isWhole && settings.some(([key]) => key === "core.worktree");
  return isWhole && gitDir === join(top, ".git") && folders.some((folder) => isWithin(top, folder));
}

/** A linked work tree: its administrative folder, out of the project's reach, names it. */
function isLinkedBack(gitDir: string, top: string): boolean {
  try {
    const link = readFileSync(join(gitDir, "gitdir"), "utf8").trim();
    return isAbsolute(link) && realpathSync.native(dirname(link)) === top;
  } catch {
    return false;
  }
}

/** Real paths of where a repository keeps objects and branches, those it borrows from others included. */
function storesIn(commonDir: string): readonly string[] {
  const objects = join(commonDir, "objects");
  const stores = [objects, join(commonDir, "refs")];
  try {
    const lines = readFileSync(join(objects, "info", "alternates"), "utf8").split("\n");
    stores.push(...lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => resolve(objects, line)));
  } catch {
    // It borrows from nobody.
  }
  return stores.map((store) => {
    try {
      return realpathSync.native(store);
    } catch {
      return commonDir;
    }
  });
}

interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly failed: boolean;
}

function output({ file, cwd, env }: Git, args: readonly string[]): Promise<Answer> {
  return new Promise((done) => {
    const options = { cwd, env, timeout: LOOK, maxBuffer: 8 * 1024 * 1024 };
    execFile(file, args, options, (error, stdout, stderr) => done({ stdout, stderr, failed: error !== null }));
  });
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!.replace(/^fatal: /, "");
}
