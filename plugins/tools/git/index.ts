import { realpathSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import { isWithin } from "../../../schemas/is-within.js";
import type { Session } from "../../../schemas/session.js";
import { statOf } from "../../../schemas/stat-of.js";
import type { Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { childEnv } from "../../../schemas/child-env.js";
import { findProgram } from "../../../schemas/find-program.js";
import { Processes } from "../process.js";
import { runProgram, toolOutput } from "../run-program.js";
import { classify } from "./classify.js";
import type { Git } from "./git-program.js";
import { forReading, readingArgs } from "./own-call.js";

/** Milliseconds for a call that reads, and for one that may copy a repository or run its hooks. */
const READING = 30_000;
const OTHERS = 300_000;

/** Exit code 1 of these is an answer. */
const COMPARING: ReadonlySet<string> = new Set(["diff", "grep"]);

interface Input {
  readonly args: readonly string[];
  readonly cwd?: string;
}

const setup: Setup = (ctx) => {
  const processes = new Processes();
  const { env, home } = ctx.kernel;

  async function run({ args, cwd: folder = "." }: Input, context: ToolContext): Promise<ToolOutput> {
    const { session } = context;
    const { subcommand, rest, reads } = classify(args);
    const cwd = folderOf(resolve(session.cwd, folder));
    const pass = ctx.settings["pass_env"] as readonly string[];
    const plain: Git = { file: gitProgram(env), cwd, env: childEnv(env, { sessionId: session.id, pass }) };
    if (reads) for (const path of [cwd, ...pathsIn(rest, cwd)]) mustBeInside(path, session);
    const git = reads ? await forReading(plain, session) : plain;
    const program = { ...git, args: reads ? readingArgs(subcommand, rest) : args };
    const timeout = reads ? READING : OTHERS;
    const finished = await runProgram(program, { processes, context, home, label: "git", timeout });
    const isSilent = finished.output.stream("stderr") === "";
    const isAnswer = finished.code === 1 && (COMPARING.has(subcommand) || (reads && isSilent));
    return toolOutput(finished, { label: "git", timeout, isAnswer });
  }

  ctx.add(
    "tool",
    live<Tool>({
      name: "Git",
      effectOf: ({ args }) => (classify(args as readonly string[]).reads ? "read" : "exec"),
      run: (input, context) => run(input as unknown as Input, context),
    }),
  );
  ctx.onDispose(() => processes.endAll());
};
export default setup;

function gitProgram(env: Readonly<Record<string, string | undefined>>): string {
  const file = findProgram("git", env);
  if (file === undefined) throw new UserError("The program git was not found on PATH: install it first.");
  return file;
}

function folderOf(path: string): string {
  if (!statOf(path)?.isDirectory()) throw new UserError(`${path} is not a folder.`);
  return realpathSync.native(path);
}

/** Arguments that could lead out of the folder git runs in. */
function pathsIn(args: readonly string[], cwd: string): readonly string[] {
  return args.filter((arg) => isAbsolute(arg) || arg.split("/").includes("..")).map((arg) => resolve(cwd, arg));
}

/** Reading is not asked about, so it stays inside; by name and by where links lead. */
function mustBeInside(path: string, session: Session): void {
  const isInside = (one: string): boolean => session.folders.some((folder) => isWithin(folder, one));
  if (!isInside(path) || !isInside(realOf(path))) {
    throw new UserError(`${path} is outside the workspace: use Bash to read it.`);
  }
}

/** The real path of what is there; of the nearest folder above for what is not. */
function realOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return dirname(path) === path ? path : realOf(dirname(path));
  }
}
