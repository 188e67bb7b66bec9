import { spawn } from "node:child_process";
import { delimiter, isAbsolute } from "node:path";
import { childEnv } from "../../../../schemas/child-env.js";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import { forgetGroup, MARK, markOf, watchGroup } from "../../../../schemas/orphans.js";
import type { Progress } from "../progress.js";
import { findProgram, safePath } from "../../../../schemas/find-program.js";

/** How git is run for one command line. */
export interface Git {
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly progress?: Progress;
  readonly timeout: number;
}

/** Nothing that a repository or its server says is run, asked or followed. */
const HOSTILE: readonly string[] = `
  core.hooksPath=/dev/null core.fsmonitor=false core.pager=cat core.editor=false core.askPass= core.symlinks=false
  core.alternateRefsCommand=false core.sshCommand= submodule.recurse=false fetch.recurseSubmodules=false gc.auto=0
  maintenance.auto=false credential.interactive=false protocol.ext.allow=never transfer.bundleURI=false
  fetch.writeCommitGraph=false uploadpack.packObjectsHook= safe.bareRepository=all
`
  .trim()
  .split(/\s+/)
  .flatMap((setting) => ["-c", setting]);

/** What the user's own credential helper may need; git asks it for the address at hand alone. */
const TOKENS: readonly string[] = ["GH_TOKEN", "GITHUB_TOKEN", "GITLAB_TOKEN"];

const MOST_SAID = 64 * 1024;
const MOST_READ = 64 * 1024 * 1024;

/** The git program with the environment for repositories of strangers. Throws a UserError when there is none. */
export function findGit(env: Readonly<Record<string, string | undefined>>, progress?: Progress): Git {
  const path = safePath(env);
  const program = findProgram("git", env);
  if (program === undefined) throw new UserError("git is needed for this and was not found; install it.", EXIT.failed);
  const clean = childEnv(env, { sessionId: "", secrets: TOKENS });
  for (const name of Object.keys(clean)) if (/^(GIT|SSH_ASKPASS|LD|DYLD|NACRE|CLAUDE)_/.test(name)) delete clean[name];
  const timeout = Number(env["NACRE_PLUGIN_GIT_TIMEOUT_MS"]) || 300_000;
  return {
    program,
    timeout,
    ...(progress && { progress }),
    env: {
      ...clean,
      PATH: path.join(delimiter),
      LC_ALL: "C",
      GIT_TERMINAL_PROMPT: "0",
      GIT_ASKPASS: "",
      SSH_ASKPASS_REQUIRE: "never",
      GCM_INTERACTIVE: "never",
      GIT_SSH_COMMAND: "ssh -oBatchMode=yes",
      GIT_ALLOW_PROTOCOL: "none",
      GIT_LFS_SKIP_SMUDGE: "1",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_ATTR_NOSYSTEM: "1",
    },
  };
}

/** The same git, which may use the one transport that an address names: no redirect leads to a weaker one. */
export function gitFor(git: Git, url: string): Git {
  const [, scheme] = /^([a-z]+):\/\//.exec(url) ?? [];
  const transport = scheme ?? (isAbsolute(url) ? "file" : "ssh");
  return { ...git, env: { ...git.env, GIT_ALLOW_PROTOCOL: transport } };
}

export interface GitCall {
  readonly input?: string;
  /** Called now and then with true when it goes on for too long or grows too large. */
  readonly exceeds?: () => string | undefined;
  /** Takes what git writes instead of keeping it. */
  readonly onOutput?: (stdout: AsyncIterable<Buffer>) => Promise<void>;
}

/** Runs git. Resolves with what it wrote; rejects with a UserError that holds the last thing it said. */
export async function runGit(git: Git, args: readonly string[], call: GitCall = {}): Promise<Buffer> {
  const child = spawn(git.program, ["--no-pager", ...HOSTILE, ...args], {
    env: { ...git.env, [MARK]: markOf() },
    // Not where the session is: the configuration of a repository there would count for commands about addresses.
    cwd: "/",
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own, with the programs that fetch for it.
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) watchGroup(pid);
  let why: string | undefined;
  let said = "";
  const stop = (sentence: string): void => {
    why ??= sentence;
    endGroup(pid, "SIGTERM");
    setTimeout(() => endGroup(pid, "SIGKILL"), 2000).unref();
  };
  const deadline = setTimeout(() => stop(`it took more than ${git.timeout / 1000} s`), git.timeout);
  const watch = setInterval(() => {
    const sentence = call.exceeds?.();
    if (sentence !== undefined) stop(sentence);
  }, 200);
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    said = (said + part).slice(-MOST_SAID);
    git.progress?.show(part.split(/[\r\n]+/).findLast((line) => line.trim() !== "") ?? "");
  });
  child.stdin.on("error", () => undefined).end(call.input ?? "");
  const ended = new Promise<number | null>((done, fail) => void child.on("close", done).on("error", fail));
  try {
    const read = (call.onOutput?.(child.stdout) ?? kept(child.stdout, stop)).catch((error: unknown) => {
      stop("what it wrote was refused");
      throw error;
    });
    const [output, code] = await Promise.all([read, ended]);
    if (why !== undefined || code !== 0) throw new UserError(`git failed: ${why ?? lastLine(said)}.`, EXIT.failed);
    return output ?? Buffer.alloc(0);
  } finally {
    clearTimeout(deadline);
    clearInterval(watch);
    if (pid !== undefined) forgetGroup(pid);
  }
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // All of it has ended.
  }
}

async function kept(stdout: AsyncIterable<Buffer>, stop: (why: string) => void): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stdout) {
    length += part.length;
    if (length > MOST_READ) stop("it listed too much");
    else parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The line that says what is wrong: the last that git marks so, else the last one. */
function lastLine(said: string): string {
  const lines = said.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  const line =
    lines.findLast((one) => /^(fatal|error|remote: error):/i.test(one)) ?? lines.at(-1) ?? "it gave no reason";
  return line.replace(/^(fatal|error): /, "").replace(/\.$/, "");
}
