import { isObject } from "../../../schemas/json.js";
import type { Chunk, ModelRequest, StopReason, Usage } from "../../../schemas/provider.js";
import { toJson } from "../to-json.js";
import { Blocks } from "../blocks.js";

/** A streamed piece as servers really send it: nothing in it can be relied upon. */
export interface WireChunk {
  readonly id?: string | null;
  readonly model?: string | null;
  readonly choices?: readonly WireChoice[] | null;
  readonly usage?: WireUsage | null;
}

interface WireChoice {
  readonly index?: number;
  readonly delta?: WireDelta | null;
  readonly finish_reason?: string | null;
}

interface WireDelta {
  readonly content?: unknown;
  readonly refusal?: string | null;
  readonly reasoning_content?: string | null;
  readonly reasoning?: string | null;
  readonly tool_calls?: readonly WireCall[] | null;
}

interface WireCall {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: unknown } | null;
}

interface WireUsage {
  readonly prompt_tokens?: number;
  readonly completion_tokens?: number;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number; readonly cache_write_tokens?: number } | null;
  /** DeepSeek's name for cached tokens. */
  readonly prompt_cache_hit_tokens?: number;
}

const NOTHING: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** One answer of Chat Completions as it arrives, in our chunks. */
export class Answer {
  readonly #request: ModelRequest;
  readonly #blocks = new Blocks();
  readonly #ids = new Set<string>();
  /** Key of the call that an index now means; a server may use an index twice. */
  readonly #keys = new Map<number, string>();
  #last: string | undefined;
  #started = false;
  #finish: string | undefined;
  #refused = false;
  #usage = NOTHING;
  #counted = false;

  constructor(request: ModelRequest) {
    this.#request = request;
  }

  /** Whether the model said that it is done. Only usage may follow. */
  get finished(): boolean {
    return this.#finish !== undefined;
  }

  /** Whether the usage of the whole answer has arrived. */
  get counted(): boolean {
    return this.#counted;
  }

  take(wire: WireChunk): Chunk[] {
    const chunks: Chunk[] = [];
    if (!this.#started) {
      this.#started = true;
      const id = wire.id || `chatcmpl_${this.#turn()}`;
      chunks.push({ type: "start", id, model: wire.model || this.#request.model });
    }
    const choice = wire.choices?.find(({ index }) => (index ?? 0) === 0);
    if (choice?.delta) this.#delta(choice.delta, chunks);
    if (choice?.finish_reason) this.#finish = choice.finish_reason;
    if (wire.usage) {
      this.#usage = usageOf(wire.usage);
      this.#counted = this.finished;
    }
    return chunks;
  }

  /** The stream is over. Throws when a call has no name. */
  end(): Chunk[] {
    return [...this.#blocks.end(), { type: "stop", stopReason: this.#stopReason(), usage: this.#usage }];
  }

  #delta(delta: WireDelta, chunks: Chunk[]): void {
    const reasoning = delta.reasoning_content ?? delta.reasoning;
    if (typeof reasoning === "string") chunks.push(...this.#blocks.say("thinking", reasoning));
    const text = contentText(delta.content);
    if (text !== "") chunks.push(...this.#blocks.say("text", text));
    if (delta.refusal) {
      this.#refused = true;
      chunks.push(...this.#blocks.say("text", delta.refusal));
    }
    for (const call of delta.tool_calls ?? []) this.#call(call, chunks);
  }

  #call(call: WireCall, chunks: Chunk[]): void {
    const name = call.function?.name ?? "";
    const key = this.#keyOf(call, name);
    if (!this.#blocks.has(key)) chunks.push(...this.#blocks.call(key, this.#idFor(call.id), name));
    else if (name !== "") chunks.push(...this.#blocks.named(key, name));
    const input = call.function?.arguments;
    if (typeof input === "string") chunks.push(...this.#blocks.input(key, input));
    else if (isObject(input)) chunks.push(...this.#blocks.input(key, toJson(input)));
    this.#last = key;
  }

  /** Which call a piece belongs to: by index; a new id together with a name begins another call all the same. */
  #keyOf(call: WireCall, name: string): string {
    const given = call.id ? `${call.index ?? ""}:${call.id}` : undefined;
    const known = call.index == null ? this.#last : this.#keys.get(call.index);
    const another = name !== "" && given !== undefined && given !== known;
    if (known !== undefined && !another) return known;
    const key = given ?? `${call.index ?? ""}#${this.#blocks.calls}`;
    if (call.index != null) this.#keys.set(call.index, key);
    return key;
  }

  /** The server's id, or one of our own where there is none or it was used before. */
  #idFor(given: string | null | undefined): string {
    const used = (id: string): boolean =>
      this.#ids.has(id) ||
      this.#request.messages.some(({ content }) =>
        content.some((block) => block.type === "tool_use" && block.id === id),
      );
    const id = given && !used(given) ? given : `call_${this.#turn()}_${this.#blocks.calls + 1}`;
    this.#ids.add(id);
    return id;
  }

  /** Which answer of the conversation this is, from 1. */
  #turn(): number {
    return 1 + this.#request.messages.filter(({ role }) => role === "assistant").length;
  }

  #stopReason(): StopReason {
    if (this.#refused || this.#finish === "content_filter") return "refusal";
    if (this.#finish === "length") return "max_tokens";
    return this.#blocks.calls > 0 ? "tool_use" : "end_turn";
  }
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  let text = "";
  for (const part of content as readonly unknown[])
    if (isObject(part) && typeof part["text"] === "string") text += part["text"];
  return text;
}

function usageOf(wire: WireUsage): Usage {
  const details = wire.prompt_tokens_details;
  const cacheRead = details?.cached_tokens ?? wire.prompt_cache_hit_tokens ?? 0;
  const cacheWrite = details?.cache_write_tokens ?? 0;
  return {
    input: Math.max(0, (wire.prompt_tokens ?? 0) - cacheRead - cacheWrite),
    output: wire.completion_tokens ?? 0,
    cacheRead,
    cacheWrite,
  };
}
