import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Chunk, ModelRequest, StopReason, Usage } from "../../../schemas/provider.js";
import { toJson } from "../to-json.js";
import { Blocks } from "../blocks.js";
import { tokenCount } from "../token-count.js";

const NOTHING: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/**
 * One answer of Chat Completions as it arrives, in our chunks. Nothing in what servers send can be relied upon: what
 * is of another type is no id, no name and no text; calls that cannot be told are an Error ("has ...").
 */
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

  take(wire: JsonObject): Chunk[] {
    const chunks: Chunk[] = [];
    if (!this.#started) {
      this.#started = true;
      const id = word(wire["id"]) || `chatcmpl_${this.#turn()}`;
      chunks.push({ type: "start", id, model: word(wire["model"]) || this.#request.model });
    }
    const choice = objects(wire["choices"], "choices").find(({ index }) => (index ?? 0) === 0);
    if (isObject(choice?.["delta"])) this.#delta(choice["delta"], chunks);
    this.#finish = word(choice?.["finish_reason"]) || this.#finish;
    if (isObject(wire["usage"])) {
      this.#usage = usageOf(wire["usage"]);
      this.#counted = this.finished;
    }
    return chunks;
  }

  /** The stream is over. Throws when a call has no name. */
  end(): Chunk[] {
    return [...this.#blocks.end(), { type: "stop", stopReason: this.#stopReason(), usage: this.#usage }];
  }

  #delta(delta: JsonObject, chunks: Chunk[]): void {
    const reasoning = word(delta["reasoning_content"]) || word(delta["reasoning"]);
    chunks.push(...this.#blocks.say("thinking", reasoning));
    chunks.push(...this.#blocks.say("text", contentText(delta["content"])));
    const refusal = word(delta["refusal"]);
    this.#refused ||= refusal !== "";
    chunks.push(...this.#blocks.say("text", refusal));
    for (const call of objects(delta["tool_calls"], "tool calls")) this.#call(call, chunks);
  }

  #call(call: JsonObject, chunks: Chunk[]): void {
    const { name: given, arguments: input }: JsonObject = isObject(call["function"]) ? call["function"] : {};
    const [id, name] = [word(call["id"]), word(given)];
    const key = this.#keyOf(call["index"], id, name);
    if (!this.#blocks.has(key)) chunks.push(...this.#blocks.call(key, this.#idFor(id), name));
    else if (name !== "") chunks.push(...this.#blocks.named(key, name));
    if (input != null) chunks.push(...this.#blocks.input(key, typeof input === "string" ? input : toJson(input)));
    this.#last = key;
  }

  /** Which call a piece belongs to: by index; a new id together with a name begins another call all the same. */
  #keyOf(index: unknown, id: string, name: string): string {
    const at = typeof index === "number" ? index : undefined;
    const given = id === "" ? undefined : `${at ?? ""}:${id}`;
    const known = at === undefined ? this.#last : this.#keys.get(at);
    const another = name !== "" && given !== undefined && given !== known;
    if (known !== undefined && !another) return known;
    const key = given ?? `${at ?? ""}#${this.#blocks.calls}`;
    if (at !== undefined) this.#keys.set(at, key);
    return key;
  }

  /** The server's id, or one of our own where there is none or it was used before. */
  #idFor(given: string): string {
    const used = (id: string): boolean =>
      this.#ids.has(id) ||
      this.#request.messages.some(({ content }) =>
        content.some((block) => block.type === "tool_use" && block.id === id),
      );
    const id = given !== "" && !used(given) ? given : `call_${this.#turn()}_${this.#blocks.calls + 1}`;
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

function usageOf(wire: JsonObject): Usage {
  const details = isObject(wire["prompt_tokens_details"]) ? wire["prompt_tokens_details"] : {};
  // The second name is DeepSeek's.
  const cacheRead = tokenCount(details["cached_tokens"], tokenCount(wire["prompt_cache_hit_tokens"]));
  const cacheWrite = tokenCount(details["cache_write_tokens"]);
  return {
    input: Math.max(0, tokenCount(wire["prompt_tokens"]) - cacheRead - cacheWrite),
    output: tokenCount(wire["completion_tokens"]),
    cacheRead,
    cacheWrite,
  };
}

function word(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The objects of a list, which may be missing. */
function objects(value: unknown, what: string): readonly JsonObject[] {
  if (value == null) return [];
  if (!Array.isArray(value) || !value.every(isObject)) throw new Error(`has ${what} that are no list of objects`);
  return value;
}
