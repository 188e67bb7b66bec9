import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { KernelView } from "../../core/types.js";
import type { SettingsFile } from "../../schemas/kinds.js";
import { userHome } from "../../schemas/user-home.js";

/** One file that settings are read from, if it is there. */
export interface SettingsPlace {
  readonly file: string;
  readonly layer: SettingsFile["layer"];
  /** The item of the kind `settingsFile` that reads it. */
  readonly reader: string;
}

/** Every file that settings can stand in, weakest first within a layer. */
export function settingsPlaces(kernel: KernelView): readonly SettingsPlace[] {
  const bases = { home: kernel.home, userHome: userHome(kernel.env), project: projectRoot(kernel), machine: "" };
  return kernel.all("settingsFile").flatMap((item) => {
    return item.paths.map((path) => ({ file: join(bases[item.base], path), layer: item.layer, reader: item.name }));
  });
}

/** The folder whose settings count as the project's: the nearest that has any or is a repository, else the working folder. */
export function projectRoot({ cwd, home }: Pick<KernelView, "cwd" | "home">): string {
  for (let dir = cwd; ; dir = dirname(dir)) {
    const own = join(dir, ".nacre");
    if (existsSync(join(dir, ".git")) || (own !== home && existsSync(own)) || existsSync(join(dir, ".nacre.toml"))) {
      return dir;
    }
    if (dirname(dir) === dir || own === home) return cwd;
  }
}
