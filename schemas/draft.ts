import type { ReplyEvent } from "./event.js";
import type { Block, Message } from "./message.js";
import type { Chunk, StopReason, Usage } from "./provider.js";
import { DEEPEST, jsonDepth } from "./json-depth.js";
import { isObject } from "./json.js";

type Opening = Extract<Chunk, { type: "block" }>["block"];

/** Calls that one answer may hold. */
export const MOST_CALLS = 1_000;

/** An answer as far as it has arrived. */
export class Draft {
  id = "";
  model = "";
  stopReason: StopReason | undefined;
  usage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  /** Calls whose input is no object, and why: they are answered and never run. */
  readonly invalid: Record<string, string> = Object.create(null) as Record<string, string>;
  readonly #blocks: Block[] = [];
  readonly #ids = new Set<string>();
  #open: Opening | undefined;
  #index = 0;
  #text = "";
  #signature: string | undefined;

  /** Throws when the chunks do not follow the order that `Chunk` promises. */
  take(chunk: Chunk): void {
    switch (chunk.type) {
      case "start":
        this.id = chunk.id;
        this.model = chunk.model;
        if (chunk.usage) this.usage = chunk.usage;
        return;
      case "block":
        if (this.#open) throw new Error(`block ${chunk.index} begins before block ${this.#index} has ended`);
        if (chunk.block.type === "tool_use") this.#requireNew(chunk.block.id);
        this.#open = chunk.block;
        this.#index = chunk.index;
        this.#text =
          chunk.block.type === "text" ? chunk.block.text : chunk.block.type === "thinking" ? chunk.block.thinking : "";
        this.#signature = chunk.block.type === "thinking" ? chunk.block.signature : undefined;
        return;
      case "text":
        return this.#add(chunk.index, chunk.text);
      case "thinking":
        return this.#add(chunk.index, chunk.thinking);
      case "input":
        return this.#add(chunk.index, chunk.json);
      case "signature":
        this.#signature = (this.#signature ?? "") + chunk.signature;
        return;
      case "block_end":
        this.#close();
        return;
      case "stop":
        this.stopReason = chunk.stopReason;
        this.usage = chunk.usage;
    }
  }

  /** The message so far, without a block that is still open unless it is text. */
  message(): Message {
    if (this.#open?.type === "text") this.#close();
    return { role: "assistant", content: this.#blocks };
  }

  /** Only what may stay of an answer that was stopped half-way: text, never a call. */
  spoken(): Message {
    const content = this.message().content.filter((block) => block.type === "text");
    return { role: "assistant", content };
  }

  /** The answer as an event, once it is whole or what was said of it is kept. */
  reply(message: Message, facts: Pick<ReplyEvent, "at" | "id" | "provider" | "model" | "ms" | "firstMs">): ReplyEvent {
    const { usage, stopReason = "end_turn", invalid } = this;
    const model = this.model || facts.model;
    const faults = Object.keys(invalid).length > 0 && { invalid };
    return { type: "reply", ...facts, model, message, stopReason, usage, ...faults };
  }

  /** Results belong to calls by their ids. */
  #requireNew(id: string): void {
    if (this.#ids.has(id)) throw new Error("two calls of one answer have the same id");
    if (this.#ids.size >= MOST_CALLS) throw new Error(`one answer has more than ${MOST_CALLS} calls`);
    this.#ids.add(id);
  }

  #add(index: number, piece: string): void {
    if (!this.#open || index !== this.#index) throw new Error(`a piece of block ${index} came while it was not open`);
    this.#text += piece;
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    if (open.type === "text") {
      if (this.#text !== "") this.#blocks.push({ type: "text", text: this.#text });
    } else if (open.type === "thinking") {
      const signature = this.#signature;
      this.#blocks.push({
        type: "thinking",
        thinking: this.#text,
        ...(signature !== undefined && { signature }),
      });
    } else if (open.type === "redacted_thinking") {
      this.#blocks.push(open);
    } else {
      this.#blocks.push({ type: "tool_use", id: open.id, name: open.name, input: this.#input(open.id) });
    }
  }

  #input(id: string): Readonly<Record<string, unknown>> {
    if (this.#text.trim() === "") return {};
    try {
      const input: unknown = JSON.parse(this.#text);
      if (isObject(input) && jsonDepth(this.#text) <= DEEPEST) return input;
      if (isObject(input)) this.invalid[id] = `The input of a call must not be nested deeper than ${DEEPEST} levels.`;
      else this.invalid[id] = "The input of a call must be a JSON object.";
    } catch {
      this.invalid[id] = "The input of the call is not valid JSON; it may have been cut off.";
    }
    return {};
  }
}
