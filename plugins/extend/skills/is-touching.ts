import type { FinishedCall } from "../../../hooks/post-tool-use.js";
import type { ToolCall } from "../../../schemas/decision.js";

const TOOLS: ReadonlySet<string> = new Set(["Read", "Edit", "Write", "MultiEdit", "NotebookEdit", "NotebookRead"]);

/** Whether a call worked on a file. */
export function isTouching({ output }: FinishedCall, { name }: ToolCall): boolean {
  return TOOLS.has(name) && output.isError !== true;
}

/** The file a call worked on, as it was given. */
export function touchedFile({ input }: ToolCall): string | undefined {
  const path = input["file_path"] ?? input["notebook_path"] ?? input["path"];
  return typeof path === "string" && path !== "" ? path : undefined;
}
