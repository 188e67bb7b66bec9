import { createHash } from "node:crypto";
import { join } from "node:path";

/** Whose data it is. */
export interface DataOwner {
  readonly name: string;
  readonly dir?: string;
  readonly origin?: string;
}

/**
 * Where a plugin keeps what it wants to find again: the value of `PLUGIN_DATA`. It is made by whoever first uses it. Names
 * that differ only in signs, as `a.b` and `a-b` do, have folders of their own.
 */
export function pluginData(home: string, { name, dir, origin }: DataOwner): string {
  const plain = name.replace(/[^\w-]/g, "-");
  // A project's plugin may be called like any other, and is not to find what that one keeps.
  const whole = origin === "project" ? `${name}\n${dir}` : name;
  const sum = plain === whole ? "" : `-${createHash("sha256").update(whole).digest("hex").slice(0, 12)}`;
  return join(home, "plugin-data", plain + sum);
}
