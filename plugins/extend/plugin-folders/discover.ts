import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { messageOf } from "../../../schemas/errors.js";
import type { Manifest } from "../../../schemas/manifest.js";
import type { Found, Plugin, PluginRoot } from "../../../core/types.js";

interface Known {
  readonly stamp: string;
  readonly manifest: Manifest;
  readonly main?: string;
}

const MANIFESTS = ["plugin.json", join(".claude-plugin", "plugin.json")];

/** Finds plugins by their manifests; runs none of their code. What was read before is taken from the index in `cache`. */
export async function discover(roots: readonly PluginRoot[], cache?: string): Promise<Found> {
  const plugins: Plugin[] = [];
  const problems: string[] = [];
  const index = cache === undefined ? {} : readIndex(cache);
  const fresh: Record<string, Known> = {};
  let changed = false;
  for (const { dir, origin } of roots.flatMap(foldersOf)) {
    try {
      const stamp = stampOf(dir);
      if (stamp === undefined && origin !== "--plugin-dir") continue;
      let known = stamp === undefined ? undefined : index[dir];
      if (!known || known.stamp !== stamp) {
        const { readManifest } = await import("./read-manifest.js");
        const read = readManifest(dir, basename(dir));
        known = { stamp: stamp ?? "", ...read };
        changed ||= read.cacheable;
      }
      if (known.stamp !== "") fresh[dir] = known;
      plugins.push(pluginOf(dir, origin, known));
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  const stale = changed || Object.keys(index).length !== Object.keys(fresh).length;
  if (cache !== undefined && stale) writeIndex(cache, fresh);
  return { plugins, problems };
}

function pluginOf(dir: string, origin: string, { manifest, main }: Known): Plugin {
  if (main === undefined) return { ...manifest, dir, origin };
  return { ...manifest, dir, origin, load: async () => (await import("./import-module.js")).importModule(dir, main) };
}

/** The plugin folders of a root; a folder without a manifest whose children have one is a group. */
function foldersOf({ dir, origin }: PluginRoot): { readonly dir: string; readonly origin: PluginRoot["origin"] }[] {
  if (
    origin === "--plugin-dir" &&
    (stampOf(dir) !== undefined || names(dir).some((name) => /^index\.(m?js|ts)$/.test(name)))
  ) {
    return [{ dir, origin }];
  }
  const parent = origin === "--plugin-dir" ? dir : join(dir, "plugins");
  const folders = names(parent).map((name) => join(parent, name));
  return folders.flatMap((folder) => {
    if (stampOf(folder) !== undefined) return [{ dir: folder, origin }];
    const inner = names(folder).map((name) => join(folder, name));
    return inner.filter((child) => stampOf(child) !== undefined).map((child) => ({ dir: child, origin }));
  });
}

function names(dir: string): readonly string[] {
  try {
    return readdirSync(dir).toSorted();
  } catch {
    return [];
  }
}

/** Which manifest a folder has and in which state; undefined without one. */
function stampOf(dir: string): string | undefined {
  for (const manifest of MANIFESTS) {
    const stats = statSync(join(dir, manifest), { throwIfNoEntry: false });
    if (stats) return `${manifest}:${stats.mtimeMs}:${stats.size}:${stats.ino}`;
  }
  return undefined;
}

function readIndex(cache: string): Readonly<Record<string, Known>> {
  try {
    return JSON.parse(readFileSync(cache, "utf8")) as Record<string, Known>;
  } catch {
    return {}; // Missing or damaged: everything is read again and the index written anew.
  }
}

function writeIndex(cache: string, index: Readonly<Record<string, Known>>): void {
  try {
    mkdirSync(join(cache, ".."), { recursive: true, mode: 0o700 });
    const temporary = `${cache}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(index), { mode: 0o600 });
    renameSync(temporary, cache);
  } catch {
    // A home that cannot be written to costs a little time at each start and nothing else.
  }
}
