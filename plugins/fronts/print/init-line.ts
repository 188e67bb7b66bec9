import type { KernelView } from "../../../core/types.js";
import type { Session } from "../../../schemas/session.js";
import { offeredTools } from "./offered-tools.js";

/** What a client can rely on beyond the first version of the protocol. */
const CAPABILITIES = ["interrupt_receipt_v1", "interrupt_cancel_queued_v1"];

/** The first line of a run: where it works and what it has at hand. */
export async function initLine(kernel: KernelView, session: Session): Promise<object> {
  const mode = (await kernel.service("permissions"))?.mode(session) ?? "default";
  const named = kernel.all("provider").find((one) => one.name === session.provider);
  const source = named?.auto?.env?.find((variable) => kernel.env[variable]) ?? "none";
  const agents = (await (await kernel.service("agents"))?.list()) ?? [];
  const commands = (await (await kernel.service("commands"))?.list(session)) ?? [];
  // Nobody has to be asked where nothing was chosen.
  const styles = kernel.settings.get("outputStyle") === undefined ? undefined : await kernel.service("outputStyles");
  const style = styles?.current(session) ?? "default";
  const errors = [...kernel.skipped].flatMap(([plugin, message]) =>
    isOff(message) ? [] : [{ plugin, type: "generic-error", message }],
  );
  return {
    type: "system",
    subtype: "init",
    cwd: session.cwd,
    session_id: session.id,
    tools: offeredTools(kernel),
    mcp_servers: [],
    model: session.model,
    permissionMode: mode,
    slash_commands: commands.map((command) => command.name),
    apiKeySource: source,
    claude_code_version: kernel.version,
    output_style: style,
    agents: agents.map((agent) => agent.name),
    skills: commands.filter(({ from }) => from === "skills").map((command) => command.name),
    plugins: kernel.plugins
      .filter(({ plugin }) => plugin.origin !== "built in")
      .map(({ plugin }) => ({ name: plugin.name, path: plugin.dir ?? "" })),
    ...(errors.length > 0 && { plugin_errors: errors }),
    capabilities: CAPABILITIES,
    uuid: kernel.clock.id(),
  };
}

/** A plugin that somebody switched off is no error. */
function isOff(message: string): boolean {
  return message.includes("is switched off");
}
