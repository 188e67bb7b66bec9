import { isObject } from "../../../schemas/json.js";
import type { TextBlock } from "../../../schemas/message.js";
import type { ToolOutput } from "../../../schemas/tool.js";

/** What a hook gives in the place of a tool's output; undefined where it is nothing of the kind. */
export function replaced(given: unknown, output: ToolOutput): ToolOutput | undefined {
  if (typeof given === "string") return { ...output, content: given };
  if (Array.isArray(given)) {
    const isText = (block: unknown): block is TextBlock =>
      isObject(block) && block["type"] === "text" && typeof block["text"] === "string";
    return given.every(isText) ? { ...output, content: given.map(({ text }) => ({ type: "text", text })) } : undefined;
  }
  if (!isObject(given)) return undefined;
  const { details } = output;
  // A shell's answer is its two streams; of others the model reads the text, which a structure does not tell.
  const isShell = isObject(details) && typeof details["stdout"] === "string" && typeof given["stdout"] === "string";
  if (isShell) {
    const stderr = typeof given["stderr"] === "string" ? given["stderr"] : "";
    const content = [given["stdout"], stderr].filter((text) => text !== "").join("\n");
    return { ...output, content, details: { ...details, ...given } };
  }
  return typeof given["content"] === "string" ? { ...output, content: given["content"] } : undefined;
}
