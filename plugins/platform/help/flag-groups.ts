import type { KernelView, Plugin } from "../../../core/types.js";
import type { Flag } from "../../../schemas/front.js";
import { allFlags } from "../all-flags.js";

/** Flags under one heading. */
export interface FlagGroup {
  readonly title: string;
  readonly flags: readonly Flag[];
}

/** What the executable itself understands, before any plugin. */
const OWN: readonly Flag[] = [
  { name: "cwd", type: "string", value: "DIR", description: "Work in this folder" },
  { name: "plugin-dir", type: "list", value: "DIR", description: "Load a plugin, or every plugin of a folder" },
  { name: "safe-mode", type: "boolean", description: "Start without any plugin that does not ship with nacre" },
  { name: "verbose", type: "boolean", description: "Show more, stack traces of errors included" },
  { name: "version", short: "v", type: "boolean", description: "Print the version" },
  { name: "help", short: "h", type: "boolean", description: "Print this help" },
];

const GENERAL = "General";

/** Headings in their order, by the folder that a plugin which ships with nacre stands in. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ["platform", GENERAL],
  ["models", "Models"],
  ["fronts", "Input and output"],
  ["context", "Sessions and context"],
  ["guard", "Safety"],
  ["tools", "Tools"],
  ["extend", "Extensions"],
  ["agents", "Agents"],
  ["code", "Code"],
  ["companions", "Companions"],
]);

/** All flags that a person should see, grouped; those of other people's plugins under the plugin's name. */
export function flagGroups(kernel: KernelView): readonly FlagGroup[] {
  const groups = new Map<string, Flag[]>([...TITLES.values()].map((title) => [title, []]));
  for (const { flag, plugin } of allFlags(kernel)) {
    if (flag.hidden || flag.ignored !== undefined) continue;
    const title = plugin ? titleOf(plugin) : "Other";
    groups.set(title, [...(groups.get(title) ?? []), flag]);
  }
  groups.set(GENERAL, [...(groups.get(GENERAL) ?? []), ...OWN]);
  return [...groups].filter(([, flags]) => flags.length > 0).map(([title, flags]) => ({ title, flags }));
}

function titleOf(plugin: Plugin): string {
  const folder = "folder" in plugin && typeof plugin.folder === "string" ? plugin.folder.split("/")[1] : undefined;
  return TITLES.get(folder ?? "") ?? `Plugin ${plugin.name}`;
}
