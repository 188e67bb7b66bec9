import type { Block, Message } from "../../../schemas/message.js";
import { toJson } from "../to-json.js";

/**
 * One message as the Messages API takes it; empty when nothing of it can be sent. The API refuses empty texts, and
 * thinking without a signature, which is what another provider's thinking is. `mark` is put on the last block.
 */
export function messageJson({ role, content }: Message, mark?: object): string {
  const blocks = content.filter(isSendable).map(sendable);
  const last = blocks.at(-1);
  if (!last) return "";
  return toJson({ role, content: mark ? [...blocks.slice(0, -1), { ...last, ...mark }] : blocks });
}

function isSendable(block: Block): boolean {
  if (block.type === "text") return /\S/.test(block.text);
  if (block.type === "thinking") return Boolean(block.signature);
  return true;
}

function sendable(block: Block): Block {
  if (block.type !== "tool_result" || typeof block.content === "string") return block;
  return block.content.every(isSendable) ? block : { ...block, content: block.content.filter(isSendable) };
}
