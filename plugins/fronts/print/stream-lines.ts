import type { KernelView } from "../../../core/types.js";
import type {
  HookEvent,
  HookStartedEvent,
  NoticeEvent,
  ReplyEvent,
  ResultEvent,
  TurnEvent,
} from "../../../schemas/event.js";
import type { Block } from "../../../schemas/message.js";
import type { Chunk, ModelError } from "../../../schemas/provider.js";
import type { AgentFacts } from "../../../schemas/session.js";
import type { Output } from "./output.js";
import { apiUsage } from "./result-line.js";
import { streamEvents } from "./stream-event.js";
import { CLIENT_HOOK } from "./tap-hooks.js";
import { jsonText } from "../../../schemas/json-text.js";

export interface LineOptions {
  /** Every piece of an answer as it comes. */
  readonly partial: boolean;
  /** What the client said, back to it. */
  readonly replay: boolean;
  /** What agents say and think, beside what they do. */
  readonly agentText?: boolean;
  /** Which hooks are told of: those that run when a session starts, or all. None otherwise. */
  readonly hooks?: "start" | "all";
}

/** Progress of one call is told at most so often. */
const PROGRESS_MS = 1000;

/** Whoever refused a call in these names is the client itself. */
const TOLD_ALREADY: ReadonlySet<string | undefined> = new Set(["user", CLIENT_HOOK]);
/** Events of the start, which is told of before anything else happens. */
const AT_START: ReadonlySet<string> = new Set(["SessionStart", "Setup"]);
const LEVELS = { info: "info", warning: "warning", error: "warning" } as const;
const ERRORS: Readonly<Partial<Record<ModelError["kind"], string>>> = {
  auth: "authentication_failed",
  billing: "billing_error",
  rate_limit: "rate_limit",
  overloaded: "overloaded",
  invalid_request: "invalid_request",
  context_overflow: "invalid_request",
  server: "server_error",
};

/** Writes a session's events as the lines of the public headless protocol. */
export class StreamLines {
  readonly #kernel: KernelView;
  readonly #output: Output;
  readonly #options: LineOptions;
  readonly #calls = new Map<string, { readonly name: string; readonly started: number; told: number }>();
  /** Lines from before the first `init`, which comes first. */
  #held: object[] | undefined = [];
  #sessionId = "";

  constructor(kernel: KernelView, output: Output, options: LineOptions) {
    this.#kernel = kernel;
    this.#output = output;
    this.#options = options;
  }

  /** Writes a line that carries its own ids, such as `init` and `result`. */
  write(line: object): void {
    this.#output.write(`${jsonText(line)}\n`);
  }

