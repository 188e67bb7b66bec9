import type { ToolSpec } from "../../../schemas/tool.js";

/** The tool that a call names: by name or alias; `mcp.server.tool` is the tool of a server. */
export function toolNamed<T extends Pick<ToolSpec, "name" | "aliases">>(
  tools: readonly T[],
  name: string,
): T | undefined {
  const own = name.startsWith("mcp.") ? name.replaceAll(".", "__") : name;
  return tools.find((tool) => tool.name === own) ?? tools.find((tool) => tool.aliases?.includes(own));
}
