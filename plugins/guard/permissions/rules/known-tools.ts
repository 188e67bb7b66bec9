import type { PluginContext } from "../../../../core/types.js";
import type { KnownTools } from "./rule-set.js";

/** What the parser of rules asks about the tools that are loaded. */
export function knownTools({ all }: Pick<PluginContext, "all">): KnownTools {
  const tools = all("tool");
  const find = (name: string): (typeof tools)[number] | undefined =>
    tools.find((tool) => tool.name === name || tool.aliases?.includes(name));
  return {
    canonical: (name) => find(name)?.name ?? name,
    fields: (name) => Object.keys((find(name)?.inputSchema["properties"] as object | undefined) ?? {}),
    isKnown: (name) => find(name) !== undefined,
  };
}
