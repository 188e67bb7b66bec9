import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Block } from "../../../schemas/message.js";

/** What a client said, waiting for its turn. */
export interface UserMessage {
  readonly content: readonly Block[];
  /** The client's own id, where it gave one. */
  readonly id?: string;
  /** False: it is only added to the conversation. */
  readonly asks: boolean;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Reads a line of type "user". A string says what is wrong with it. */
export function userMessage(line: JsonObject): UserMessage | string {
  const { message, uuid, shouldQuery } = line;
  if (!isObject(message) || message["role"] !== "user") return '"message" must be an object whose role is "user"';
  const content = contentOf(message["content"]);
  if (typeof content === "string") return content;
  const id = typeof uuid === "string" && UUID.test(uuid) ? uuid : undefined;
  return { content, asks: shouldQuery !== false, ...(id !== undefined && { id }) };
}

function contentOf(content: unknown): readonly Block[] | string {
  if (typeof content === "string") {
    return content.trim() === "" ? '"content" is empty' : [{ type: "text", text: content }];
  }
  if (!Array.isArray(content) || content.length === 0) return '"content" must be a text or a list of blocks';
  const bad = content.findIndex((block) => !isBlock(block));
  return bad < 0 ? (content as readonly Block[]) : `block ${bad} of "content" is neither text, image nor document`;
}

/** What a person can say: the other blocks are the model's and the tools'. */
function isBlock(block: unknown): boolean {
  if (!isObject(block)) return false;
  const { type, text, source } = block;
  if (type === "text") return typeof text === "string";
  if (!isObject(source)) return false;
  if (type === "image" && source["type"] === "url") return typeof source["url"] === "string";
  const isData = source["type"] === "base64" && typeof source["data"] === "string";
  return (type === "image" || type === "document") && isData && typeof source["media_type"] === "string";
}
