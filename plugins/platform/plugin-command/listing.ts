import type { KernelView, Plugin } from "../../../core/types.js";
import { table, wrap } from "../table.js";

/** What `nacre plugin list --json` prints. */
export interface Listing {
  readonly plugins: readonly ListedPlugin[];
  /** Only with `--all`. */
  readonly skipped?: readonly { readonly name: string; readonly why: string }[];
  readonly skippedCount: number;
}

export interface ListedPlugin {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly origin: string;
  readonly state: string;
  /** Number of items and of parts in its folder by kind, hook taps and settings included. */
  readonly provides: Readonly<Record<string, number>>;
}

/** All plugins that are there, by name, as their manifests tell of them; no code is run. */
export async function listing(kernel: KernelView, all: boolean): Promise<Listing> {
  const parts = await partCounts(kernel);
  const plugins = kernel.plugins
    .map(({ plugin, state }) => {
      return { ...facts(plugin), state, provides: { ...parts.get(plugin.dir), ...counts(plugin) } };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const skipped = [...kernel.skipped].map(([name, why]) => ({ name, why }));
  return { plugins, ...(all && { skipped }), skippedCount: skipped.length };
}

/** The same for people. */
export function listingText({ plugins, skipped, skippedCount }: Listing): string {
  const rows = plugins.map(({ name, version = "-", origin, state, provides }) => {
    const parts = Object.entries(provides).map(([kind, count]) => `${count} ${inWords(kind, count)}`);
    return [name, version, origin, state, parts.join(", ") || "-"];
  });
  const text = table(rows, { head: ["NAME", "VERSION", "ORIGIN", "STATE", "PROVIDES"] });
  if (skipped) return text + skipped.map(({ name, why }) => skippedText(name, why)).join("");
  return skippedCount === 0 ? text : `${text}\n${skippedCount} skipped; nacre plugin list --all says why.\n`;
}

function facts({
  name,
  version,
  description,
  origin = "in process",
}: Plugin): Omit<ListedPlugin, "state" | "provides"> {
  return { name, ...(version !== undefined && { version }), ...(description !== undefined && { description }), origin };
}

/** Parts by the folder of their plugin, and kind. */
async function partCounts(kernel: KernelView): Promise<ReadonlyMap<string | undefined, Record<string, number>>> {
  const found = new Map<string | undefined, Record<string, number>>();
  const catalogue = await kernel.service("catalogue");
  for (const { name } of catalogue ? kernel.all("kind") : []) {
    for (const { owner } of (await catalogue?.parts(name)) ?? []) {
      const counted = found.get(owner.dir) ?? {};
      counted[name] = (counted[name] ?? 0) + 1;
      found.set(owner.dir, counted);
    }
  }
  return found;
}

function counts({ provides = {}, settings }: Plugin): Readonly<Record<string, number>> {
  const items = Object.entries(provides).map(([kind, list]) => [kind, list?.length ?? 0] as const);
  const all = [...items, ["setting", Object.keys(settings?.properties ?? {}).length] as const];
  return Object.fromEntries(all.filter(([, count]) => count > 0));
}

/** Kinds whose names are no plain English nouns. */
const WORDS: Readonly<Record<string, readonly [one: string, more: string]>> = {
  taps: ["hook tap", "hook taps"],
  context: ["prompt part", "prompt parts"],
  settingsFile: ["settings file", "settings files"],
  middleware: ["middleware", "middleware"],
  alias: ["alias", "aliases"],
  hookify: ["hookify rule", "hookify rules"],
};

function inWords(kind: string, count: number): string {
  const [one, more] = WORDS[kind] ?? [kind, `${kind}s`];
  return count === 1 ? one : more;
}

function skippedText(name: string, why: string): string {
  return `\n${wrap(`Skipped ${name}: ${why}`, 100).join("\n  ")}\n`;
}
