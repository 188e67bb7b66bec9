import type { Manifest } from "../schemas/manifest.js";

/** Who loads after whom. */
export interface Order<P> {
  /** Who can load, each after what it needs. */
  readonly plugins: readonly P[];
  /** Who cannot, and one sentence why. */
  readonly skipped: ReadonlyMap<string, string>;
}

/**
 * Puts plugins in load order: `requires` and `after` first, ties by name, never by disk. `present` are loaded already.
 * A missing requirement skips the plugin and whoever requires it; a cycle skips its members, with the path spelled out.
 */
export function inOrder<P extends Manifest>(
  plugins: readonly P[],
  present: Pick<ReadonlySet<string>, "has">,
): Order<P> {
  const byName = new Map<string, P>();
  for (const plugin of byNames(plugins)) byName.set(plugin.name, plugin);
  const skipped = new Map<string, string>();
  const sorted: P[] = [];
  const path: string[] = [];
  const done = new Set<string>();

  function visit(plugin: P): boolean {
    if (done.has(plugin.name)) return !skipped.has(plugin.name);
    if (path.includes(plugin.name)) {
      const cycle = [...path.slice(path.indexOf(plugin.name)), plugin.name];
      for (const name of cycle) skipped.set(name, `Plugins require each other in a circle: ${cycle.join(" -> ")}.`);
      return false;
    }
    path.push(plugin.name);
    const missing = (plugin.requires ?? []).find((name) => !present.has(name) && !satisfied(name));
    for (const name of plugin.after ?? []) {
      const other = byName.get(name);
      if (other && !path.includes(name)) visit(other);
    }
    path.pop();
    done.add(plugin.name);
    if (missing !== undefined && !skipped.has(plugin.name)) {
      const why = byName.has(missing) ? "which could not be loaded" : "which is not installed";
      skipped.set(plugin.name, `Plugin "${plugin.name}" requires "${missing}", ${why}.`);
    }
    if (!skipped.has(plugin.name)) sorted.push(plugin);
    return !skipped.has(plugin.name);
  }

  function satisfied(name: string): boolean {
    const other = byName.get(name);
    return other !== undefined && visit(other);
  }

  for (const plugin of byName.values()) visit(plugin);
  return { plugins: sorted, skipped };
}

/** Found plugins mostly stand in order already, and sorting thousands takes milliseconds that a start can do without. */
function byNames<P extends Manifest>(plugins: readonly P[]): readonly P[] {
  const inPlace = plugins.every((plugin, place) => place === 0 || plugins[place - 1]!.name <= plugin.name);
  return inPlace ? plugins : plugins.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a manifest offers, by kind. */
interface Offering {
  readonly provides?: Readonly<Record<string, readonly object[] | undefined>>;
}

/** What reads settings comes first, as they say which plugins are wanted; then what finds plugins; then all others. */
export function inTurn<P extends Offering>(plugins: readonly P[]): readonly [readonly P[], readonly P[], readonly P[]] {
  const offers = ({ provides }: P, ...kinds: string[]): boolean => kinds.some((kind) => provides?.[kind]);
  const mends = (plugin: P): boolean => offers(plugin, "settingsFile");
  const finds = (plugin: P): boolean => !mends(plugin) && offers(plugin, "discoverer", "pluginFormat", "kind");
  const others = (plugin: P): boolean => !mends(plugin) && !finds(plugin);
  return [plugins.filter(mends), plugins.filter(finds), plugins.filter(others)];
}
