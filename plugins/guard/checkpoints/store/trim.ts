import { namesIn } from "../../../../schemas/names-in.js";
import { readSnapshot } from "../snapshot/snapshot.js";
import type { Blobs } from "./blobs.js";
import type { Entry } from "./entries.js";

/** Removes copies until they have room in `most` bytes, those of the oldest changes first. Answers with whose they were. */
export function trim(entries: readonly Entry[], blobs: Blobs, most: number): readonly string[] {
  const kept = new Set<string>();
  const gone: string[] = [];
  let sum = 0;
  for (const entry of entries.toReversed()) {
    const hashes = hashesOf(entry, blobs);
    for (const { hash, size } of hashes) if (!kept.has(hash)) sum += size;
    if (sum <= most || !entry.after) for (const { hash } of hashes) kept.add(hash);
    else if (hashes.length > 0 && !entry.trimmed) gone.push(entry.before.id);
  }
  for (const name of namesIn(blobs.folder)) if (!name.startsWith(".") && !kept.has(name)) blobs.remove(name);
  return gone;
}

interface Copy {
  readonly hash: string;
  readonly size: number;
}

/** What is needed to take a change back; of one that is not done, all that may be needed. */
function hashesOf({ before, after }: Entry, blobs: Blobs): readonly Copy[] {
  const states = after ? after.changes.map((change) => change.before) : before.files.map(({ state }) => state);
  const copies: Copy[] = [];
  if (!after) {
    for (const hash of before.snapshots ?? []) {
      const snapshot = readSnapshot(blobs.read(hash));
      copies.push({ hash, size: 0 });
      if (snapshot?.index !== undefined) copies.push({ hash: snapshot.index, size: 0 });
      states.push(...(snapshot?.entries ?? []).map(({ state }) => state));
    }
  }
  for (const state of states) if (state.kind === "file") copies.push({ hash: state.hash, size: state.size });
  return copies;
}
