import type { KernelView } from "../../../core/types.js";

/** The tools that the setting leaves, by the names it uses; undefined: all of them. */
function allowedTools(kernel: KernelView): readonly string[] | undefined {
  const value = kernel.settings.get("tools.allowed");
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== "string" || value === "default") return undefined;
  return value.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
}

/** The tools for a session that needs one more than the setting leaves; undefined when it leaves all of them. */
export function withTool(kernel: KernelView, tool: string): readonly string[] | undefined {
  const allowed = allowedTools(kernel);
  return allowed && [...allowed, tool];
}

/** Names of the tools a session offers. */
export function offeredTools(kernel: KernelView): readonly string[] {
  const allowed = allowedTools(kernel);
  const isOffered = (name: string, aliases: readonly string[] = []): boolean =>
    !allowed || allowed.some((one) => one === name || aliases.includes(one));
  return kernel.all("tool").flatMap(({ name, aliases }) => (isOffered(name, aliases) ? [name] : []));
}
