import { live } from "../../../core/live.js";
import type { PluginContext, Setup } from "../../../core/types.js";
import type { PendingCall } from "../../../schemas/decision.js";
import type { Sandbox } from "../../../schemas/guards.js";
import type { ModelRequest, ToolDefinition } from "../../../schemas/provider.js";
import type { Subcommand } from "../../../schemas/front.js";
import type { Walled } from "./walled.js";

const FLAG = "dangerouslyDisableSandbox";

const setup: Setup = (ctx) => {
  let walled: Promise<Walled> | undefined;
  const load = (): Promise<Walled> => (walled ??= import("./walled.js").then(({ Walled }) => new Walled(ctx)));
  const off = (): boolean => !isWanted(ctx);
  const service: Sandbox = {
    state: async (session) => (off() ? OFF : (await load()).state(session)),
    check: async () => (off() ? OFF : (await load()).check()),
    wrap: async (session, call) => {
      if (!off()) return (await load()).wrap(session, call);
      return { file: call.file, args: call.args, env: call.env, finished: async () => [] };
    },
    enclose: async (program) => (await load()).enclose(program),
  };
  ctx.add("service", { name: "sandbox", service });
  const concerns = ({ call }: PendingCall): boolean => call.name === "Bash" && !off();
  // Before the gate of permissions, which then knows of the walls; and after it, to add to what it asks.
  ctx.tap(
    "PreToolUse",
    async (pending, session) => (concerns(pending) ? (await load()).judge(pending, session) : undefined),
    { stage: 50 },
  );
  ctx.tap(
    "PreToolUse",
    async (pending, session) => (concerns(pending) ? (await load()).explain(pending, session) : undefined),
    { stage: 150 },
  );
  ctx.tap("PreModel", async (request) => (off() ? undefined : offered(ctx, request)));
  ctx.tap("PostToolUse", async ({ output }, call, session) => {
    if (walled && !output.isError) (await walled).made(call, session);
  });
  ctx.tap("Event", (event, session) => {
    if (event.type === "close" && walled) void walled.then((one) => one.close(session));
  });
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "sandbox",
      run: async (invocation) => {
        const { runSubcommand } = await import("./subcommand.js");
        return runSubcommand(invocation, await load(), ctx.kernel);
      },
    }),
  );
  ctx.onDispose(async () => (await walled)?.dispose());
};
export default setup;

const OFF = { active: false, reason: "It is switched off (sandbox.enabled)." } as const;

/** Whether any setting asks for the sandbox. What counts in the end is worked out when it is needed. */
function isWanted(ctx: PluginContext): boolean {
  const { settings } = ctx.kernel;
  return settings.origins("sandbox.enabled").some(({ value, held }) => held === undefined && value !== false);
}

/** Lists of tools as they are offered: one that stays the same is not sent through JSON anew with each request. */
const offers = new WeakMap<readonly ToolDefinition[], readonly ToolDefinition[]>();

/** A model learns of the way around the sandbox only where there is one. */
function offered(ctx: PluginContext, request: ModelRequest): ModelRequest | undefined {
  const origins = ctx.kernel.settings.origins("sandbox.allowUnsandboxedCommands");
  if (origins.some(({ value, held }) => held === undefined && value === false)) return undefined;
  let tools = offers.get(request.tools);
  if (!tools) {
    tools = request.tools.map((tool) => (tool.name === "Bash" ? withFlag(tool) : tool));
    offers.set(request.tools, tools);
  }
  return { ...request, tools };
}

function withFlag(tool: ToolDefinition): ToolDefinition {
  const properties = {
    ...(tool.inputSchema["properties"] as object),
    [FLAG]: { type: "boolean", description: "Asks the user to run it without the sandbox; say why in description" },
  };
  return { ...tool, inputSchema: { ...tool.inputSchema, properties } };
}
