import type { KernelView, Plugin } from "../../core/types.js";
import { isObject } from "../../schemas/json.js";
import { printable } from "../../schemas/printable.js";

const tables = new WeakMap<object, ReadonlySet<string>>();

/** First names of the settings that ship with nacre: those that are there before any plugin from outside is. */
function tablesOf({ settings }: Pick<KernelView, "settings">): ReadonlySet<string> {
  let known = tables.get(settings);
  if (!known) {
    known = new Set([...settings.declared().keys()].map((path) => path.split(".", 1)[0]!));
    tables.set(settings, known);
  }
  return known;
}

/** Names of tools that every provider takes. A request with another one would be refused as a whole, and so would all. */
const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Why a plugin from outside is not loaded, by its manifest and what ships with nacre; undefined where all is well. */
export function manifestObjection(kernel: Pick<KernelView, "settings">, plugin: Plugin): string | undefined {
  return manifestFlaw(plugin) ?? takenSettings(kernel, plugin);
}

/** What is wrong with a manifest whatever else is there: the same for as long as nobody changes it. */
export function manifestFlaw(plugin: Plugin): string | undefined {
  if (!plugin.settings && !plugin.provides) return undefined;
  const what = foreignTable(plugin) ?? foreignVariable(plugin) ?? foreignUse(plugin);
  return what === undefined ? unusableTool(plugin) : notLoaded(plugin, what);
}

/** Why a manifest does not go with the settings that ship with nacre. Thousands are asked about at each start. */
export function takenSettings(kernel: Pick<KernelView, "settings">, plugin: Plugin): string | undefined {
  if (!plugin.settings) return undefined;
  const top = firstName(plugin.settings.key ?? plugin.name);
  if (!tablesOf(kernel).has(top)) return undefined;
  return notLoaded(plugin, `declares the settings "${top}", which are nacre's own`);
}

function unusableTool({ name, provides }: Plugin): string | undefined {
  if (!provides) return undefined;
  for (const tool of (provides["tool"] ?? []) as readonly {
    readonly name?: unknown;
    readonly inputSchema?: unknown;
  }[]) {
    const own = String(tool.name);
    const say = (what: string): string => printable(`Plugin "${name}" is not loaded: ${what}.`);
    if (!TOOL_NAME.test(own)) return say(`"${own}" is no name of a tool: up to 64 letters, digits, "_" and "-"`);
    const { inputSchema = { type: "object" } } = tool;
    const isWhole = isObject(inputSchema) && inputSchema["type"] === "object";
    if (!isWhole) return say(`the inputSchema of its tool "${own}" is not of "type": "object"`);
  }
  return undefined;
}

/** What it declares it is handed, and says who may set it, so it declares what stands below its own name. */
function notLoaded({ name }: Plugin, what: string): string {
  return printable(
    `Plugin "${name}" is not loaded: its manifest ${what}; a plugin's settings stand below its own name.`,
  );
}

function foreignTable({ name, settings }: Plugin): string | undefined {
  if (!settings) return undefined;
  const { key = name } = settings;
  const top = firstName(key);
  return top === name || plain(top) === plain(name) ? undefined : `declares the settings "${key}"`;
}

function firstName(key: string): string {
  const dot = key.indexOf(".");
  return dot < 0 ? key : key.slice(0, dot);
}

function foreignVariable({ name, settings }: Plugin): string | undefined {
  const { properties } = settings ?? {};
  for (const key in properties) {
    const env = properties[key]?.env;
    if (typeof env !== "string") continue;
    const own = `NACRE_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_`;
    if (env.startsWith(own)) continue;
    return `reads the variable ${env}, which "capabilities": ["env:${env}"] asks for, or call it ${own}...`;
  }
  return undefined;
}

function foreignUse({ name, settings, provides }: Plugin): string | undefined {
  if (!provides) return undefined;
  for (const kind of ["flag", "context"] as const) {
    for (const item of provides[kind] ?? []) {
      const { setting } = item as { readonly setting?: unknown };
      const isOwn = typeof setting === "string" && settings && setting.startsWith(`${settings.key ?? name}.`);
      if (setting !== undefined && !isOwn) return `uses the setting "${String(setting)}"`;
    }
  }
  return undefined;
}

/** Names of plugins are written with dashes, and those of settings with lines below as well. */
function plain(name: string): string {
  return name.replaceAll("_", "-");
}
