import { join } from "node:path";

/** Where things stand below nacre's home. */
export interface Paths {
  readonly home: string;
  /** What is installed, as every start reads it. */
  readonly installed: string;
  readonly marketplaces: string;
  readonly knownMarketplaces: string;
  readonly cache: string;
  /** Half-done work. What a killed process left in it is removed by the next one. */
  readonly staging: string;
  readonly secrets: string;
  /** The user's lock file: what was approved on this machine. */
  readonly lock: string;
  /** Held while anything above changes. */
  readonly mutex: string;
}

export function pathsOf(home: string): Paths {
  const plugins = join(home, "plugins");
  return {
    home,
    installed: join(plugins, "installed.json"),
    marketplaces: join(plugins, "marketplaces"),
    knownMarketplaces: join(plugins, "marketplaces.json"),
    cache: join(plugins, "cache"),
    staging: join(plugins, "staging"),
    secrets: join(plugins, "secrets.json"),
    lock: join(home, "nacre.lock"),
    mutex: join(plugins, "change.lock"),
  };
}
