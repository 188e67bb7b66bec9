import type { Message } from "../../schemas/message.js";
import type { ModelRequest, ToolDefinition } from "../../schemas/provider.js";
import { toJson } from "./to-json.js";

/** Writes a tool as a function, the form that Chat Completions and Ollama share. Each tool is written once. */
export function functionJson(): (tool: ToolDefinition) => string {
  const written = new WeakMap<ToolDefinition, string>();
  return (tool) => {
    let json = written.get(tool);
    if (json === undefined) {
      const { name, description, inputSchema } = tool;
      json = toJson({ type: "function", function: { name, description, parameters: inputSchema } });
      written.set(tool, json);
    }
    return json;
  };
}

/** The messages of a request, separated by commas: the system prompt first, then those that `messageJson` does not leave out. */
export function messagesJson(request: ModelRequest, messageJson: (message: Message) => string): string {
  const messages: string[] = [];
  const system = request.system.filter((part) => part !== "").join("\n\n");
  if (system !== "") messages.push(toJson({ role: "system", content: system }));
  for (const message of request.messages) {
    const json = messageJson(message);
    if (json !== "") messages.push(json);
  }
  return messages.join(",");
}
