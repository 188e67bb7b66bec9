import { realFolder } from "../schemas/real-folder.js";
import type { Ask } from "../schemas/decision.js";
import { isKept, type EndEvent, type EndReason, type ReplyEvent, type TurnEvent } from "../schemas/event.js";
import type { Block } from "../schemas/message.js";
import type { ModelError, ModelRequest, ToolDefinition } from "../schemas/provider.js";
import type { AgentFacts, SendOptions, SessionInit, ToolUse, Used, UseOptions } from "../schemas/session.js";
import type { Start } from "../hooks/session-start.js";
import { answer } from "./answer.js";
import { runCalls, useTool } from "./call.js";
import { namesIn } from "../schemas/setting-values.js";
import { fold, State } from "../schemas/fold.js";
import { withoutSecrets } from "../schemas/without-secrets.js";
import type { Engine, Talk } from "./engine.js";

/** How often Stop taps may keep one turn going. */
const MAX_CONTINUED = 8;

interface Ending {
  readonly reason: EndReason;
  readonly message?: string;
  readonly error?: ModelError;
}

/** A conversation and its loop. */
export class Conversation extends State implements Talk {
  readonly id: string;
  readonly parent?: string;
  readonly root: string;
  readonly headless: boolean;
  readonly agent?: AgentFacts;
  readonly ask: Ask | undefined;
  busy = false;
  onClose: () => void = () => {};
  readonly #kernel: Engine;
  readonly #init: SessionInit;
  readonly folders: string[];
  /** What was said at the start stands with the first prompt: so many messages came before that. */
  #context: readonly string[] = [];
  #begun = Infinity;
  #tools: { readonly version: number; readonly list: readonly ToolDefinition[] } | undefined;

  constructor(kernel: Engine, init: SessionInit, root: string) {
    super(root);
    this.#kernel = kernel;
    this.#init = init;
    this.root = root;
    this.id = init.id ?? kernel.clock.id();
    if (init.parent !== undefined) this.parent = init.parent;
    this.headless = init.headless ?? false;
    if (init.agent) this.agent = init.agent;
    this.ask = init.ask;
    const added = (kernel.settings.get("workspace.folders") as readonly string[] | undefined) ?? [];
    this.folders = [root, ...added, ...(init.folders ?? [])].map((dir) => realFolder(dir));
  }

  emit(given: TurnEvent): void {
    const event = withoutSecrets(given);
    this.#kernel.points.get("Event").call(event, this);
    if (isKept(event)) fold(this, event);
  }

  async start(source: Start["source"]): Promise<void> {
    const hook = await this.#kernel.hook("SessionStart");
    if (hook.taps.length > 0) this.#context = (await hook.promise({ source, context: [] }, this)).context;
  }

