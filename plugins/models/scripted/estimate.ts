import type { Block, Message } from "../../../schemas/message.js";
import type { ModelRequest, ToolDefinition } from "../../../schemas/provider.js";

const CHARACTERS_PER_TOKEN = 4;
const IMAGE_CHARACTERS = 6000;

const known = new WeakMap<Message | ToolDefinition, number>();

/** Tokens that a text of this length would cost, roughly. */
export function tokensFor(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

/** Tokens of a request, roughly. Counts each message once in its life. */
export function requestTokens({ system, messages, tools }: ModelRequest): number {
  let characters = 0;
  for (const part of system) characters += part.length;
  for (const tool of tools) characters += once(tool, () => JSON.stringify(tool).length);
  for (const message of messages) characters += once(message, () => sizeOf(message.content));
  return tokensFor(characters);
}

function once(key: Message | ToolDefinition, count: () => number): number {
  const before = known.get(key);
  if (before !== undefined) return before;
  const size = count();
  known.set(key, size);
  return size;
}

function sizeOf(content: readonly Block[]): number {
  let size = 0;
  for (const block of content) {
    if (block.type === "text") size += block.text.length;
    else if (block.type === "thinking") size += block.thinking.length;
    else if (block.type === "tool_use") size += JSON.stringify(block.input).length;
    else if (block.type === "tool_result")
      size += typeof block.content === "string" ? block.content.length : sizeOf(block.content);
    else size += IMAGE_CHARACTERS;
  }
  return size;
}
