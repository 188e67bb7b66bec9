import type { KernelView } from "../../../core/types.js";
import { isObject } from "../../../schemas/json.js";
import type { SettingSchema } from "../../../schemas/manifest.js";
import type { Path } from "./edit/settings-format.js";

/** What is known of a key from manifests. */
export interface Declared {
  /** The declared key: this one, or the table of free keys that it is in. */
  readonly path: Path;
  readonly schema: SettingSchema;
  /** The plugin that says so, if it is loaded. */
  readonly plugin?: string;
}

/** What can be said of any plugin, `plugins.NAME.*`: whether it is used at all, where its code runs and what it may do. */
const OF_PLUGINS: ReadonlyMap<string, SettingSchema> = new Map([
  ["enabled", { type: "boolean", description: "Whether the plugin is used" }],
  [
    "isolation",
    {
      type: "string",
      enum: ["none", "process"],
      scope: "user",
      description: "Where code of a plugin that did not ship with nacre runs: inside nacre, or in a process of its own",
    },
  ],
  [
    "grants",
    {
      type: "array",
      items: {
        type: "string",
        pattern: "^(exec|workers|addons|network|env:[A-Za-z_]\\w*|(read|write):(workspace$|/|~/).*)$",
      },
      scope: "user",
      description:
        "What its process may do: read:PATH, write:PATH, env:NAME, exec, workers, addons, network; PATH is absolute, ~/... or workspace",
    },
  ],
]);

/** What is declared for a path or, failing that, for the nearest table around it. */
export function declaredAt(kernel: KernelView, path: Path): Declared | undefined {
  const ofPlugin = path.length === 3 && path[0] === "plugins" ? OF_PLUGINS.get(path[2]!) : undefined;
  if (ofPlugin) return { path, schema: ofPlugin };
  const declared = kernel.settings.declared();
  for (let depth = path.length; depth > 0; depth--) {
    const key = path.slice(0, depth).join(".");
    const schema = declared.get(key);
    if (!schema) continue;
    const plugin = ownerOf(kernel, key);
    return { path: path.slice(0, depth), schema, ...(plugin !== undefined && { plugin }) };
  }
  return undefined;
}

/** Declared keys below a path. */
export function declaredBelow(kernel: KernelView, path: Path): readonly string[] {
  return [...kernel.settings.declared().keys()].filter((key) => key.startsWith(`${path.join(".")}.`));
}

/** All keys that have a value or, with `all`, could have one: as far down as somebody declared, else to the last. */
export function knownKeys(kernel: KernelView, all: boolean): readonly Path[] {
  const declared = kernel.settings.declared();
  const keys = new Map<string, Path>();
  const walk = (value: unknown, path: Path): void => {
    const key = path.join(".");
    const inside = isObject(value) && Object.keys(value).length > 0 && !declared.has(key);
    if (!inside) keys.set(key, path);
    else for (const [name, inner] of Object.entries(value)) walk(inner, [...path, name]);
  };
  for (const layer of kernel.settings.layers) if (Object.keys(layer.values).length > 0) walk(layer.values, []);
  for (const [key] of declared) {
    if (all || kernel.settings.origins(key).length > 0) keys.set(key, key.split("."));
  }
  return [...keys.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

function ownerOf(kernel: KernelView, key: string): string | undefined {
  return kernel.plugins.find(({ plugin }) => {
    const { settings, name } = plugin;
    return Object.keys(settings?.properties ?? {}).some((property) => `${settings?.key ?? name}.${property}` === key);
  })?.plugin.name;
}
