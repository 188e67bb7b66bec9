import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Chunk, StopReason, Usage } from "../../../schemas/provider.js";
import { own } from "../../../schemas/own.js";
import { malformedFailure, type Endpoint, type Failure } from "../failure.js";
import { statusFailure } from "../status-failure.js";
import { tokenCount } from "../token-count.js";

const STOP_REASONS: Readonly<Record<string, StopReason>> = {
  end_turn: "end_turn",
  tool_use: "tool_use",
  max_tokens: "max_tokens",
  model_context_window_exceeded: "max_tokens",
  stop_sequence: "stop_sequence",
  refusal: "refusal",
  pause_turn: "pause_turn",
};

const STATUS: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** The deltas a block of some type may have: their type, and the field with the text. */
const DELTAS: Readonly<Record<string, Readonly<Record<string, "text" | "thinking" | "signature" | "partial_json">>>> = {
  text: { text_delta: "text" },
  thinking: { thinking_delta: "thinking", signature_delta: "signature" },
  redacted_thinking: {},
  tool_use: { input_json_delta: "partial_json" },
};

/** Turns the events of one streamed answer into chunks and holds them to their order. Throws a Failure. */
export class Answer {
  private readonly endpoint: Endpoint;
  private started = false;
  /** The server's index of the open block, and of the next one. */
  private open = -1;
  private next = 0;
  /** Our index: blocks of types we do not know are left out. */
  private index = -1;
  private type = "";
  private stopReason: StopReason | undefined;
  private usage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  /** `message_stop` has been seen. */
  complete = false;

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  /** Takes the data of one event. Events of unknown types say nothing. */
  take(data: string, chunks: Chunk[]): void {
    if (this.complete) return;
    const event = this.parse(data);
    switch (event["type"]) {
      case "content_block_delta":
        return this.delta(event, chunks);
      case "message_start":
        return this.start(event, chunks);
      case "content_block_start":
        return this.block(event, chunks);
      case "content_block_stop":
        return this.blockEnd(event, chunks);
      case "message_delta":
        return this.messageDelta(event);
      case "message_stop":
        return this.stop(chunks);
      case "error":
        throw this.errorEvent(event);
      default:
    }
  }

  private parse(data: string): JsonObject {
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch {
      throw this.malformed("has an event that is not JSON");
    }
    if (!isObject(event)) throw this.malformed("has an event that is not an object");
    return event;
  }

  private start({ message }: JsonObject, chunks: Chunk[]): void {
    if (this.started || !isObject(message)) throw this.malformed("begins twice or without a message");
    this.started = true;
    this.count(message["usage"]);
    chunks.push({ type: "start", id: text(message["id"]), model: text(message["model"]), usage: this.usage });
  }

  private block({ index, content_block: block }: JsonObject, chunks: Chunk[]): void {
    if (!this.started || this.open >= 0 || index !== this.next || !isObject(block))
      throw this.malformed(`begins ${numbered(index)} where block ${this.next} was due`);
    this.open = this.next++;
    this.type = text(block["type"]);
    if (!own(DELTAS, this.type)) return;
    chunks.push({ type: "block", index: ++this.index, block: this.content(block) });
    const { input } = block;
    const bare = input == null || input === "" || (isObject(input) && Object.keys(input).length === 0);
    if (this.type === "tool_use" && !bare)
      chunks.push({ type: "input", index: this.index, json: JSON.stringify(input) });
  }

  private content(block: JsonObject): Extract<Chunk, { type: "block" }>["block"] {
    switch (this.type) {
      case "text":
        return { type: "text", text: text(block["text"]) };
      case "thinking": {
        const signature = text(block["signature"]);
        return { type: "thinking", thinking: text(block["thinking"]), ...(signature && { signature }) };
      }
      case "redacted_thinking":
        return { type: "redacted_thinking", data: text(block["data"]) };
      default: {
        const { id, name } = block;
        if (typeof id !== "string" || typeof name !== "string") throw this.malformed("calls a tool without id or name");
        return { type: "tool_use", id, name };
      }
    }
  }

  private delta({ index, delta }: JsonObject, chunks: Chunk[]): void {
    if (this.open < 0 || index !== this.open || !isObject(delta))
      throw this.malformed(`has a delta for ${numbered(index)}, which is not open`);
    const known = own(DELTAS, this.type);
    const kind = text(delta["type"]);
    const field = known && own(known, kind);
    if (!field) {
      if (known && Object.values(DELTAS).some((deltas) => own(deltas, kind)))
        throw this.malformed(`has a ${kind} in a block of type ${this.type}`);
      return;
    }
    const value = delta[field];
    if (typeof value !== "string") throw this.malformed(`has a ${kind} without ${field}`);
    if (value === "") return;
    const at = this.index;
    if (field === "text") chunks.push({ type: "text", index: at, text: value });
    else if (field === "partial_json") chunks.push({ type: "input", index: at, json: value });
    else if (field === "thinking") chunks.push({ type: "thinking", index: at, thinking: value });
    else chunks.push({ type: "signature", index: at, signature: value });
  }

  private blockEnd({ index }: JsonObject, chunks: Chunk[]): void {
    if (this.open < 0 || index !== this.open) throw this.malformed(`ends ${numbered(index)}, which is not open`);
    this.open = -1;
    if (own(DELTAS, this.type)) chunks.push({ type: "block_end", index: this.index });
  }

  private messageDelta({ delta, usage }: JsonObject): void {
    this.count(usage);
    const reason = isObject(delta) ? delta["stop_reason"] : undefined;
    if (typeof reason === "string") this.stopReason = own(STOP_REASONS, reason) ?? "end_turn";
  }

  private stop(chunks: Chunk[]): void {
    if (this.open >= 0) throw this.malformed(`ends while block ${this.open} is open`);
    if (!this.stopReason) throw this.malformed("ends without a stop reason");
    this.complete = true;
    chunks.push({ type: "stop", stopReason: this.stopReason, usage: this.usage });
  }

  /** Counts are totals so far; a later one replaces an earlier one. */
  private count(usage: unknown): void {
    if (!isObject(usage)) return;
    const was = this.usage;
    this.usage = {
      input: tokenCount(usage["input_tokens"], was.input),
      output: tokenCount(usage["output_tokens"], was.output),
      cacheRead: tokenCount(usage["cache_read_input_tokens"], was.cacheRead),
      cacheWrite: tokenCount(usage["cache_creation_input_tokens"], was.cacheWrite),
    };
  }

  private errorEvent({ error }: JsonObject): Failure {
    const { type, message } = isObject(error) ? error : {};
    const kind = text(type) || "error";
    return statusFailure({ status: own(STATUS, kind) ?? 500, type: kind, message: text(message) }, this.endpoint);
  }

  private malformed(what: string): Failure {
    return malformedFailure(this.endpoint, what);
  }
}

function numbered(index: unknown): string {
  return typeof index === "number" ? `block ${index}` : "a block without a number";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
