import type { Chunk, Usage } from "../../../schemas/provider.js";
import { apiUsage } from "./result-line.js";

const NOTHING: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** A piece of an answer as the raw stream events of the public Messages API, whatever provider it came from. */
export function streamEvents(chunk: Chunk): readonly object[] {
  switch (chunk.type) {
    case "text":
      return [delta(chunk.index, { type: "text_delta", text: chunk.text })];
    case "input":
      return [delta(chunk.index, { type: "input_json_delta", partial_json: chunk.json })];
    case "thinking":
      return [delta(chunk.index, { type: "thinking_delta", thinking: chunk.thinking })];
    case "signature":
      return [delta(chunk.index, { type: "signature_delta", signature: chunk.signature })];
    case "block_end":
      return [{ type: "content_block_stop", index: chunk.index }];
    case "block":
      return [{ type: "content_block_start", index: chunk.index, content_block: blockOf(chunk.block) }];
    case "start":
      return [{ type: "message_start", message: messageOf(chunk) }];
    case "stop": {
      const change = { stop_reason: chunk.stopReason, stop_sequence: null };
      return [{ type: "message_delta", delta: change, usage: apiUsage(chunk.usage) }, { type: "message_stop" }];
    }
    default:
      return [];
  }
}

const delta = (index: number, change: object): object => ({ type: "content_block_delta", index, delta: change });

function blockOf(block: Extract<Chunk, { type: "block" }>["block"]): object {
  if (block.type === "tool_use") return { ...block, input: {} };
  return block.type === "thinking" ? { signature: "", ...block } : block;
}

function messageOf({ id, model, usage = NOTHING }: Extract<Chunk, { type: "start" }>): object {
  return {
    id,
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: apiUsage(usage),
  };
}
