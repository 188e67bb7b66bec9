import type { ModelRequest } from "../../../schemas/provider.js";
import { functionJson, messagesJson } from "../chat-json.js";
import { toJson } from "../to-json.js";
import { messageTranslator, type Server } from "./messages.js";

/** What a server was found not to take, by model. */
export type Dislike = "reasoning" | "max_tokens" | "stream_options";

/** Writes request bodies as JSON text; what did not change since the last request is not written anew. */
export function bodyWriter(server: Server): (request: ModelRequest, dislikes: ReadonlySet<Dislike>) => string {
  const messageJson = messageTranslator(server);
  const toolJson = functionJson();
  return (request, dislikes) => {
    const messages = messagesJson(request, messageJson);
    const list = request.tools.map(toolJson).join(",");
    const rest = toJson(options(request, server, dislikes)).slice(1);
    return `{"messages":[${messages}]${list && `,"tools":[${list}]`},${rest}`;
  };
}

function options(request: ModelRequest, server: Server, dislikes: ReadonlySet<Dislike>): object {
  const newLimit = server.own || dislikes.has("max_tokens");
  const effort = dislikes.has("reasoning") ? "none" : effortFor(request.thinkingTokens);
  return {
    model: request.model,
    stream: true,
    ...(!dislikes.has("stream_options") && { stream_options: { include_usage: true } }),
    [newLimit ? "max_completion_tokens" : "max_tokens"]: request.maxTokens,
    ...(effort !== undefined && { reasoning_effort: effort }),
  };
}

/** Chat Completions knows grades, not numbers. */
function effortFor(tokens: number | undefined): string | undefined {
  if (tokens === undefined || tokens <= 0) return undefined;
  if (tokens <= 4_096) return "low";
  return tokens <= 16_384 ? "medium" : "high";
}
