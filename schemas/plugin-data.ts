import { createHash } from "node:crypto";
import { join } from "node:path";

/**
 * Where a plugin keeps what it wants to find again: the value of `PLUGIN_DATA`. It is made by whoever first uses it. Names
 * that differ only in signs, as `a.b` and `a-b` do, have folders of their own.
 */
export function pluginData(home: string, plugin: string): string {
  const plain = plugin.replace(/[^\w-]/g, "-");
  const sum = plain === plugin ? "" : `-${createHash("sha256").update(plugin).digest("hex").slice(0, 12)}`;
  return join(home, "plugin-data", plain + sum);
}
