import type { Message } from "../../../schemas/message.js";
import type { ModelRequest, ToolDefinition } from "../../../schemas/provider.js";
import { toJson } from "../to-json.js";
import { messageJson } from "./message-json.js";
import { prefixOf } from "./prefix.js";

const MARK = { cache_control: { type: "ephemeral" } } as const;
/** Ends of user messages that are marked for the cache: this turn's, and last turn's to be found again. */
const MARKED_MESSAGES = 2;

const toolJson = new WeakMap<ToolDefinition, string>();

/**
 * A request as the bytes to send, in pieces. What stood in an earlier request of the same conversation is not
 * serialised again: only the messages from the first cache marker on are.
 */
export function requestBody(
  request: ModelRequest,
  options: { readonly adaptiveThinking?: boolean },
): readonly Uint8Array[] {
  const { messages } = request;
  const marked = markedMessages(messages);
  const prefix = prefixOf(messages, marked[0] ?? messages.length);
  let tail = "";
  for (let i = marked[0] ?? messages.length; i < messages.length; i++) {
    const json = messageJson(messages[i] as Message, marked.includes(i) ? MARK : undefined);
    if (json) tail += tail || prefix.length > 0 ? `,${json}` : json;
  }
  return [Buffer.from(head(request, options)), ...prefix, Buffer.from(`${tail}]}`)];
}

/** Everything before the messages. */
function head(request: ModelRequest, { adaptiveThinking }: { readonly adaptiveThinking?: boolean }): string {
  const { model, system, tools, maxTokens, thinkingTokens } = request;
  const budget = thinkingTokens && !adaptiveThinking ? Math.max(1024, thinkingTokens) : 0;
  const parts = system.filter((part) => part.trim() !== "");
  const fields: Record<string, unknown> = {
    model,
    max_tokens: budget >= maxTokens ? maxTokens + budget : maxTokens,
    stream: true,
  };
  if (thinkingTokens)
    fields["thinking"] = adaptiveThinking ? { type: "adaptive" } : { type: "enabled", budget_tokens: budget };
  if (parts.length > 0)
    fields["system"] = parts.map((text, i) => ({ type: "text", text, ...(i === parts.length - 1 && MARK) }));
  const list = tools.map((tool, i) => definition(tool, parts.length === 0 && i === tools.length - 1));
  const toolField = list.length > 0 ? `,"tools":[${list.join(",")}]` : "";
  return `${toJson(fields).slice(0, -1)}${toolField},"messages":[`;
}

function definition(tool: ToolDefinition, marked: boolean): string {
  const { name, description, inputSchema: input_schema } = tool;
  if (marked) return toJson({ name, description, input_schema, ...MARK });
  let json = toolJson.get(tool);
  if (json === undefined) toolJson.set(tool, (json = toJson({ name, description, input_schema })));
  return json;
}

/** Indexes of the last user messages, ascending. */
function markedMessages(messages: readonly Message[]): readonly number[] {
  const found: number[] = [];
  for (let i = messages.length - 1; i >= 0 && found.length < MARKED_MESSAGES; i--)
    if (messages[i]?.role === "user") found.unshift(i);
  return found;
}
