import { randomUUID } from "node:crypto";
import type { PluginContext } from "../../../core/types.js";
import type { Ask } from "../../../schemas/decision.js";
import { messageOf } from "../../../schemas/errors.js";
import type { Block } from "../../../schemas/message.js";
import type { Session } from "../../../schemas/session.js";
import type { AgentType } from "./agent-type.js";
import { modelFor } from "./choose-model.js";
import { depthOf, toolsFor } from "./choose-tools.js";
import type { Limits } from "./limits.js";
import { modeFor } from "./mode-for.js";
import { skillsFor } from "./skills-for.js";
import { systemFor } from "./system-for.js";
import { makeWorktree, type Worktree } from "./worktree.js";

/** One piece of work for one agent. */
export interface Task {
  readonly type: AgentType;
  readonly prompt: string;
  /** A few words for people. */
  readonly description: string;
  readonly parent: Session;
  /** The call that asks for it. */
  readonly call: string;
  readonly model?: string;
  readonly worktree: boolean;
  readonly background: boolean;
  /** Puts the questions of an agent nobody waits for off until somebody is there. */
  readonly ready?: (signal: AbortSignal) => Promise<void>;
}

/** An agent with its own session, ready to begin. */
export interface Child {
  readonly id: string;
  readonly task: Task;
  readonly session: Session;
  /** What it is told first. */
  readonly prompt: readonly Block[];
  /** Ends the session and takes an unchanged worktree away; says where a changed one is. */
  close(): Promise<string | undefined>;
}

export interface Opening {
  readonly ctx: PluginContext;
  readonly limits: Limits;
  /** Told what the agent does, while it does it. */
  readonly watch: (session: Session) => () => void;
}

/**
 * Opens the session of an agent below that of its parent: same gates, same person behind them. Throws a UserError when
 * the agent cannot work at all; what merely does not count becomes a notice.
 */
export async function openChild(task: Task, { ctx, limits, watch }: Opening): Promise<Child> {
  const { kernel } = ctx;
  const { type, parent, background } = task;
  const id = randomUUID();
  const depth = depthOf(parent) + 1;
  const tools = toolsFor(kernel, type, { parent, depth, background });
  const words = await type.prompt();
  const chosen = await modelFor(kernel, type, task.model, parent);
  const skills = await skillsFor(kernel, type);
  const worktree = task.worktree ? await makeWorktree(kernel, parent, id) : undefined;
  const cwd = worktree?.cwd ?? parent.cwd;
  const agent = { id, type: type.name, of: parent, call: task.call, omitGuidelines: type.omitGuidelines };
  try {
    const session = await kernel.open({
      id,
      parent: parent.id,
      agent,
      ...tools,
      ...(worktree ? { cwd } : { cwd: parent.root, folders: parent.folders.filter((dir) => dir !== parent.root) }),
      provider: chosen.provider,
      model: chosen.model,
      system: await systemFor(kernel, words, { cwd, model: chosen.model }),
      headless: parent.headless,
      ...(parent.ask && { ask: asking(parent.ask, task, id) }),
      ...turns(type, kernel.settings.get("limits.turns")),
    });
    if (session.cwd !== cwd) session.chdir(cwd);
    limits.hold(session, type);
    (await kernel.service("usage"))?.include(session, parent);
    const sentences = [chosen.warning, ...skills.problems, await modeFor(kernel, type, session)];
    for (const text of sentences) if (text !== undefined) warn(ctx, parent, text);
    const unhook = await hooked(ctx, type, session);
    const unwatch = watch(session);
    return {
      id,
      task,
      session,
      prompt: [text(task.prompt), ...skills.texts.map((body): Block => ({ type: "text", text: body }))],
      async close() {
        unwatch();
        unhook?.();
        await session.close();
        return finish(worktree);
      },
    };
  } catch (error) {
    await worktree?.finish();
    throw error;
  }
}

/** Puts a sentence before the person who watches the main conversation. */
export function warn({ kernel, plugin }: PluginContext, session: Session, sentence: string): void {
  session.emit({ type: "notice", at: kernel.clock.now(), level: "warning", plugin: plugin.name, text: sentence });
}

/** A task that begins like a command is none. */
function text(prompt: string): Block {
  return { type: "text", text: /^\s*[/@!]/.test(prompt) ? `Your task:\n${prompt}` : prompt };
}

function asking(ask: Ask, { type, ready }: Task, id: string): Ask {
  return async (question, signal) => {
    await ready?.(signal);
    if (question.agent) return ask(question, signal);
    const reason = `The agent ${type.name} asks. ${question.reason}`;
    return ask({ ...question, reason, agent: { id, type: type.name } }, signal);
  };
}

/** The stricter of the agent's own limit and the run's; 0 is none. */
function turns({ maxTurns }: AgentType, run: unknown): { readonly maxTurns?: number } {
  if (maxTurns === undefined) return {};
  return { maxTurns: typeof run === "number" && run > 0 ? Math.min(run, maxTurns) : maxTurns };
}

async function hooked({ kernel }: PluginContext, type: AgentType, session: Session): Promise<(() => void) | undefined> {
  if (!type.hooks) return undefined;
  const shellHooks = await kernel.service("shellHooks");
  const from = { label: `agent ${type.name}`, file: type.file, agent: true, ...(type.owner && { plugin: type.owner }) };
  return shellHooks?.add(session, type.hooks, from);
}

async function finish(worktree: Worktree | undefined): Promise<string | undefined> {
  try {
    return await worktree?.finish();
  } catch (error) {
    return `Its worktree was left: ${messageOf(error)}`;
  }
}
