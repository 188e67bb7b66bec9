import { isObject, type JsonObject } from "../../../../schemas/json.js";
import type { NacreExtension } from "../../../../schemas/manifest.js";
import { readJson } from "./read-json.js";

/** The settings in which a plugin is switched on. */
export type SettingsScope = "user" | "project" | "local";

/** Where a plugin is wanted. */
export interface InstalledFor {
  readonly scope: SettingsScope;
  /** The project's root, for `project` and `local`. */
  readonly project?: string;
}

/** What every start has to know of a plugin without looking into its folder. */
export interface InstalledPlugin {
  readonly id: string;
  /** The kernel's name for it. */
  readonly name: string;
  readonly version: string;
  readonly dir: string;
  readonly description?: string;
  /** Kinds of which it holds parts. */
  readonly holds: readonly string[];
  readonly for: readonly InstalledFor[];
  /** Off unless settings switch it on. */
  readonly off?: true;
  /** Came along because another one needs it. */
  readonly auto?: true;
  /** Range of versions of nacre that it works with. */
  readonly needs?: string;
  /** Ids of plugins it cannot do without. */
  readonly requires?: readonly string[];
  /** The module that holds its code. */
  readonly main?: string;
  /** What its manifest says to nacre, where it has code. */
  readonly manifest?: NacreExtension;
}

/** Everything that is installed, in the order it came. */
export function readInstalled(file: string): readonly InstalledPlugin[] {
  return pluginsIn(readJson(file));
}

/** Changes the list under a lock. */
export async function changeInstalled(
  file: string,
  change: (now: readonly InstalledPlugin[]) => readonly InstalledPlugin[],
): Promise<void> {
  const { changeJson } = await import("./json-file.js");
  await changeJson(file, 0o600, (now) => ({ version: 1, plugins: change(pluginsIn(now)) }), textOf);
}

/** A line for each: quick to read for every start, and still to be read by a person. */
function textOf({
  version,
  plugins,
}: {
  readonly version: number;
  readonly plugins: readonly InstalledPlugin[];
}): string {
  const lines = plugins.map((one) => JSON.stringify(one)).join(",\n");
  return `{"version":${version},"plugins":[\n${lines}\n]}`;
}

function pluginsIn(value: JsonObject | undefined): readonly InstalledPlugin[] {
  const plugins = value?.["plugins"];
  return Array.isArray(plugins) ? (plugins.filter(isRecord) as unknown as readonly InstalledPlugin[]) : [];
}

function isRecord(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, name, dir, holds } = value;
  const texts = [id, name, dir].every((text) => typeof text === "string");
  return texts && Array.isArray(holds) && Array.isArray(value["for"]);
}
