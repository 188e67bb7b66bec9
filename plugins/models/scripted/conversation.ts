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

/** The text of the last prompt: of the messages that follow an answer and carry no results. */
export function lastPrompt(request: ModelRequest): string {
  let prompt: string | undefined;
  for (let at = request.messages.length - 1; at >= 0; at -= 1) {
    const message = request.messages[at];
    const isPrompt = message?.role === "user" && !hasResults(message);
    if (message && isPrompt)
      prompt = prompt === undefined ? textOf(message.content) : `${textOf(message.content)}\n${prompt}`;
    else if (prompt !== undefined) break;
  }
  return prompt ?? "";
}

/** The user's messages since the last answer. */
function tail(request: ModelRequest): readonly Message[] {
  const last = request.messages.findLastIndex(({ role }) => role === "assistant");
  return request.messages.slice(last + 1);
}
