import type { ModelRequest, ToolDefinition } from "../../../schemas/provider.js";
import { toJson } from "../to-json.js";
import { messageTranslator } from "./messages.js";

/** Writes `/api/chat` bodies as JSON text; what did not change since the last request is not written anew. */
export function bodyWriter(context: number | undefined): (request: ModelRequest) => string {
  const messageJson = messageTranslator();
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

  return (request) => {
    const { model, thinkingTokens } = request;
    const messages: string[] = [];
    const system = request.system.filter((part) => part !== "").join("\n\n");
    if (system !== "") messages.push(toJson({ role: "system", content: system }));
    for (const message of request.messages) {
      const json = messageJson(message);
      if (json !== "") messages.push(json);
    }
    const list = request.tools.map(toolJson).join(",");
    const rest = toJson({
      model,
      stream: true,
      ...(thinkingTokens !== undefined && { think: thinkingTokens > 0 }),
      options: { num_predict: request.maxTokens, ...(context !== undefined && { num_ctx: context }) },
    }).slice(1);
    return `{"messages":[${messages.join(",")}]${list && `,"tools":[${list}]`},${rest}`;
  };
}
