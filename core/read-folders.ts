import { stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../schemas/errors.js";
import type { Engine } from "./engine.js";
import type { Scope } from "../hooks/scope.js";
import type { KindName, Plugin, Registries } from "./types.js";

/**
 * Lets the readers of kinds read the folders of plugins: new folders by all readers, and all folders by new readers.
 * A folder that cannot be read is a warning and harms no sibling.
 */
export async function readFolders(
  kernel: Engine,
  fresh: readonly Scope<Plugin>[],
  all: readonly Scope<Plugin>[],
): Promise<void> {
  for (const entry of kernel.registry.all("kind")) {
    const folders = fresh.includes(entry.owner) ? all : fresh;
    for (const scope of folders) {
      const { folder } = entry.data;
      const dir = scope.plugin.dir === undefined ? undefined : join(scope.plugin.dir, folder);
      if (dir === undefined || !(await isFolder(dir))) continue;
      try {
        const reader = await kernel.get("kind", entry.name);
        const into = {
          add: (kind: string, item: { readonly name: string }) =>
            kernel.add(scope, kind as KindName, item as Registries[KindName], entry.owner),
        };
        await kernel.wall.call(entry.owner.plugin.name, `read ${folder}`, 30_000, () => reader?.read(dir, into));
      } catch (error) {
        kernel.warnings.push(`${dir} could not be read: ${messageOf(error)}`);
      }
    }
  }
}

async function isFolder(dir: string): Promise<boolean> {
  return stat(dir).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
