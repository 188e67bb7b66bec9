import type { PendingCall } from "../../../schemas/decision.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { Permissions } from "../../../schemas/guards.js";
import type { Plugin } from "../../../core/types.js";
import type { Effect, Tool } from "../../../schemas/tool.js";
import { boot, type BootOptions, type Shell } from "../../../test/boot.js";

const tool = (name: string, effect: Effect, ...fields: readonly string[]): Tool => ({
  name,
  effect,
  description: "",
  inputSchema: { type: "object", properties: Object.fromEntries(fields.map((field) => [field, {}])) },
  aliases: [name.toLowerCase()],
  run: async () => ({ content: "ran" }),
});

const GIT_READS = /^(?:status|log|diff|show|blame)$/;

/** Tools with the names and inputs of the real ones, which do nothing. */
export const idleTools: Plugin = {
  name: "idle-tools",
  setup(ctx) {
    ctx.add("tool", tool("Bash", "exec", "command", "timeout", "run_in_background"));
    ctx.add("tool", tool("PowerShell", "exec", "command"));
    ctx.add("tool", tool("Read", "read", "file_path", "limit"));
    ctx.add("tool", tool("Write", "write", "file_path", "content"));
    ctx.add("tool", tool("Edit", "write", "file_path", "old_string", "new_string"));
    ctx.add("tool", tool("NotebookEdit", "write", "notebook_path", "new_source"));
    ctx.add("tool", tool("Grep", "read", "pattern", "path", "glob"));
    ctx.add("tool", tool("Glob", "read", "pattern", "path"));
    ctx.add("tool", tool("LS", "read", "path"));
    ctx.add("tool", tool("WebFetch", "network", "url", "prompt"));
    ctx.add("tool", tool("WebSearch", "network", "query"));
    ctx.add("tool", tool("Agent", "exec", "subagent_type", "prompt", "model"));
    ctx.add("tool", tool("Skill", "exec", "skill", "args"));
    ctx.add("tool", tool("AskUser", "ui", "question"));
    ctx.add("tool", tool("GitHub", "network", "args"));
    ctx.add("tool", tool("mcp__srv__get_item", "read", "id"));
    ctx.add("tool", tool("mcp__srv__set_item", "exec", "id"));
    const git = tool("Git", "exec", "args", "cwd");
    git.effectOf = ({ args }) => (GIT_READS.test((args as readonly string[])[0] ?? "") ? "read" : "exec");
    ctx.add("tool", git);
  },
};

/** A session with the gate and idle tools. */
export function gated(options: Partial<BootOptions> = {}): Promise<Shell> {
  return boot({
    plugins: ["permissions", idleTools],
    script: [],
    ...options,
    env: { IS_SANDBOX: "1", ...options.env },
  });
}

export type Verdict = "allow" | "ask" | "deny";

/** What the gates say to a call before any person is asked. */
export async function judged(shell: Shell, name: string, input: JsonObject): Promise<PendingCall> {
  const live = await shell.kernel.get("tool", name);
  if (!live) throw new Error(`no tool ${name}`);
  const hook = await shell.kernel.hook("PreToolUse");
  const effect = live.effectOf?.(input) ?? live.effect;
  return hook.promise({ call: { id: "1", name, input }, tool: live, effect, again: false }, shell.session);
}

export function verdictOf({ decision }: PendingCall): Verdict {
  const behavior = decision?.behavior ?? "ask";
  return behavior === "defer" ? "ask" : behavior;
}

/** The answer alone. */
export async function verdict(shell: Shell, name: string, input: JsonObject): Promise<Verdict> {
  return verdictOf(await judged(shell, name, input));
}

export async function permissionsOf(shell: Shell): Promise<Permissions> {
  return (await shell.kernel.service("permissions"))!;
}

/** What the person was told. */
export function notices(shell: Shell): readonly string[] {
  return shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
}
