import { live } from "../../../core/live.js";
import type { PluginContext, Setup } from "../../../core/types.js";
import type { Session } from "../../../schemas/session.js";
import { statOf } from "../../../schemas/stat-of.js";
import type { Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { childEnv } from "../../../schemas/child-env.js";
import { Processes } from "../process.js";
import type { Program } from "../program.js";
import { runProgram, toolOutput } from "../run-program.js";
import { Background } from "./background.js";
import { CommandEnvironments } from "./command-environments.js";
import { isAnswer } from "./exit-meaning.js";
import { follow } from "./follow-cwd.js";
import { openReport, shellCall } from "./shell.js";
import { walledProgram, type WalledProgram } from "./walled-program.js";

/** Milliseconds no command may exceed. */
const CEILING = 600_000;

const TITLE = 80;

interface Input {
  readonly command: string;
  readonly timeout?: number;
  readonly description?: string;
  readonly run_in_background?: boolean;
  readonly dangerouslyDisableSandbox?: boolean;
}

const setup: Setup = (ctx) => {
  const processes = new Processes();
  const { kernel } = ctx;
  const background = new Background(processes, kernel.home, (session, text) => {
    session.emit({ type: "notice", at: kernel.clock.now(), level: "info", text, plugin: ctx.plugin.name });
  });
  const environment = new CommandEnvironments();
  const shell = new Shell(ctx, processes, background, environment);
  ctx.add("service", { name: "commandEnvironment", service: environment });
  ctx.add("service", { name: "backgroundTasks", service: { list: (session) => background.list(session) } });
  ctx.add("tool", live<Tool>({ name: "Bash", run: (input, context) => shell.run(input as unknown as Input, context) }));
  // Tapped here and not in the manifest: a session that never runs a command must not load this module.
  ctx.tap("PostToolUse", async (finished, _call, session) => {
    const news = background.takeNews(session);
    return news.length > 0 ? { ...finished, context: [...finished.context, ...news] } : undefined;
  });
  ctx.tap("UserPromptSubmit", async (prompt, session) => {
    const news = background.takeNews(session);
    return news.length > 0 ? { ...prompt, context: [...prompt.context, ...news] } : undefined;
  });
  ctx.tap("Event", (event, session) => {
    if (event.type === "close") void background.close(session);
  });
  ctx.onDispose(() => processes.endAll());
};
export default setup;

class Shell {
  readonly #ctx: PluginContext;
  readonly #processes: Processes;
  readonly #background: Background;
  readonly #environment: CommandEnvironments;

  constructor(ctx: PluginContext, processes: Processes, background: Background, environment: CommandEnvironments) {
    this.#environment = environment;
    this.#ctx = ctx;
    this.#processes = processes;
    this.#background = background;
  }

  run(input: Input, context: ToolContext): Promise<ToolOutput> {
    return input.run_in_background ? this.#start(input, context) : this.#finish(input, context);
  }

  async #finish(input: Input, context: ToolContext): Promise<ToolOutput> {
    const { session } = context;
    const { command } = input;
    const limit = this.#limit(input.timeout);
    const walled = await this.#walled(input, context);
    const report = openReport();
    const telling = { label: "bash", timeout: limit };
    try {
      const run = { ...telling, processes: this.#processes, context, home: this.#ctx.kernel.home };
      const finished = await runProgram({ ...walled.program, ...(report && { report: report.file }) }, run);
      const notes = [...follow(session, report?.folder()), ...(await walled.finished(finished))];
      if (finished.left && finished.cause === "exit") notes.push(leftBehind(finished.group));
      return toolOutput(finished, { ...telling, notes, isAnswer: isAnswer(command, finished.code) });
    } finally {
      await walled.finished();
      report?.close();
    }
  }

  async #start(input: Input, context: ToolContext): Promise<ToolOutput> {
    const { command, description, timeout } = input;
    const { session } = context;
    const limit = timeout === undefined ? {} : { timeout };
    const title = (description ?? command).replaceAll(/\s+/g, " ").slice(0, TITLE);
    const { program, finished } = await this.#walled(input, context);
    const { id, group, path } = await this.#background
      .start({ session, program, finished, title, command, ...limit })
      .catch(async (error: unknown) => {
        await finished();
        throw error;
      });
    return {
      content: `Running in the background as task ${id}, process group ${group.id}. Output goes to ${path}.`,
      details: { stdout: "", stderr: "", interrupted: false, isImage: false, backgroundTaskId: id, outputFile: path },
    };
  }

  /** The command, behind the walls that the sandbox puts up, where there is one. */
  async #walled(input: Input, { session, callId }: ToolContext): Promise<WalledProgram> {
    const program = this.#program(input.command, session);
    const sandbox = await this.#ctx.kernel.service("sandbox");
    const { file, args, env } = program;
    const outside = input.dangerouslyDisableSandbox === true;
    return walledProgram(
      program,
      await sandbox?.wrap(session, { callId, command: input.command, file, args, env, outside }),
    );
  }

  #program(command: string, session: Session): Program {
    const { env } = this.#ctx.kernel;
    const pass = this.#ctx.settings["pass_env"] as readonly string[];
    // A folder that is gone would make the system say that bash is missing.
    if (!statOf(session.cwd)?.isDirectory()) session.chdir(session.root);
    const own = childEnv(env, { sessionId: session.id, pass });
    return {
      ...shellCall(command, env, this.#processes.limit),
      cwd: session.cwd,
      env: { ...own, ...this.#environment.of(session) },
    };
  }

  #limit(asked: number | undefined): number {
    const standard = (this.#ctx.settings["bash_timeout_secs"] as number) * 1_000;
    const wanted = asked !== undefined && asked > 0 ? asked : standard;
    return Math.min(wanted > 0 ? wanted : CEILING, CEILING);
  }
}

function leftBehind(group: number): string {
  return `Children of this command still run as process group ${group}; end them with: kill -- -${group}`;
}
