import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder whose `.nacre` and `.claude` are the project's: the nearest that has any or is a repository, else the folder itself. */
export function projectRoot(folder: string, home: string): string {
  for (let dir = folder; ; dir = dirname(dir)) {
    const own = join(dir, ".nacre");
    if (existsSync(join(dir, ".git")) || (own !== home && existsSync(own)) || existsSync(join(dir, ".nacre.toml"))) {
      return dir;
    }
    if (dirname(dir) === dir || own === home) return folder;
  }
}
