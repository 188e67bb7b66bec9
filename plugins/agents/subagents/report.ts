import type { ToolOutput } from "../../../schemas/tool.js";
import type { Child } from "./child.js";
import type { Outcome } from "./work.js";

/** What the model and programs are told of an agent that has ended. */
export function report({ id, task }: Child, outcome: Outcome): ToolOutput {
  const { state, text, findings, ms, calls, usage, model } = outcome;
  const isError = state === "failed" || state === "cancelled";
  return {
    content: text,
    ...(isError && { isError }),
    details: {
      status: state,
      agentId: id,
      agentType: task.type.name,
      prompt: task.prompt,
      content: [{ type: "text", text }],
      ...(findings && { findings }),
      totalTokens: usage.input + usage.output + usage.cacheRead + usage.cacheWrite,
      totalDurationMs: ms,
      totalToolUseCount: calls,
      usage: {
        input_tokens: usage.input,
        output_tokens: usage.output,
        cache_read_input_tokens: usage.cacheRead,
        cache_creation_input_tokens: usage.cacheWrite,
      },
      resolvedModel: model,
    },
  };
}

/** What they are told of one that goes on while the conversation does. */
export function launched({ id, task }: Child, outputFile: string): ToolOutput {
  const { type, description, prompt } = task;
  const content = `The agent ${type.name} works in the background as task ${id}. You are told when it has ended; do not wait for it. Its report will stand in ${outputFile}; TaskStop ends it early.`;
  const details = { status: "async_launched", agentId: id, agentType: type.name, description, prompt, outputFile };
  return { content, details };
}
