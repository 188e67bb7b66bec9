import type { Block, Message, ResultContent } from "../../../schemas/message.js";
import type { ToolDefinition } from "../../../schemas/provider.js";

/** Rule of thumb for text and JSON alike. Providers do not say what a single tool costs. */
const CHARACTERS_PER_TOKEN = 4;
/** A picture or a page, whatever its bytes. */
const PER_ATTACHMENT = 1_500;

/** Tokens a tool's definition adds to a request, estimated. */
export function tokensOfDefinition({ name, description, inputSchema }: ToolDefinition): number {
  return tokens(JSON.stringify({ name, description, inputSchema }).length);
}

/** Tokens of all results in a conversation, by the name of the tool, estimated. */
export function tokensOfResults(messages: readonly Message[]): Map<string, number> {
  const names = new Map<string, string>();
  const sums = new Map<string, number>();
  for (const { content } of messages) {
    for (const block of content) {
      if (block.type === "tool_use") names.set(block.id, block.name);
      if (block.type !== "tool_result") continue;
      const name = names.get(block.tool_use_id) ?? "?";
      sums.set(name, (sums.get(name) ?? 0) + tokensOf(block.content));
    }
  }
  return sums;
}

function tokensOf(content: string | readonly ResultContent[]): number {
  if (typeof content === "string") return tokens(content.length);
  return content.reduce((sum, block) => sum + tokensOfBlock(block), 0);
}

function tokensOfBlock(block: Block): number {
  return block.type === "text" ? tokens(block.text.length) : PER_ATTACHMENT;
}

function tokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}
