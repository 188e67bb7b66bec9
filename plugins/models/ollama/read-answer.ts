import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Chunk, ModelRequest } from "../../../schemas/provider.js";
import { toJson } from "../to-json.js";
import { Blocks } from "../blocks.js";
import { detailOf, kept, malformedFailure, type Endpoint } from "../failure.js";
import type { HttpResponse } from "../http-fetch.js";
import { readLines, type ReadOptions } from "../read-stream.js";
import { statusFailure } from "../status-failure.js";
import { tokenCount } from "../token-count.js";

/** Reads one answer: lists of chunks, the last with `stop`. Ends without it when the answer was cut off. */
export async function* readAnswer(
  response: HttpResponse,
  request: ModelRequest,
  options: ReadOptions,
): AsyncGenerator<readonly Chunk[], void, undefined> {
  const answer = new Answer(request, options.endpoint);
  for await (const lines of readLines(response.body, options)) {
    const chunks: Chunk[] = [];
    for (const line of lines) {
      chunks.push(...kept(options.endpoint, () => answer.take(line)));
      if (!answer.done) continue;
      response.body.drain();
      yield chunks;
      return;
    }
    if (chunks.length === 0) continue;
    response.body.used();
    yield chunks;
  }
}

class Answer {
  done = false;
  readonly #request: ModelRequest;
  readonly #endpoint: Endpoint;
  readonly #blocks = new Blocks();
  /** Which answer of the conversation this is, from 1: Ollama gives no ids. */
  readonly #turn: number;
  #started = false;

  constructor(request: ModelRequest, endpoint: Endpoint) {
    this.#request = request;
    this.#endpoint = endpoint;
    this.#turn = 1 + request.messages.filter(({ role }) => role === "assistant").length;
  }

  take(line: string): Chunk[] {
    const wire = this.#parse(line);
    const chunks: Chunk[] = [];
    if (!this.#started) {
      this.#started = true;
      const model = typeof wire["model"] === "string" ? wire["model"] : this.#request.model;
      chunks.push({ type: "start", id: `ollama_${this.#turn}`, model });
    }
    if (isObject(wire["message"])) this.#message(wire["message"], chunks);
    if (wire["done"] === true) chunks.push(...this.#end(wire));
    return chunks;
  }

  #message({ thinking, content, tool_calls: calls }: JsonObject, chunks: Chunk[]): void {
    if (typeof thinking === "string") chunks.push(...this.#blocks.say("thinking", thinking));
    if (typeof content === "string") chunks.push(...this.#blocks.say("text", content));
    if (calls != null && !Array.isArray(calls))
      throw malformedFailure(this.#endpoint, "has tool calls that are no list");
    for (const call of (calls ?? []) as readonly unknown[]) {
      const called = isObject(call) ? call["function"] : undefined;
      if (!isObject(called) || typeof called["name"] !== "string" || called["name"] === "")
        throw malformedFailure(this.#endpoint, "has a tool call without a name");
      const id = `call_${this.#turn}_${this.#blocks.calls + 1}`;
      const input = called["arguments"] ?? {};
      chunks.push(...this.#blocks.call(id, id, called["name"]));
      chunks.push(...this.#blocks.input(id, typeof input === "string" ? input : toJson(input)));
    }
  }

  #end(wire: JsonObject): Chunk[] {
    this.done = true;
    const called = this.#blocks.calls > 0 ? "tool_use" : "end_turn";
    const stop: Chunk = {
      type: "stop",
      stopReason: wire["done_reason"] === "length" ? "max_tokens" : called,
      usage: {
        input: tokenCount(wire["prompt_eval_count"]),
        output: tokenCount(wire["eval_count"]),
        cacheRead: 0,
        cacheWrite: 0,
      },
    };
    return [...this.#blocks.end(), stop];
  }

  #parse(line: string): JsonObject {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw malformedFailure(this.#endpoint, "has a line that is no JSON");
    }
    if (!isObject(value)) throw malformedFailure(this.#endpoint, "has a line that is no object");
    if (value["error"] === undefined) return value;
    throw statusFailure({ status: 500, ...detailOf(line) }, this.#endpoint);
  }
}
