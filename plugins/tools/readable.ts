import type { KernelView } from "../../core/types.js";
import type { Permissions } from "../../schemas/guards.js";
import type { Session } from "../../schemas/session.js";

/** What the permission gate may offer to searches. */
interface ReadGate {
  mayRead?(session: Session, path: string): boolean;
}

/**
 * Tells which files below a folder may be shown: a gate judges the folder a search starts in, not every file it meets.
 * Without a gate everything may.
 */
export async function readableFiles(kernel: KernelView, session: Session): Promise<(path: string) => boolean> {
  const gate = (await kernel.service("permissions")) as (Permissions & ReadGate) | undefined;
  return gate?.mayRead ? (path) => gate.mayRead!(session, path) : () => true;
}
