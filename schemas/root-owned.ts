import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Whether only root can change a file: it, the folder it really stands in and all folders above are root's, and nobody
 * else may write there. Anybody could plant a policy in a folder that all may write to.
 */
export function isRootOwned(file: string): boolean {
  try {
    for (let path = realpathSync.native(file); ; path = dirname(path)) {
      const { uid, mode } = statSync(path);
      if (uid !== 0 || (mode & 0o022) !== 0) return false;
      if (dirname(path) === path) return true;
    }
  } catch {
    return false;
  }
}
