import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { NacreKernel } from "./kernel.js";

/** Adds a layer for every settings file that is there. The code that reads them loads only then. */
export async function readSettingsFiles(kernel: NacreKernel, project: string): Promise<void> {
  const bases = { home: kernel.home, project, machine: "" };
  for (const place of kernel.all("settingsFile")) {
    for (const path of place.paths) {
      const file = join(bases[place.base], path);
      if (!existsSync(file) || (place.layer === "managed" && !ownedByRoot(file))) continue;
      const values = (await (await kernel.get("settingsFile", place.name))?.read(file)) ?? {};
      kernel.settings.add({ name: place.layer, source: file, values });
    }
  }
}

/** Anybody could plant a policy in a folder that all may write to. */
function ownedByRoot(file: string): boolean {
  const { uid, mode } = statSync(file);
  return uid === 0 && (mode & 0o022) === 0;
}

/** The folder whose settings count as the project's: the nearest with `.nacre` or `.git`, else the working folder. */
export function findProject(cwd: string, home: string): string {
  for (let dir = cwd; ; dir = dirname(dir)) {
    const own = join(dir, ".nacre");
    if (existsSync(join(dir, ".git")) || (own !== home && existsSync(own)) || existsSync(join(dir, ".nacre.toml")))
      return dir;
    if (dirname(dir) === dir || own === home) return cwd;
  }
}
