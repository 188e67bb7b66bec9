import type { Message as WireMessage } from "ollama";
import { textOf, type Block, type Message, type ToolResultBlock } from "../../../schemas/message.js";
import { toJson } from "../to-json.js";

/**
 * Translates conversations to Ollama's messages, each message once in its life: gives their JSON, separated by commas.
 * Ollama knows a result by the name of its tool, so the translator remembers the names of the calls it has met.
 */
export function messageTranslator(): (message: Message) => string {
  const known = new WeakMap<Message, string>();
  const names = new Map<string, string>();
  return (message) => {
    const before = known.get(message);
    if (before !== undefined) return before;
    for (const block of message.content) if (block.type === "tool_use") names.set(block.id, block.name);
    const list = message.role === "assistant" ? [assistantMessage(message)] : userMessages(message, names);
    const json = list.map(toJson).join(",");
    known.set(message, json);
    return json;
  };
}

function assistantMessage(message: Message): WireMessage {
  const calls: NonNullable<WireMessage["tool_calls"]> = [];
  let thinking = "";
  for (const block of message.content) {
    if (block.type === "tool_use") calls.push({ function: { name: block.name, arguments: { ...block.input } } });
    // A signature belongs to the provider that made it: such thinking is of no use here.
    if (block.type === "thinking" && block.signature === undefined) thinking += block.thinking;
  }
  return {
    role: "assistant",
    content: textOf(message.content),
    ...(thinking !== "" && calls.length > 0 && { thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

/** Results first, because they follow the calls; then the words and pictures of this message and of the results. */
function userMessages(message: Message, names: ReadonlyMap<string, string>): WireMessage[] {
  const list: WireMessage[] = [];
  const shown: Block[] = [];
  for (const block of message.content) {
    if (block.type !== "tool_result") continue;
    const tool_name = names.get(block.tool_use_id);
    list.push({ role: "tool", content: resultText(block), ...(tool_name !== undefined && { tool_name }) });
    if (typeof block.content !== "string") shown.push(...block.content.filter(({ type }) => type !== "text"));
  }
  if (shown.length > 0) shown.unshift({ type: "text", text: "From the results above:" });
  const words = [...shown, ...message.content.filter(({ type }) => type !== "tool_result")];
  if (words.length > 0) list.push(userMessage(words));
  return list;
}

function resultText(block: ToolResultBlock): string {
  const text = textOf(block.content);
  if (text === "") return block.content.length > 0 ? "(shown below)" : "(no output)";
  return block.is_error === true && !/^error/i.test(text) ? `Error: ${text}` : text;
}

function userMessage(blocks: readonly Block[]): WireMessage {
  const images: string[] = [];
  const texts: string[] = [];
  for (const block of blocks) {
    if (block.type === "text") texts.push(block.text);
    else if (block.type === "image" && block.source.type === "base64") images.push(block.source.data);
    else if (block.type === "image") texts.push("[a picture was left out: Ollama takes no addresses of pictures]");
    else if (block.type === "document") {
      const name = block.title ?? "a document";
      const { media_type, data } = block.source;
      if (media_type.startsWith("text/")) texts.push(`${name}:\n${Buffer.from(data, "base64").toString("utf8")}`);
      else texts.push(`[${name} was left out: Ollama takes no documents]`);
    }
  }
  return { role: "user", content: texts.join("\n\n"), ...(images.length > 0 && { images }) };
}