  async send(prompt: string | readonly Block[], options: SendOptions = {}): Promise<EndEvent> {
    if (this.busy) throw new Error("The session is busy: wait for the turn to end, or abort it.");
    this.busy = true;
    const started = performance.now();
    const before = this.replies.length;
    const controller = new AbortController();
    const stop = (): void => controller.abort(options.signal?.reason);
    if (options.signal?.aborted) stop();
    options.signal?.addEventListener("abort", stop, { once: true });
    try {
      const blocked = await this.#submit(prompt, controller.signal, options.id);
      const ending = blocked ?? (await this.#loop(controller.signal));
      const turns = this.replies.length - before;
      const ms = Math.round(performance.now() - started);
      const end: EndEvent = { type: "end", at: this.#kernel.clock.now(), turns, ms, ...ending };
      this.emit(end);
      return end;
    } finally {
      options.signal?.removeEventListener("abort", stop);
      this.busy = false;
    }
  }

  /** The loop: ask the model, run what it calls, until it calls nothing more. */
  async #loop(signal: AbortSignal): Promise<Ending> {
    const most = this.#init.maxTurns ?? this.#limit("limits.turns", 100);
    const checkpoint = this.#limit("limits.checkpoint", 25);
    let continued = 0;
    for (let turn = 1; ; turn++) {
      if (most > 0 && turn > most)
        return {
          reason: "max_turns",
          message: `Stopped at the limit of model calls for one run, ${most} (--max-turns).`,
        };
      if (checkpoint > 0 && turn > 1 && (turn - 1) % checkpoint === 0 && this.#checkpoint(turn - 1)) {
        return { reason: "checkpoint", message: `Stopped at the checkpoint after ${turn - 1} model calls.` };
      }
      const reply = await this.#reply(turn, signal);
      if (reply.type !== "reply") return reply;
      const outcome = await runCalls(this.#kernel, this, reply, signal);
      if (signal.aborted) return { reason: "aborted" };
      if (outcome.ending) return outcome.ending;
      if (outcome.calls > 0) continued = 0; // Whoever works is not going round in circles.
      if (outcome.calls > 0 || reply.stopReason === "pause_turn") continue;
      const next = continued < MAX_CONTINUED ? await this.#finish(reply, continued) : undefined;
      if (signal.aborted) return { reason: "aborted" };
      if (next === undefined) return { reason: "completed" };
      continued++;
      this.append([{ type: "text", text: next }], "hook");
    }
  }

  async #reply(turn: number, signal: AbortSignal): Promise<ReplyEvent | (Ending & { readonly type?: undefined })> {
    const request = await this.#request();
    if (request.halt)
      return {
        reason: request.halt.reason === "budget" ? "budget" : "hook_stopped",
        message: request.halt.message,
      };
    const result = await answer(this.#kernel, this, request, { turn, signal });
    if (result.reply) this.emit(result.reply);
    if (signal.aborted) return { reason: "aborted" };
    if (result.reply) return result.reply;
    return { reason: "model_error", error: result.error, message: result.error.message };
  }

  async #request(): Promise<ModelRequest> {
    const request: ModelRequest = {
      model: this.model,
      system: this.system,
      messages: this.messages.slice(),
      tools: this.#toolDefinitions(),
      maxTokens: this.#limit("api.max_tokens", 8192),
    };
    const hook = await this.#kernel.hook("PreModel");
    return hook.taps.length > 0 ? hook.promise(request, this) : request;
  }

  #toolDefinitions(): readonly ToolDefinition[] {
    const { version } = this.#kernel.registry;
    if (this.#tools?.version === version) return this.#tools.list;
    const offered = this.#kernel.all("tool").filter((tool) => this.offers(tool.name));
    const list = offered.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
    this.#tools = { version, list };
    return list;
  }

  /** Whether a tool belongs to this session. */
  offers(tool: string): boolean {
    const only = this.#init.tools ?? namesIn(this.#kernel.settings.get("tools.allowed"));
    const isIt = (given: string): boolean => (this.#kernel.registry.find("tool", given)?.name ?? given) === tool;
    return (only === undefined || only.some(isIt)) && !this.#init.withoutTools?.some(isIt);
  }

  async #submit(
    prompt: string | readonly Block[],
    signal: AbortSignal,
    id = this.#kernel.clock.id(),
  ): Promise<Ending | undefined> {
    const content: readonly Block[] = typeof prompt === "string" ? [{ type: "text", text: prompt }] : prompt;
    const hook = await this.#kernel.hook("UserPromptSubmit");
    const draft = { id, content, context: [] as readonly string[], signal };
    const result = hook.taps.length > 0 ? await hook.promise(draft, this) : draft;
    if ("blocked" in result && result.blocked !== undefined)
      return { reason: "prompt_blocked", message: result.blocked };
    if ("handled" in result && result.handled !== undefined) return { reason: "completed", message: result.handled };
    const start = this.messages.length <= this.#begun ? this.#context : [];
    this.#begun = Math.min(this.#begun, this.messages.length);
    const added = [...start, ...result.context].map((text): Block => ({ type: "text", text }));
    const at = this.#kernel.clock.now();
    this.emit({ type: "prompt", at, id, content: [...result.content, ...added], origin: "user" });
    return undefined;
  }

  async #finish(reply: ReplyEvent, continued: number): Promise<string | undefined> {
    const hook = await this.#kernel.hook("Stop");
    return hook.taps.length > 0 ? hook.promise({ reply, continued }, this) : undefined;
  }

  #checkpoint(turn: number): boolean {
    const stopped = this.#kernel.settings.get("limits.stop_at_checkpoint") === true;
    this.emit({ type: "checkpoint", at: this.#kernel.clock.now(), turn, stopped });
    return stopped;
  }

  #limit(setting: string, fallback: number): number {
    const value = this.#kernel.settings.get(setting);
    return typeof value === "number" ? value : fallback;
  }

  append(content: readonly Block[], origin: "user" | "hook"): void {
    const { clock } = this.#kernel;
    this.emit({ type: "prompt", at: clock.now(), id: clock.id(), content, origin });
  }

  use(call: ToolUse, options: UseOptions = {}): Promise<Used> {
    return useTool(this.#kernel, this, call, options);
  }

  chdir(path: string): void {
    this.emit({ type: "change", at: this.#kernel.clock.now(), cwd: realFolder(path) });
  }

  setModel(model: string, provider: string = this.provider): void {
    this.emit({ type: "change", at: this.#kernel.clock.now(), model, provider });
  }

  addFolder(path: string): void {
    const real = realFolder(path);
    if (!this.folders.includes(real)) this.folders.push(real);
  }

  async close(): Promise<void> {
    this.emit({ type: "close" });
    this.onClose();
  }
}
