import { UserError } from "../../../schemas/errors.js";
import { QUIET_GIT, quietGitEnv } from "../../../schemas/quiet-git.js";
import type { Session } from "../../../schemas/session.js";
import type { Git } from "./git-program.js";
import { isOurs, look, type Repository } from "./repository.js";

/** Subcommands that show differences and could run a program to do so. */
const SHOWS_DIFFERENCES: ReadonlySet<string> = new Set(["diff", "log", "show", "whatchanged", "reflog"]);

/** What Git LFS puts into a repository of its own accord; without it every large file would seem changed. */
const LFS: ReadonlySet<string> = new Set(["git-lfs clean -- %f", "git-lfs smudge -- %f", "git-lfs filter-process"]);

/**
 * The same git, such that reading runs nothing that the repository names: no hook, filter, converter, signature
 * program or transport. Throws a UserError when there is no repository, or when it lies outside the session's folders.
 */
export async function forReading(git: Git, session: Session): Promise<Git> {
  const quiet: Git = {
    ...git,
    env: { ...git.env, ...quietGitEnv(git.env) },
  };
  const repository = await look(quiet, QUIET_GIT);
  if (!isOurs(repository, session.folders)) {
    throw new UserError(`The repository in ${repository.gitDir} lies outside the workspace: use Bash to read it.`);
  }
  return { ...quiet, env: { ...quiet.env, ...overrides(repository.settings) } };
}

/** The arguments of a reading call. */
export function readingArgs(subcommand: string, rest: readonly string[]): readonly string[] {
  const added: string[] = [];
  if (SHOWS_DIFFERENCES.has(subcommand)) added.push("--no-ext-diff", "--no-textconv");
  // Looking into a submodule would start a git of its own there, with that repository's settings.
  if (subcommand === "status" || subcommand === "diff") added.push("--ignore-submodules=dirty");
  // Without a revision and a terminal it would read standard input.
  const named = subcommand === "shortlog" && rest.every((arg) => arg.startsWith("-")) ? ["HEAD"] : [];
  const place = subcommand === "reflog" && rest[0] === "show" ? 1 : 0;
  return [...QUIET_GIT, subcommand, ...rest.slice(0, place), ...added, ...named, ...rest.slice(place)];
}

/** Takes the programs out of a repository's filters and converters, whose names only it knows. */
function overrides(settings: Repository["settings"]): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  let count = 0;
  const set = (key: string, value: string): void => {
    env[`GIT_CONFIG_KEY_${count}`] = key;
    env[`GIT_CONFIG_VALUE_${count++}`] = value;
  };
  for (const [key, value] of settings) {
    if (/^filter\..*\.(clean|smudge|process)$/s.test(key) && !LFS.has(value)) set(key, "");
    else if (/^filter\..*\.required$/s.test(key)) set(key, "false");
    else if (/^diff\..*\.textconv$/s.test(key)) set(key, "cat");
  }
  return { ...env, GIT_CONFIG_COUNT: String(count) };
}
