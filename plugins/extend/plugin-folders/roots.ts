import { dirname, join } from "node:path";
import type { PluginPlaces } from "../../../core/types.js";
import { textDigest } from "../text-digest.js";
import type { Folder } from "./folder.js";

/** Where plugins are looked for: a folder of plugins, one that is a plugin itself, or one that may be either. */
export interface Root {
  readonly how: "collection" | "plugin" | "either";
  readonly folder: Folder;
}

/** A group of roots with an index of its own. */
export interface Place {
  readonly key: string;
  readonly roots: readonly Root[];
}

/** nacre's own folder, in homes and projects. */
const OWN = ".nacre";

/**
 * Where plugins of the user or of a project may stand, nearest first. `names` are the folders that formats read as
 * plugins of their own, such as `.claude`.
 */
export function placesOf(places: PluginPlaces, names: readonly string[]): readonly Place[] {
  if (places.origin === "project") return [projectPlace(places, names)];
  const { home, userHome, dirs } = places;
  const roots = [
    rootAt(home, OWN, { origin: "user", name: "user-nacre", within: "/" }),
    ...names
      .filter((name) => name !== OWN)
      .map((name) => rootAt(join(userHome, name), name, { origin: "user", name: `user-${bare(name)}`, within: "/" })),
    collectionAt(join(home, "plugins"), { origin: "user" }),
  ];
  const user: Place = { key: "user", roots };
  if (dirs.length === 0) return [user];
  const named = dirs.map((dir): Root => ({ how: "either", folder: { dir, origin: "--plugin-dir", market: "inline" } }));
  // What the command line names comes first: it wins over an installed plugin of the same name.
  return [{ key: `dirs-${textDigest(dirs.join("\n"))}`, roots: named }, user];
}

function projectPlace({ home, userHome, project, cwd }: PluginPlaces, names: readonly string[]): Place {
  const roots: Root[] = [];
  const seen = new Map<string, number>();
  const facts = { origin: "project", within: project };
  const users = new Set([home, ...names.map((name) => join(userHome, name))]);
  for (let dir = cwd; ; dir = dirname(dir)) {
    for (const name of new Set([OWN, ...names])) {
      const path = join(dir, name);
      if (users.has(path)) continue; // Work in the home folder itself: these are the user's.
      const number = (seen.get(name) ?? 0) + 1;
      seen.set(name, number);
      const known = `project-${bare(name)}${number > 1 ? `-${number}` : ""}`;
      roots.push(rootAt(path, name, { ...facts, name: known }));
    }
    if (join(dir, OWN) !== home) roots.push(collectionAt(join(dir, OWN, "plugins"), facts));
    if (dir === project || dir === dirname(dir)) break;
  }
  return { key: `project-${textDigest(`${project}\n${cwd}`)}`, roots };
}

type Facts = Pick<Folder, "origin" | "within" | "name">;

function rootAt(dir: string, root: string, facts: Facts): Root {
  return { how: "plugin", folder: { ...facts, dir, root } };
}

function collectionAt(dir: string, facts: Facts): Root {
  return { how: "collection", folder: { ...facts, dir } };
}

function bare(name: string): string {
  return name.replace(/^\./, "");
}
