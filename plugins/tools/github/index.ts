import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import type { Effect, Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { childEnv } from "../../../schemas/child-env.js";
import { findProgram } from "../../../schemas/find-program.js";
import { Processes } from "../process.js";
import { runProgram, toolOutput } from "../run-program.js";

/** Milliseconds; a large check-out or upload takes its time. */
const TIMEOUT = 120_000;

/** What `gh` needs to be itself; no other child gets a token. */
const OWN: readonly string[] = [
  "GH_TOKEN",
  "GITHUB_TOKEN",
  "GH_ENTERPRISE_TOKEN",
  "GITHUB_ENTERPRISE_TOKEN",
  "GH_HOST",
  "GH_REPO",
  "GH_CONFIG_DIR",
];

const UNATTENDED: Readonly<Record<string, string>> = {
  GH_PROMPT_DISABLED: "1",
  GH_NO_UPDATE_NOTIFIER: "1",
  GH_SPINNER_DISABLED: "1",
  GH_PAGER: "cat",
  GH_BROWSER: "true",
};

/** What a repository names does not run when gh asks git about it. */
const QUIET_GIT: Readonly<Record<string, string>> = {
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "core.fsmonitor",
  GIT_CONFIG_VALUE_0: "false",
  GIT_CONFIG_KEY_1: "core.hooksPath",
  GIT_CONFIG_VALUE_1: "/dev/null",
};

/** Groups of commands that show or set tokens. */
const TOKENS: ReadonlySet<string> = new Set(["auth", "config"]);

/** Commands that talk to GitHub and touch nothing here. */
const REMOTE: Readonly<Record<string, string>> = {
  pr: "list view status diff checks create edit comment review close reopen ready lock unlock",
  issue: "list view status create edit comment close reopen delete lock unlock pin unpin transfer",
  repo: "view list",
  run: "list view",
  release: "list view",
  search: "issues prs repos code commits",
  label: "list",
};

interface Input {
  readonly args: readonly string[];
  readonly title?: string;
  readonly body?: string;
  readonly draft?: boolean;
}

const setup: Setup = (ctx) => {
  const processes = new Processes();
  const { env, home } = ctx.kernel;

  async function run(input: Input, context: ToolContext): Promise<ToolOutput> {
    const group = input.args.find((arg) => !arg.startsWith("-")) ?? "";
    if (TOKENS.has(group)) {
      throw new UserError(
        `\`gh ${group}\` handles tokens, which are not for the model: run it in a terminal of your own.`,
      );
    }
    const file = findProgram("gh", env);
    if (file === undefined) {
      throw new UserError(
        'The program gh was not found on PATH. Install it (https://cli.github.com), then run "gh auth login" or set GH_TOKEN.',
      );
    }
    const { session } = context;
    const pass = ctx.settings["pass_env"] as readonly string[];
    const git = effectOf(input.args) === "network" ? QUIET_GIT : {};
    const own = { ...childEnv(env, { sessionId: session.id, pass, secrets: OWN }), ...UNATTENDED, ...git };
    const program = { file, args: argsOf(input), cwd: session.cwd, env: own };
    const telling = { label: "gh", timeout: TIMEOUT };
    return toolOutput(await runProgram(program, { ...telling, processes, context, home }), telling);
  }

  ctx.add(
    "tool",
    live<Tool>({
      name: "GitHub",
      effectOf: ({ args }) => effectOf(args as readonly string[]),
      run: (input, context) => run(input as unknown as Input, context),
    }),
  );
  ctx.onDispose(() => processes.endAll());
};
export default setup;

/** Anything but the listed commands may run programs here: aliases, extensions, a check-out with its hooks. */
function effectOf([group = "", command = ""]: readonly string[]): Effect {
  const known = Object.hasOwn(REMOTE, group) && REMOTE[group]!.split(" ").includes(command);
  return known ? "network" : "exec";
}

function argsOf({ args, title, body, draft }: Input): readonly string[] {
  const added: string[] = [];
  if (title !== undefined) added.push("--title", title);
  if (body !== undefined) added.push("--body", body);
  if (draft === true) added.push("--draft");
  return [...args, ...added];
}
