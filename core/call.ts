import type { Ask, Decision, PendingCall, ToolCall } from "../schemas/decision.js";
import { messageOf } from "../schemas/errors.js";
import type { EndReason, ReplyEvent, ResultEvent } from "../schemas/event.js";
import { interrupted } from "../schemas/fold.js";
import type { ToolUseBlock } from "../schemas/message.js";
import type { Effect, Tool, ToolContext, ToolOutput } from "../schemas/tool.js";
import type { ToolUse, Used, UseOptions } from "../schemas/session.js";
import { askChain, middlewares, toolChain } from "../hooks/chain.js";
import { judge } from "../hooks/judge.js";
import type { Engine, Talk } from "./engine.js";

/** How many reading calls run at once (security-reliability, section 10). */
const TOGETHER = 10;

export interface Outcome {
  readonly calls: number;
  readonly ending?: { readonly reason: EndReason; readonly message?: string };
}

interface Ready {
  readonly call: ToolCall;
  readonly tool: Tool;
  readonly effect: Effect;
  readonly decision: Decision;
  readonly context: readonly string[];
  readonly places?: PendingCall["places"];
}

/**
 * The only road to a tool. Calls are judged in order; neighbours that only read then run together, all others one by
 * one. Each call gets exactly one result, whatever happens.
 */
export async function runCalls(
  kernel: Engine,
  session: Talk,
  reply: ReplyEvent,
  signal: AbortSignal,
): Promise<Outcome> {
  const blocks = reply.message.content.filter((block) => block.type === "tool_use");
  const road = new Road(kernel, session, { signal, ask: session.ask });
  let together: Promise<void>[] = [];
  for (const block of blocks) {
    const ready = await road.prepare(block, reply.invalid?.[block.id], blocks.length === 1);
    const mixes = ready !== undefined && ready.effect !== "read" && !ready.tool.together;
    if (mixes || together.length >= TOGETHER) {
      await Promise.all(together);
      together = [];
    }
    if (!ready) continue;
    const run = road.run(ready);
    if (mixes) await run;
    else together.push(run);
  }
  await Promise.all(together);
  return { calls: blocks.length, ...(road.ending && { ending: road.ending }) };
}

/** Runs one tool outside of an answer of the model. */
export async function useTool(kernel: Engine, session: Talk, use: ToolUse, options: UseOptions): Promise<Used> {
  const signal = options.signal ?? new AbortController().signal;
  const road = new Road(kernel, session, { signal, ask: options.ask === false ? undefined : session.ask, apart: true });
  const block = { type: "tool_use", id: kernel.clock.id(), ...use } as const;
  const ready = await road.prepare(block, undefined, false);
  if (ready) await road.run(ready);
  const { content, isError, details, refused } = road.result!;
  const output = { content, isError, ...(details !== undefined && { details }) };
  return { output, ran: ready !== undefined, ...(refused && { refused }) };
}

interface Way {
  readonly signal: AbortSignal;
  readonly ask: Ask | undefined;
  readonly apart?: boolean;
}

class Road {
  ending: Outcome["ending"];
  /** The result told last. */
  result?: ResultEvent;
  readonly #kernel: Engine;
  readonly #session: Talk;
  readonly #way: Way;
  readonly #signal: AbortSignal;

  constructor(kernel: Engine, session: Talk, way: Way) {
    this.#kernel = kernel;
    this.#session = session;
    this.#way = way;
    this.#signal = way.signal;
  }

