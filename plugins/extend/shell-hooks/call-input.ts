import { homedir } from "node:os";
import { resolve } from "node:path";
import type { ToolCall } from "../../../schemas/decision.js";
import type { JsonObject } from "../../../schemas/json.js";
import { textOf, type ResultContent } from "../../../schemas/message.js";

/** What hooks are told of a call: its paths in full, whatever the model wrote. */
export function callInput({ id, name, input }: ToolCall, cwd: string): JsonObject {
  return { tool_name: name, tool_input: withFullPaths(input, cwd), tool_use_id: id, ...serverOf(name) };
}

/** The same before it has an id that means something to the person. */
export function questionInput(call: ToolCall, cwd: string): JsonObject {
  const { tool_use_id: _, ...rest } = callInput(call, cwd);
  return rest;
}

const PATHS = ["file_path", "notebook_path"];

function withFullPaths(input: JsonObject, cwd: string): JsonObject {
  const path = PATHS.find((key) => typeof input[key] === "string");
  if (path === undefined) return input;
  const given = String(input[path]);
  const full = given === "~" || given.startsWith("~/") ? homedir() + given.slice(1) : resolve(cwd, given);
  return full === given ? input : { ...input, [path]: full };
}

function serverOf(tool: string): JsonObject {
  const name = /^mcp__(.+?)__/.exec(tool)?.[1];
  if (name === undefined) return {};
  return { mcp_server: { name, source: name.startsWith("plugin_") ? "plugin" : "settings" } };
}

/** A result's text as the model reads it. */
export function resultText(content: string | readonly ResultContent[]): string {
  return typeof content === "string" ? content : textOf(content);
}
