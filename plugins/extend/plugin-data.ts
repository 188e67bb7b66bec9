import { join } from "node:path";

/** Where a plugin keeps what it wants to find again: the value of `PLUGIN_DATA`. It is made by whoever first uses it. */
export function pluginData(home: string, plugin: string): string {
  return join(home, "plugin-data", plugin.replace(/[^\w-]/g, "-"));
}
