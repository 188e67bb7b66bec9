import type { ModelRequest } from "../../../schemas/provider.js";
import { functionJson, messagesJson } from "../chat-json.js";
import { toJson } from "../to-json.js";
import { messageTranslator } from "./messages.js";

/** Writes `/api/chat` bodies as JSON text; what did not change since the last request is not written anew. */
export function bodyWriter(context: number | undefined): (request: ModelRequest) => string {
  const messageJson = messageTranslator();
  const toolJson = functionJson();
  return (request) => {
    const { model, thinkingTokens } = request;
    const messages = messagesJson(request, messageJson);
    const list = request.tools.map(toolJson).join(",");
    const rest = toJson({
      model,
      stream: true,
      ...(thinkingTokens !== undefined && { think: thinkingTokens > 0 }),
      options: { num_predict: request.maxTokens, ...(context !== undefined && { num_ctx: context }) },
    }).slice(1);
    return `{"messages":[${messages}]${list && `,"tools":[${list}]`},${rest}`;
  };
}
