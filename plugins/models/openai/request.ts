import type { ModelRequest, ToolDefinition } from "../../../schemas/provider.js";
import { toJson } from "../to-json.js";
import { messageTranslator, type Server } from "./messages.js";

/** What a server was found not to take, by model. */
export type Dislike = "reasoning" | "max_tokens" | "stream_options";

/** Writes request bodies as JSON text; what did not change since the last request is not written anew. */
export function bodyWriter(server: Server): (request: ModelRequest, dislikes: ReadonlySet<Dislike>) => string {
  const messageJson = messageTranslator(server);
  const tools = new WeakMap<ToolDefinition, string>();

  function toolJson(tool: ToolDefinition): string {
    let json = tools.get(tool);
    if (json === undefined) {
      const { name, description, inputSchema } = tool;
      json = toJson({ type: "function", function: { name, description, parameters: inputSchema } });
      tools.set(tool, json);
    }
    return json;
  }

  return (request, dislikes) => {
    const messages: string[] = [];
    const system = request.system.filter((part) => part !== "").join("\n\n");
    if (system !== "") messages.push(toJson({ role: "system", content: system }));
    for (const message of request.messages) {
      const json = messageJson(message);
      if (json !== "") messages.push(json);
    }
    const list = request.tools.map(toolJson).join(",");
    const rest = toJson(options(request, server, dislikes)).slice(1);
    return `{"messages":[${messages.join(",")}]${list && `,"tools":[${list}]`},${rest}`;
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
