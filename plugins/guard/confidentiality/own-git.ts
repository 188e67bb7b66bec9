import { execFile } from "node:child_process";
import type { KernelView } from "../../../core/types.js";
import { findProgram } from "../../../schemas/find-program.js";
import { QUIET_GIT, quietGitEnv } from "../../../schemas/quiet-git.js";

const TIMEOUT = 20_000;
/** Bytes of a difference that are looked through. */
const MOST_DIFF = 8 * 1024 * 1024;

/** What git printed. */
export interface GitText {
  readonly text: string;
  /** It had more to say than is looked through, or took too long. */
  readonly partial: boolean;
}

/** Runs git without running anything the repository names. Undefined where it fails. */
export function readGit(kernel: KernelView, cwd: string, args: readonly string[]): Promise<GitText | undefined> {
  const file = findProgram("git", kernel.env);
  if (file === undefined) return Promise.resolve(undefined);
  const { HOME } = kernel.env;
  const env = { ...quietGitEnv(kernel.env), ...(HOME !== undefined && { HOME }), LC_ALL: "C" };
  const options = { cwd, env, timeout: TIMEOUT, maxBuffer: MOST_DIFF };
  return new Promise((done) => {
    execFile(file, [...QUIET_GIT, ...args], options, (error, stdout) => {
      const partial =
        error !== null && (error.killed === true || error.code === ("ERR_CHILD_PROCESS_STDIO_MAXBUFFER" as never));
      done(error && !partial ? undefined : { text: stdout, partial });
    });
  });
}
