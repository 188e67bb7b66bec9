import { resolve } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import { apiUsage } from "./result-line.js";

/** What the requests of a client act on. */
export interface Host {
  readonly kernel: KernelView;
  /** The session; opens it if need be. */
  session(): Promise<Session>;
  initialize(request: JsonObject): Promise<object>;
  interrupt(request: JsonObject): object;
  /** Takes a message back that no turn has taken. */
  withdraw(id: string): boolean;
  limitThinking(tokens: number | undefined): void;
}

type Handler = (host: Host, request: JsonObject) => Promise<object> | object;

const HANDLERS: Readonly<Record<string, Handler>> = {
  initialize: (host, request) => host.initialize(request),
  interrupt: (host, request) => host.interrupt(request),
  cancel_async_message: (host, { message_uuid: id }) => ({ cancelled: host.withdraw(String(id)) }),
  set_permission_mode: async (host, { mode }) => {
    await setMode(host, mode);
    return { mode };
  },
  set_model: async (host, { model }) => {
    await setModel(host, model);
    return {};
  },
  set_max_thinking_tokens: (host, { max_thinking_tokens: tokens }) => {
    if (tokens === undefined) return {};
    if (tokens !== null && !(typeof tokens === "number" && Number.isInteger(tokens) && tokens >= 0)) {
      throw new Error('"max_thinking_tokens" must be a whole number of 0 or more, or null.');
    }
    host.limitThinking(tokens ?? undefined);
    return {};
  },
  apply_flag_settings: applySettings,
  mcp_status: () => ({ mcpServers: [] }),
  get_context_usage: contextUsage,
  rewind_files: rewindFiles,
  register_repo_root: async (host, { directory }) => {
    if (typeof directory !== "string") throw new Error('"directory" must be a path.');
    const session = await host.session();
    session.addFolder(resolve(session.cwd, directory));
    return {};
  },
  rename_session: async (host, { title }) => {
    if (typeof title !== "string" || title === "") throw new Error('"title" must be a text.');
    (await host.session()).emit({ type: "change", at: host.kernel.clock.now(), name: title });
    return {};
  },
};

/** Why some requests of the protocol are refused. */
const REFUSED: Readonly<Record<string, string>> = {
  mcp_message: "MCP servers are not supported yet.",
  mcp_reconnect: "MCP servers are not supported yet.",
  mcp_toggle: "MCP servers are not supported yet.",
  mcp_set_servers: "MCP servers are not supported yet.",
  stop_task: "There are no background tasks that can be stopped by id yet.",
};

/** Does what the client asks for. Rejects with a sentence for what cannot be done. */
export async function handleRequest(host: Host, request: JsonObject): Promise<object> {
  const subtype = String(request["subtype"]);
  const handler = Object.hasOwn(HANDLERS, subtype) ? HANDLERS[subtype] : undefined;
  if (handler) return handler(host, request);
  const why = Object.hasOwn(REFUSED, subtype) ? REFUSED[subtype] : undefined;
  throw new Error(why ?? `Unsupported control request "${subtype}".`);
}

/** Puts files back to what they were before a message of the client; while a turn runs it could not hold. */
async function rewindFiles(host: Host, { user_message_id: id, dry_run: dry }: JsonObject): Promise<object> {
  const checkpoints = await host.kernel.service("checkpoints");
  if (!checkpoints) throw new Error("Files cannot be rewound: no plugin that keeps them is loaded.");
  if (typeof id !== "string") throw new Error('"user_message_id" must be the id of a message.');
  const session = await host.session();
  if (session.busy) throw new Error("Files cannot be rewound while a turn runs: interrupt it first.");
  const { files, problems } = await checkpoints.restore(session, id, { dryRun: dry === true });
  const error = problems.length > 0 && { error: problems.join(" ") };
  return { canRewind: problems.length === 0 || files.length > 0, filesChanged: files, ...error };
}

async function setMode(host: Host, mode: unknown): Promise<void> {
  const permissions = await host.kernel.service("permissions");
  if (!permissions) throw new Error("There are no permission modes: no permission gate is loaded.");
  if (typeof mode !== "string") throw new Error('"mode" must be the name of a permission mode.');
  permissions.setMode(await host.session(), mode);
}

/** Without a model, or with "default", back to the one the session began with. */
async function setModel(host: Host, model: unknown): Promise<void> {
  if (model !== undefined && model !== null && typeof model !== "string") {
    throw new Error('"model" must be a name, or null.');
  }
  const { kernel } = host;
  const open = await host.session();
  const isDefault = typeof model !== "string" || model === "" || model === "default";
  const spec = kernel.all("provider").find((one) => one.name === open.provider);
  const configured = kernel.settings.get("api.model");
  const fallback = typeof configured === "string" ? configured : (spec?.defaultModel ?? open.model);
  open.setModel(isDefault ? fallback : model);
}

/** The two settings a running session can change; others are read once, at the start. */
async function applySettings(host: Host, { settings }: JsonObject): Promise<object> {
  if (!isObject(settings)) throw new Error('"settings" must be an object.');
  const { model, permissions, ...rest } = settings;
  const { defaultMode, ...other } = isObject(permissions) ? permissions : {};
  const unknown = [...Object.keys(rest), ...Object.keys(other).map((key) => `permissions.${key}`)];
  if (unknown.length > 0) {
    throw new Error(`These settings cannot be changed in a running session: ${unknown.join(", ")}.`);
  }
  if ("model" in settings) await setModel(host, model);
  if (defaultMode !== undefined) await setMode(host, defaultMode);
  return {};
}

/** How full the model's window is, by what the last answer reported. */
async function contextUsage(host: Host): Promise<object> {
  const open = await host.session();
  const report = (await host.kernel.service("usage"))?.report(open);
  const last = open.replies.at(-1);
  const used = last ? last.usage.input + last.usage.cacheRead + last.usage.cacheWrite + last.usage.output : 0;
  const most = (last && report?.models[last.model]?.contextWindow) ?? 0;
  const free = Math.max(0, most - used);
  return {
    categories: [
      { id: "messages", name: "Used", tokens: used, color: "blue", kind: "used" },
      { id: "free_space", name: "Free", tokens: free, color: "gray", kind: "free" },
    ],
    totalTokens: used,
    maxTokens: most,
    rawMaxTokens: most,
    percentage: most === 0 ? 0 : Math.round((used / most) * 100),
    gridRows: [],
    model: open.model,
    memoryFiles: [],
    mcpTools: [],
    agents: [],
    isAutoCompactEnabled: false,
    apiUsage: last ? apiUsage(last.usage) : null,
  };
}
