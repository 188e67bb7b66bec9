import type { Session } from "../../../schemas/session.js";
import { isWithin } from "../given-path.js";

/**
 * Moves the session to the folder a command ended in. Outside the session's folders it goes back to the root instead,
 * and says so.
 */
export function follow(session: Session, folder: string | undefined): string[] {
  if (folder === undefined || folder === session.cwd) return [];
  const isInside = session.folders.some((dir) => isWithin(dir, folder));
  if (isInside) {
    session.chdir(folder);
    return [];
  }
  if (session.cwd !== session.root) session.chdir(session.root);
  return [`Shell cwd was reset to ${session.root}`];
}