  /** Everything before the run. A call that will not run is answered here. */
  async prepare(block: ToolUseBlock, invalid: string | undefined, alone: boolean): Promise<Ready | undefined> {
    if (this.#signal.aborted) return this.#refuse(block, interrupted({ started: false }));
    if (this.ending) return this.#refuse(block, "Not run: the turn was ended by an earlier call.");
    try {
      const tool = await this.#tool(block.name);
      if (typeof tool === "string") return this.#refuse(block, tool);
      const call: ToolCall = { id: block.id, name: tool.name, input: block.input };
      const problem = invalid ?? (await this.#invalid(tool, call));
      if (problem !== undefined) return this.#refuse(block, problem);
      const all = await middlewares(this.#kernel);
      const asking = { ask: askChain(all, this.#way.ask, this.#session), signal: this.#signal };
      const judged = await judge(await this.#kernel.hook("PreToolUse"), { call, tool }, this.#session, asking);
      const again = judged.call.input === call.input ? undefined : await this.#invalid(tool, judged.call);
      if (again !== undefined) return this.#refuse(block, `A hook changed the input: ${again}`);
      return this.#settle(judged, tool, block, alone);
    } catch (error) {
      return this.#refuse(block, messageOf(error));
    }
  }

  #settle(
    judged: PendingCall & { readonly decision: Decision; readonly interrupt?: boolean },
    tool: Tool,
    block: ToolUseBlock,
    alone: boolean,
  ): Ready | undefined {
    const { decision, context = [], places } = judged;
    if (judged.interrupt) this.ending = { reason: "aborted" };
    if (decision.behavior === "defer" && alone && this.#session.headless) {
      this.ending = { reason: "deferred", message: decision.reason };
    }
    if (decision.behavior !== "allow") return this.#refuse(block, decision.reason, decision, context);
    return { call: judged.call, tool, effect: judged.effect, decision, context, ...(places && { places }) };
  }

  async run({ call, tool, effect, decision, context: added, places }: Ready): Promise<void> {
    if (this.#signal.aborted) return this.#refuse(call, interrupted({ started: false }));
    const { clock } = this.#kernel;
    const apart = this.#way.apart && { apart: true };
    this.#session.emit({ type: "call", at: clock.now(), ...call, effect, decision, ...apart });
    const started = performance.now();
    const context: ToolContext = {
      session: this.#session,
      callId: call.id,
      signal: this.#signal,
      ...(places && { places }),
      progress: (text) => this.#session.emit({ type: "progress", id: call.id, text }),
    };
    let output = await this.#attempt(call, tool, context);
    const ms = Math.round(performance.now() - started);
    let words = added;
    const hook = await this.#kernel.hook("PostToolUse");
    if (hook.taps.length > 0) {
      const finished = await hook.promise({ output, ms, context: added }, call, this.#session);
      ({ output, context: words } = finished);
      if (finished.stop !== undefined) this.ending = { reason: "hook_stopped", message: finished.stop };
    }
    const { content, isError = false, details } = output;
    const optional = { ...(details !== undefined && { details }), ...(words.length > 0 && { context: words }) };
    const { id, name } = call;
    this.#tell({ type: "result", at: clock.now(), id, name, content, isError, ms, ...optional });
  }

  #tell(result: ResultEvent): void {
    this.result = this.#way.apart ? { ...result, apart: true } : result;
    this.#session.emit(this.result);
  }

  async #attempt(call: ToolCall, tool: Tool, context: ToolContext): Promise<ToolOutput> {
    const owner = this.#kernel.ownerOf("tool", tool.name) ?? tool.name;
    const run = (): Promise<ToolOutput> => tool.run(call.input, context);
    const next = toolChain(await middlewares(this.#kernel), run, call, context);
    try {
      return await this.#kernel.wall.call(owner, `tool:${tool.name}`, Infinity, next);
    } catch (error) {
      return { content: messageOf(error), isError: true };
    }
  }

  async #tool(name: string): Promise<Tool | string> {
    const known = this.#kernel.registry.find("tool", name)?.name;
    if (known !== undefined && this.#session.offers(known)) return (await this.#kernel.get("tool", known))!;
    const names = this.#kernel
      .all("tool")
      .map((tool) => tool.name)
      .filter((one) => this.#session.offers(one));
    return `There is no tool "${name}". The tools are ${names.join(", ")}.`;
  }

  async #invalid(tool: Tool, call: ToolCall): Promise<string | undefined> {
    const { inputProblem } = await import("../hooks/input-problem.js");
    return inputProblem(tool, call.input);
  }

  #refuse(
    block: Pick<ToolCall, "id" | "name">,
    content: string,
    refused?: Decision,
    context: readonly string[] = [],
  ): undefined {
    const optional = { ...(refused && { refused }), ...(context.length > 0 && { context }) };
    const facts = { at: this.#kernel.clock.now(), id: block.id, name: block.name, content, isError: true, ms: 0 };
    this.#tell({ type: "result", ...facts, ...optional });
  }
}
