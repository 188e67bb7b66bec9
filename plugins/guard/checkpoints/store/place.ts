import { createHash } from "node:crypto";
import { join } from "node:path";

/** Characters of a name that are kept as they are; a digest tells apart what they leave equal. */
const LONGEST = 100;

/** Where the copies of all sessions stand. */
export function allStores(home: string): string {
  return join(home, "checkpoints");
}

/** Where the copies of a project's sessions stand. */
export function projectStores(home: string, root: string): string {
  return join(allStores(home), named(root));
}

/** Where the copies of one session stand. */
export function storeOf(home: string, root: string, session: string): string {
  return join(projectStores(home, root), named(session));
}

function named(text: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9-]/g, "-").slice(-LONGEST);
  return plain === text ? text : `${plain}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
}
