import { execFile } from "node:child_process";
import type { KernelView } from "../../../core/types.js";
import { childEnv } from "../../../schemas/child-env.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Session } from "../../../schemas/session.js";

/** No hooks, no watcher, no locks: looking changes nothing and runs nothing of the repository's. */
const LOOKING = ["--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];

/** Looks at a repository in a folder. Throws a UserError when git does not answer. */
export function look(kernel: KernelView, session: Session, cwd: string, args: readonly string[]): Promise<string> {
  const env = { ...childEnv(kernel.env, { sessionId: session.id }), GIT_LITERAL_PATHSPECS: "0" };
  const options = { cwd, env, timeout: 30_000, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile("git", [...LOOKING, ...args], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const why = stderr.trim().split("\n")[0] || error.message;
      reject(new UserError(`git ${args[0] ?? ""} failed: ${why}`, EXIT.failed));
    });
  });
}