  /** From here on lines are written as they come. */
  begin(init: object, sessionId: string): void {
    this.#sessionId = sessionId;
    this.write(init);
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const line of held) this.add(line);
  }

  /** Writes a line with the ids every line carries. */
  add(line: object): void {
    if (this.#held) this.#held.push(line);
    else
      this.write({ ...line, session_id: this.#sessionId, uuid: "uuid" in line ? line.uuid : this.#kernel.clock.id() });
  }

  take(event: TurnEvent): void {
    switch (event.type) {
      case "chunk":
        return this.#chunk(event.chunk);
      case "reply": {
        const message = messageOf(event, event.message.content);
        return this.add({ type: "assistant", message, parent_tool_use_id: null });
      }
      case "call":
        return void this.#calls.set(event.id, { name: event.name, started: performance.now(), told: 0 });
      case "progress":
        return this.#progress(event.id);
      case "result":
        return this.#result(event);
      case "prompt":
        if (event.origin === "user" && !this.#options.replay) return;
        return this.add({
          type: "user",
          message: { role: "user", content: event.content },
          parent_tool_use_id: null,
          ...(event.origin === "user" ? { uuid: event.id, isReplay: true } : { isSynthetic: true }),
        });
      case "notice":
        return this.#notice(event);
      case "hook_started":
      case "hook":
        return this.#hook(event);
      case "checkpoint": {
        const goesOn = event.stopped ? "the run stops here" : "the run goes on";
        const content = `Checkpoint: ${event.turn} model calls so far; ${goesOn}.`;
        return this.add({ type: "system", subtype: "informational", content, level: "notice" });
      }
      case "change":
        if (event.mode === undefined) return;
        return this.add({ type: "system", subtype: "status", status: null, permissionMode: event.mode });
    }
  }

  /** What an agent does, under the call that started it. */
  takeOfAgent(event: TurnEvent, agent: AgentFacts): void {
    const parent = { parent_tool_use_id: agent.call ?? null };
    if (event.type === "reply") {
      const { content } = event.message;
      const told = this.#options.agentText ? content : content.filter((block) => block.type === "tool_use");
      if (told.length > 0) this.add({ type: "assistant", message: messageOf(event, told), ...parent });
    } else if (event.type === "result") {
      this.#result(event, agent);
    } else if (event.type === "prompt" && this.#options.agentText) {
      this.add({ type: "user", message: { role: "user", content: event.content }, ...parent, isSynthetic: true });
    }
  }

  #chunk(chunk: Chunk): void {
    if (chunk.type === "retry") {
      const { attempt, maxAttempts, delayMs, error } = chunk;
      return this.add({
        type: "system",
        subtype: "api_retry",
        attempt,
        max_retries: maxAttempts,
        retry_delay_ms: delayMs,
        error_status: error.status ?? null,
        error: ERRORS[error.kind] ?? "unknown",
      });
    }
    if (!this.#options.partial) return;
    for (const event of streamEvents(chunk)) this.add({ type: "stream_event", event, parent_tool_use_id: null });
  }

  #progress(id: string): void {
    const call = this.#calls.get(id);
    const elapsed = call ? performance.now() - call.started : 0;
    if (!call || elapsed - call.told < PROGRESS_MS) return;
    call.told = elapsed;
    this.add({
      type: "tool_progress",
      tool_use_id: id,
      tool_name: call.name,
      parent_tool_use_id: null,
      elapsed_time_seconds: Math.round(elapsed / 100) / 10,
    });
  }

  #result(result: ResultEvent, by?: AgentFacts): void {
    const { id, name, content, isError, details, refused, context = [] } = result;
    this.#calls.delete(id);
    if (refused && !TOLD_ALREADY.has(refused.by)) {
      const reason = { decision_reason_type: refused.rule === undefined ? "other" : "rule" };
      this.add({
        type: "system",
        subtype: "permission_denied",
        tool_name: name,
        tool_use_id: id,
        ...(by && { agent_id: by.id }),
        ...reason,
        decision_reason: refused.reason,
        message: typeof content === "string" ? content : refused.reason,
      });
    }
    // Of a call that no reply asked for, a reader of the protocol knows nothing.
    if (result.apart) return;
    const block = { tool_use_id: id, type: "tool_result", content, ...(isError && { is_error: true }) };
    const added = context.map((text) => ({ type: "text", text }));
    this.add({
      type: "user",
      message: { role: "user", content: [block, ...added] },
      parent_tool_use_id: by?.call ?? null,
      ...(details !== undefined && { tool_use_result: details }),
    });
  }

  #hook(event: HookStartedEvent | HookEvent): void {
    const { hooks } = this.#options;
    if (hooks === undefined || (hooks === "start" && !AT_START.has(event.event))) return;
    const facts = { hook_id: event.id, hook_name: event.name, hook_event: event.event };
    if (event.type === "hook_started") return this.add({ type: "system", subtype: "hook_started", ...facts });
    const { stdout = "", stderr = "", exitCode, outcome } = event;
    const exit = exitCode !== undefined && { exit_code: exitCode };
    this.add({ type: "system", subtype: "hook_response", ...facts, output: stdout, stdout, stderr, ...exit, outcome });
  }

  #notice({ text, level }: NoticeEvent): void {
    this.add({ type: "system", subtype: "informational", content: text, level: LEVELS[level] });
  }
}

/** An answer in the words of the public Messages API. */
function messageOf({ id, model, message, stopReason, usage }: ReplyEvent, content: readonly Block[]): object {
  const { role } = message;
  const sent = { id, type: "message", role, model, content, stop_reason: stopReason, stop_sequence: null };
  return { ...sent, usage: apiUsage(usage) };
}
