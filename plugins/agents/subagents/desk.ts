import type { PluginContext } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Session, SessionInit } from "../../../schemas/session.js";
import type { ToolContext, ToolOutput } from "../../../schemas/tool.js";
import type { AgentType } from "./agent-type.js";
import { Background } from "./background.js";
import { openChild, type Child, type Task } from "./child.js";
import { DEEPEST, depthOf } from "./choose-tools.js";
import { Limits } from "./limits.js";
import { MainAgent } from "./main-agent.js";
import { launched, report } from "./report.js";
import type { Roster } from "./roster.js";
import { offerStop } from "./stop-tool.js";
import { Watch } from "./watch.js";
import { work } from "./work.js";

/** The input of the tool. `name` is another word for `subagent_type`. */
export interface AgentInput {
  readonly prompt: string;
  readonly description?: string;
  readonly subagent_type?: string;
  readonly name?: string;
  readonly model?: string;
  readonly run_in_background?: boolean;
  readonly isolation?: string;
  readonly min_confidence?: number;
}

const USUAL = "general-purpose";
/** Agents that may be at work at a time, over all sessions. */
const MOST = 20;

/** Where agents are found, started and looked after. */
export class Desk {
  readonly #ctx: PluginContext;
  readonly #roster: Roster;
  readonly #limits: Limits;
  readonly #main: MainAgent;
  readonly #background: Background;
  readonly #watch: Watch;

  constructor(ctx: PluginContext, roster: Roster) {
    this.#ctx = ctx;
    this.#roster = roster;
    this.#limits = new Limits(ctx);
    this.#main = new MainAgent(ctx, this.#limits, roster);
    this.#background = new Background(ctx);
    this.#watch = new Watch(ctx, (session) => this.#background.close(session));
    ctx.onDispose(() => this.#background.closeAll());
  }

  async main(name: string): Promise<SessionInit> {
    return this.#main.opening(await this.#roster.named(name));
  }

  /** The agent a call is for. Throws a UserError when there is none. */
  async typeOf(input: Partial<AgentInput>, session: Session): Promise<AgentType> {
    const type = await this.#roster.named(input.subagent_type ?? input.name ?? USUAL);
    if (this.#roster.maySpawn(session, type.name)) return type;
    throw new UserError(`The main agent's list of tools does not let it start the agent ${type.name}.`, EXIT.denied);
  }

  /** Runs the tool. */
  async run(input: AgentInput, context: ToolContext): Promise<ToolOutput> {
    const { session, callId, signal } = context;
    if (depthOf(session) >= DEEPEST) throw new UserError(`Agents cannot be nested deeper than ${DEEPEST} levels.`);
    if (this.#watch.size >= MOST) throw new UserError(`${MOST} agents are at work already: wait until one has ended.`);
    const type = await this.typeOf(input, session);
    const background = !this.#isForeground() && (input.run_in_background === true || type.background);
    const task: Task = {
      type,
      prompt: input.prompt,
      description: input.description ?? firstWords(input.prompt),
      parent: session,
      call: callId,
      ...(input.model !== undefined && { model: input.model }),
      worktree: input.isolation === "worktree" || type.worktree,
      background,
      ...(background && { ready: (stopped) => this.#watch.somebodyThere(session, stopped) }),
    };
    const child = await openChild(task, {
      ctx: this.#ctx,
      limits: this.#limits,
      watch: (one) =>
        this.#watch.add(one, background ? undefined : (tool) => context.progress(`${type.name}: ${tool}`)),
    });
    if (!background) return report(child, await work(child, signal, input.min_confidence));
    return this.#launch(child, input.min_confidence, signal);
  }

  #launch(child: Child, least: number | undefined, signal: AbortSignal): ToolOutput {
    offerStop(this.#ctx, this.#background);
    this.#background.start(child, least, signal);
    return launched(child, this.#background.fileOf(child));
  }

  #isForeground(): boolean {
    const { env } = this.#ctx.kernel;
    return [env["NACRE_DISABLE_BACKGROUND_TASKS"], env["CLAUDE_CODE_DISABLE_BACKGROUND_TASKS"]].includes("1");
  }
}

function firstWords(prompt: string): string {
  return prompt.trim().split(/\s+/).slice(0, 8).join(" ").slice(0, 80);
}
