import { execFile } from "node:child_process";
import { existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { childEnv } from "../../../schemas/child-env.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import { findProgram } from "../../../schemas/find-program.js";
import { QUIET_GIT, quietGitEnv } from "../../../schemas/quiet-git.js";
import type { Session } from "../../../schemas/session.js";
import type { Trusted } from "../../../schemas/trusted.js";

const PLACE = [".nacre", "worktrees"] as const;
const TIMEOUT = 120_000;
/** Beside what holds for every repository: a folder that merely looks like one is none. */
const QUIET = [...QUIET_GIT, "-c", "safe.bareRepository=explicit"];

/** Modes in which nothing is to be created. */
const READING: ReadonlySet<string> = new Set(["plan", "readOnly", "deny"]);

/** A copy of the sources that one agent works in. */
export interface Worktree {
  /** Where the agent works: the counterpart of its parent's working folder. */
  readonly cwd: string;
  /** Takes an unchanged copy away again; of a changed one, says where it is. */
  finish(): Promise<string | undefined>;
}

/**
 * Makes a git worktree on a branch of its own, at the commit that is checked out. Throws a UserError where there is no
 * repository, the folder is not trusted, or the permission mode lets nothing be written.
 */
export async function makeWorktree(kernel: KernelView, session: Session, id: string): Promise<Worktree> {
  const mode = (await kernel.service("permissions"))?.mode(session) ?? "default";
  if (READING.has(mode)) throw new UserError(`A worktree is not made in the permission mode "${mode}".`, EXIT.denied);
  const trusted = await (await kernel.service("trust"))?.of(session.root);
  if (!trusted) {
    throw new UserError(
      "A worktree is made only in a trusted folder: checking out runs what its repository configures.",
    );
  }
  return checkOut(trusted, kernel, session, id);
}

async function checkOut(_trusted: Trusted, kernel: KernelView, session: Session, id: string): Promise<Worktree> {
  const program = findProgram("git", kernel.env);
  if (program === undefined) throw new UserError("A worktree needs git, which is not there; install it.", EXIT.failed);
  const env = { ...childEnv(kernel.env, { sessionId: session.id }), ...quietGitEnv(kernel.env) };
  const git = (cwd: string, ...args: readonly string[]): Promise<string> => run({ program, cwd, env }, args);
  const top = realpathSync.native((await git(session.cwd, "rev-parse", "--show-toplevel")).trim());
  const base = (await git(top, "rev-parse", "HEAD")).trim();
  const short = id.slice(0, 8);
  const folder = join(top, ...PLACE);
  mkdirSync(folder, { recursive: true });
  const ignore = join(folder, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  const dir = join(folder, `agent-${short}`);
  const branch = `nacre/agent-${short}`;
  await alone(() => git(top, "worktree", "add", "-q", "-b", branch, dir, base));
  const inside = join(dir, relative(top, session.cwd));
  return {
    cwd: existsSync(inside) ? inside : dir,
    async finish() {
      const status = await git(dir, "status", "--porcelain");
      const head = (await git(dir, "rev-parse", "HEAD")).trim();
      if (status.trim() !== "" || head !== base) return `Its changes are in the worktree ${dir}, branch ${branch}.`;
      await alone(() => git(top, "worktree", "remove", "--force", dir));
      await alone(() => git(top, "branch", "-q", "-D", branch));
      return undefined;
    },
  };
}

let last: Promise<unknown> = Promise.resolve();

/** Agents begin together, and git's own records of its worktrees have one lock. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const next = last.then(work);
  last = next.catch(() => {});
  return next;
}

interface Start {
  readonly program: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

function run({ program, cwd, env }: Start, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      [...QUIET, ...args],
      { cwd, env, timeout: TIMEOUT, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const why = stderr.trim().split("\n").at(-1) || error.message;
        reject(new UserError(`A worktree cannot be had: git ${args[0] ?? ""} failed: ${why}`, EXIT.failed));
      },
    );
  });
}
