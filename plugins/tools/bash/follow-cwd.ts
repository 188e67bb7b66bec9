import { realpathSync, statSync } from "node:fs";
import { isWithin } from "../../../schemas/is-within.js";
import type { Session } from "../../../schemas/session.js";

/**
 * Moves the session to the folder a command ended in. Outside the session's folders it goes back to the root instead,
 * and says so. Commands can tell whatever they like, so it is judged by where it really is.
 */
export function follow(session: Session, folder: string | undefined): string[] {
  if (folder === undefined || folder === session.cwd) return [];
  const real = realFolder(folder);
  if (real === session.cwd) return [];
  if (real !== undefined && session.folders.some((dir) => isWithin(dir, real))) {
    session.chdir(real);
    return [];
  }
  if (session.cwd !== session.root) session.chdir(session.root);
  return [`Shell cwd was reset to ${session.root}`];
}

/** Undefined for what is no folder any more. */
function realFolder(path: string): string | undefined {
  try {
    const real = realpathSync.native(path);
    return statSync(real).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}
