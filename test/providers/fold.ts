import type { Block } from "../../schemas/message.js";
import type { Chunk, ModelError, StopReason, Usage } from "../../schemas/provider.js";

/** A streamed answer put together as a conversation does. */
export interface Folded {
  readonly blocks: readonly Block[];
  readonly text: string;
  readonly stop?: StopReason;
  readonly usage?: Usage;
  readonly retries: readonly Extract<Chunk, { type: "retry" }>[];
  readonly error?: ModelError;
}

/**
 * Folds chunks and holds them to the order that schemas/provider.ts promises: throws at the first chunk that is out of
 * place.
 */
export function fold(chunks: readonly Chunk[]): Folded {
  const retries: Folded["retries"][number][] = [];
  let attempt = new Attempt();
  for (const chunk of chunks) {
    if (attempt.over) throw new Error(`a ${chunk.type} chunk comes after the end`);
    if (chunk.type === "retry") {
      retries.push(chunk);
      attempt = new Attempt();
    } else attempt.take(chunk);
  }
  if (!attempt.over) throw new Error("the answer has no end");
  const { blocks, stop, usage, error } = attempt;
  const text = blocks.map((block) => (block.type === "text" ? block.text : "")).join("");
  return { blocks, text, retries, ...(stop && { stop }), ...(usage && { usage }), ...(error && { error }) };
}

class Attempt {
  blocks: Block[] = [];
  stop: StopReason | undefined;
  usage: Usage | undefined;
  error: ModelError | undefined;
  private started = false;
  private open = -1;
  private json = "";

  get over(): boolean {
    return this.stop !== undefined || this.error !== undefined;
  }

  take(chunk: Exclude<Chunk, { type: "retry" }>): void {
    if (chunk.type === "error") this.error = chunk.error;
    else if (chunk.type === "start") {
      if (this.started) throw new Error("the answer starts twice");
      this.started = true;
    } else if (!this.started) throw new Error(`a ${chunk.type} chunk comes before the start`);
    else if (chunk.type === "stop") {
      if (this.open >= 0) throw new Error(`the answer stops while block ${this.open} is open`);
      this.stop = chunk.stopReason;
      this.usage = chunk.usage;
    } else this.inBlock(chunk);
  }

  private inBlock(chunk: Exclude<Chunk, { type: "retry" | "error" | "start" | "stop" }>): void {
    if (chunk.type === "block") {
      if (this.open >= 0 || chunk.index !== this.blocks.length) throw new Error(`block ${chunk.index} is out of place`);
      this.open = chunk.index;
      this.json = "";
      this.blocks.push(chunk.block.type === "tool_use" ? { ...chunk.block, input: {} } : chunk.block);
      return;
    }
    if (chunk.index !== this.open)
      throw new Error(`a ${chunk.type} chunk is for block ${chunk.index}, which is not open`);
    if (chunk.type === "block_end") this.close();
    else this.blocks[this.open] = this.grown(chunk);
  }

  private grown(chunk: Extract<Chunk, { type: "text" | "thinking" | "signature" | "input" }>): Block {
    const block = this.blocks[this.open] as Block;
    if (chunk.type === "text" && block.type === "text") return { ...block, text: block.text + chunk.text };
    if (chunk.type === "thinking" && block.type === "thinking")
      return { ...block, thinking: block.thinking + chunk.thinking };
    if (chunk.type === "signature" && block.type === "thinking")
      return { ...block, signature: (block.signature ?? "") + chunk.signature };
    if (chunk.type === "input" && block.type === "tool_use") this.json += chunk.json;
    else throw new Error(`a ${chunk.type} chunk is in a block of type ${block.type}`);
    return block;
  }

  private close(): void {
    const block = this.blocks[this.open] as Block;
    if (block.type === "tool_use")
      this.blocks[this.open] = { ...block, input: JSON.parse(this.json || "{}") as Record<string, unknown> };
    this.open = -1;
  }
}
