import { textOf, type Message, type ToolResultBlock } from "../../../schemas/message.js";
import type { ModelRequest } from "../../../schemas/provider.js";

const isResult = (block: { readonly type: string }): block is ToolResultBlock => block.type === "tool_result";

/** True for a message that carries tool results. */
export function hasResults(message: Message): boolean {
  return message.content.some(isResult);
}

/** The tool results at the end of the conversation: those that no answer followed. */
export function lastResults(request: ModelRequest): readonly ToolResultBlock[] {
  const results: ToolResultBlock[] = [];
  for (const message of tail(request)) results.push(...message.content.filter(isResult));
  return results;
}

/** What a person said in a message: its first text. What plugins add stands behind it. */
export function spoken({ content }: Message): string {
  return content.find((block) => block.type === "text")?.text ?? "";
}

/** The text of the last prompt with what was added to it: of the messages that follow an answer and carry no results. */
export function lastPrompt(request: ModelRequest, read: (message: Message) => string = wholeText): string {
  let prompt: string | undefined;
  for (let at = request.messages.length - 1; at >= 0; at -= 1) {
    const message = request.messages[at];
    const isPrompt = message?.role === "user" && !hasResults(message);
    if (message && isPrompt) prompt = prompt === undefined ? read(message) : `${read(message)}\n${prompt}`;
    else if (prompt !== undefined) break;
  }
  return prompt ?? "";
}

function wholeText({ content }: Message): string {
  return textOf(content);
}

/** The user's messages since the last answer. */
function tail(request: ModelRequest): readonly Message[] {
  const last = request.messages.findLastIndex(({ role }) => role === "assistant");
  return request.messages.slice(last + 1);
}
