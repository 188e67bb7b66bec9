import type { PluginContext } from "../../../core/types.js";
import { isObject, type JsonObject, type JsonValue } from "../../../schemas/json.js";
import type { SessionInit } from "../../../schemas/session.js";
import type { ClientHooks } from "./client-hooks.js";
import { checkSchema } from "./json-schema.js";

/** What a client wants of the session before it opens. */
export interface Wishes {
  readonly init: SessionInit;
  readonly schema?: JsonObject;
  /** Sentences about what was asked for and is not there. */
  readonly notes: readonly string[];
}

const NOT_YET: Readonly<Record<string, string>> = {
  sdkMcpServers: "MCP servers of the client",
  skills: "skills",
};

/** Reads an initialize request. Throws an Error for what is not understood. */
export async function readWishes(ctx: PluginContext, request: JsonObject, hooks: ClientHooks): Promise<Wishes> {
  const notes: string[] = [];
  if (!isEmpty(request["agents"])) {
    const agents = await ctx.kernel.service("agents");
    if (agents) await agents.define(request["agents"] as JsonValue, "the initialize request");
    else notes.push("The client asks for agents; the plugin subagents is not loaded.");
  }
  if (isObject(request["hooks"])) {
    const silent = hooks.register(request["hooks"]);
    if (silent.length > 0) notes.push(`Hooks for ${silent.join(", ")} are never called here.`);
  }
  for (const [key, name] of Object.entries(NOT_YET)) {
    if (!isEmpty(request[key])) notes.push(`The client asks for ${name}, which are not supported yet.`);
  }
  const schema = request["jsonSchema"];
  return {
    init: systemOf(ctx, request),
    notes,
    ...(schema !== undefined && schema !== null && { schema: checkSchema(schema, "the initialize request") }),
  };
}

/** A list stands in the place of the system prompt, even an empty one; the other text is added to what is there. */
function systemOf(ctx: PluginContext, { systemPrompt, appendSystemPrompt }: JsonObject): SessionInit {
  const added = typeof appendSystemPrompt === "string" && appendSystemPrompt !== "" ? appendSystemPrompt : undefined;
  const given = typeof systemPrompt === "string" ? [systemPrompt] : systemPrompt;
  if (Array.isArray(given)) {
    const system = [...given, added].filter((part): part is string => typeof part === "string" && part !== "");
    return { system };
  }
  if (added !== undefined) ctx.add("context", { name: "client", volatility: "session", text: added });
  return {};
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "all") return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** The answer to an initialize request: what there is to choose from. */
export async function capabilities({ kernel }: PluginContext): Promise<object> {
  const agents = (await (await kernel.service("agents"))?.list()) ?? [];
  const commands = (await (await kernel.service("commands"))?.list()) ?? [];
  const styles = (await (await kernel.service("outputStyles"))?.names()) ?? [];
  const models = kernel
    .all("provider")
    .flatMap(({ name, defaultModel, description }) =>
      defaultModel === undefined
        ? []
        : [{ value: defaultModel, displayName: defaultModel, description: description ?? name }],
    );
  return {
    commands: commands.map(({ name, description, argumentHint = "" }) => ({ name, description, argumentHint })),
    agents: agents.map(({ name, description }) => ({ name, description })),
    output_style: kernel.settings.get("outputStyle") ?? "default",
    available_output_styles: ["default", ...styles],
    models: [{ value: "default", displayName: "Default", description: "The model of the settings" }, ...models],
    account: {},
    hooks_applied: true,
    hook_on_failure_supported: true,
    pid: process.pid,
    nacre_version: kernel.version,
  };
}
