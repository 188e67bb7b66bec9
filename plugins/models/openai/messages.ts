import {
  textOf,
  type Block,
  type ImageBlock,
  type DocumentBlock,
  type Message,
  type ToolResultBlock,
} from "../../../schemas/message.js";
import { toJson } from "../to-json.js";

/** What a server takes beside text, as far as it is known from its address. */
export interface Server {
  /** OpenAI's own: newer names, and nothing beyond its own schema. */
  readonly own: boolean;
  /** Takes documents as `file` parts. */
  readonly files: boolean;
}

type Part = Readonly<Record<string, unknown>>;

/** Translates messages to Chat Completions, each once in its life: gives their JSON, separated by commas. */
export function messageTranslator(server: Server): (message: Message) => string {
  const known = new WeakMap<Message, string>();
  return (message) => {
    const before = known.get(message);
    if (before !== undefined) return before;
    const list = message.role === "assistant" ? [assistantMessage(message, server)] : userMessages(message, server);
    const json = list.map(toJson).join(",");
    known.set(message, json);
    return json;
  };
}

function assistantMessage(message: Message, server: Server): Part {
  const calls = [];
  let reasoning = "";
  for (const block of message.content) {
    if (block.type === "tool_use") {
      const called = { name: block.name, arguments: toJson(block.input) };
      calls.push({ id: block.id, type: "function", function: called });
    }
    // A signature belongs to the provider that made it: such thinking is of no use here.
    if (block.type === "thinking" && block.signature === undefined) reasoning += block.thinking;
  }
  const content = textOf(message.content);
  if (calls.length === 0) return { role: "assistant", content };
  // Servers that give reasoning beside a call want it back with the call; OpenAI's own gives none and refuses it.
  const thought = !server.own && reasoning !== "" ? { reasoning_content: reasoning } : {};
  return { role: "assistant", content: content === "" ? null : content, ...thought, tool_calls: calls };
}

/** Results first, because they must follow the calls at once; then what results cannot hold, then the words. */
function userMessages(message: Message, server: Server): Part[] {
  const results: Part[] = [];
  const parts: Part[] = [];
  for (const block of message.content) {
    if (block.type !== "tool_result") continue;
    results.push({ role: "tool", tool_call_id: block.tool_use_id, content: resultText(block) });
    const shown = mediaOf(block);
    if (shown.length > 0) parts.push({ type: "text", text: `From the result of ${block.tool_use_id}:` });
    for (const each of shown) parts.push(partOf(each, server));
  }
  for (const block of message.content) if (isPart(block)) parts.push(partOf(block, server));
  if (parts.length === 0) return results;
  const plain = parts.length === 1 && parts[0]?.["type"] === "text" ? parts[0]["text"] : parts;
  return [...results, { role: "user", content: plain }];
}

type Shown = { readonly type: "text"; readonly text: string } | ImageBlock | DocumentBlock;

function isPart(block: Block): block is Shown {
  return block.type === "image" || block.type === "document" || (block.type === "text" && block.text !== "");
}

function mediaOf({ content }: ToolResultBlock): readonly (ImageBlock | DocumentBlock)[] {
  if (typeof content === "string") return [];
  return content.filter((block) => block.type !== "text");
}

function resultText(block: ToolResultBlock): string {
  const text = textOf(block.content);
  if (text === "") return mediaOf(block).length > 0 ? "(shown below)" : "(no output)";
  return block.is_error === true && !/^error/i.test(text) ? `Error: ${text}` : text;
}

function partOf(block: Shown, server: Server): Part {
  if (block.type === "text") return { type: "text", text: block.text };
  const { source } = block;
  if (block.type === "image") {
    const url = source.type === "url" ? source.url : `data:${source.media_type};base64,${source.data}`;
    return { type: "image_url", image_url: { url } };
  }
  const name = block.title ?? "document.pdf";
  const { media_type, data } = block.source;
  if (media_type.startsWith("text/"))
    return { type: "text", text: `${name}:\n${Buffer.from(data, "base64").toString("utf8")}` };
  if (!server.files) return { type: "text", text: `[${name} was left out: this model server takes no documents]` };
  return { type: "file", file: { filename: name, file_data: `data:${media_type};base64,${data}` } };
}
