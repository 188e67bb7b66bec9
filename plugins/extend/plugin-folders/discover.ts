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

const MANIFESTS = ["plugin.json", ".claude-plugin/plugin.json"];

/** Finds plugins by their manifests; runs none of their code. What was read before is taken from the index in `cache`. */
export async function discover(roots: readonly PluginRoot[], cache?: string): Promise<Found> {
  const plugins: Plugin[] = [];
  const problems: string[] = [];
  const index = cache === undefined ? {} : readIndex(cache);
  const fresh: Record<string, Known> = {};
  let changed = false;
  for (const { dir, origin, stamp } of roots.flatMap((root) => foldersOf(root, index))) {
    try {
      let known = index[dir];
      if (known?.stamp !== stamp) {
        const { readManifest } = await import("./read-manifest.js");
        const { cacheable, ...read } = readManifest(dir, basename(dir));
        known = { stamp, ...read };
        changed ||= cacheable;
        if (!cacheable) known = { ...known, stamp: "" };
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

interface Folder {
  readonly dir: string;
  readonly origin: PluginRoot["origin"];
  readonly stamp: string;
}

type Index = Readonly<Record<string, Known>>;

/** The plugin folders of a root; a folder without a manifest whose children have one is a group. */
function foldersOf({ dir, origin }: PluginRoot, index: Index): readonly Folder[] {
  const explicit = origin === "--plugin-dir";
  if (explicit) {
    const stamp = stampOf(dir, index[dir]);
    const isPlugin = stamp !== undefined || names(dir).some((name) => /^index\.(m?js|ts)$/.test(name));
    if (isPlugin) return [{ dir, origin, stamp: stamp ?? "" }];
  }
  const parent = explicit ? dir : join(dir, "plugins");
  return names(parent).flatMap((name) => {
    const folder = `${parent}/${name}`;
    const stamp = stampOf(folder, index[folder]);
    if (stamp !== undefined) return [{ dir: folder, origin, stamp }];
    return names(folder).flatMap((child) => {
      const inner = stampOf(`${folder}/${child}`, index[`${folder}/${child}`]);
      return inner === undefined ? [] : [{ dir: `${folder}/${child}`, origin, stamp: inner }];
    });
  });
}

function names(dir: string): readonly string[] {
  try {
    return readdirSync(dir).toSorted();
  } catch {
    return [];
  }
}

/**
 * Which manifest a folder has and in which state; undefined without one. Where there is code the folder's own time
 * counts too: it tells when a module beside the manifest came or went.
 */
function stampOf(dir: string, known: Known | undefined): string | undefined {
  for (const manifest of MANIFESTS) {
    const stats = statSync(`${dir}/${manifest}`, { throwIfNoEntry: false });
    if (!stats) continue;
    const stamp = `${manifest}:${stats.mtimeMs}:${stats.size}:${stats.ino}`;
    return known?.main === undefined ? stamp : `${stamp}:${statSync(dir).mtimeMs}`;
  }
  return undefined;
}

function readIndex(cache: string): Index {
  try {
    return JSON.parse(readFileSync(cache, "utf8")) as Record<string, Known>;
  } catch {
    return {}; // Missing or damaged: everything is read again and the index written anew.
  }
}

function writeIndex(cache: string, index: Index): void {
  try {
    mkdirSync(join(cache, ".."), { recursive: true, mode: 0o700 });
    const temporary = `${cache}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(index), { mode: 0o600 });
    renameSync(temporary, cache);
  } catch {
    // A home that cannot be written to costs a little time at each start and nothing else.
  }
}
