import type { PluginContext } from "../../../core/types.js";
import type { Tool } from "../../../schemas/tool.js";
import type { Background } from "./background.js";

const NAME = "TaskStop";

/** Offers the tool that ends an agent in the background. It costs nothing before there is one. */
export function offerStop(ctx: PluginContext, background: Background): void {
  if (ctx.all("tool").some(({ name }) => name === NAME)) return;
  const tool: Tool = {
    name: NAME,
    description: "Ends an agent that works in the background.",
    inputSchema: { type: "object", properties: { task_id: { type: "string" } }, required: ["task_id"] },
    effect: "read",
    async run({ task_id: id }, { session }) {
      if (await background.stop(session, String(id))) return { content: `The agent ${String(id)} was stopped.` };
      return { content: `No agent ${String(id)} works in the background of this conversation.`, isError: true };
    },
  };
  ctx.add("tool", tool);
}
