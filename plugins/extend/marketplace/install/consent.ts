import type { Job } from "../job.js";
import { printable } from "../../../../schemas/printable.js";
import { sourceText } from "../source/source.js";
import type { Lock, Locked } from "../state/lock-file.js";
import type { Staged } from "./stage.js";

const MOST_NOTES = 10;

/** Shows what plugins are and can do, and asks where that was not approved before. Throws a UserError without a yes. */
export async function consent(job: Job, staged: readonly Staged[], lock: Lock): Promise<void> {
  const open = staged.filter((one) => !isApproved(one, lock[one.id]));
  for (const one of staged) describe(job, one, lock[one.id]);
  if (open.length === 0) return;
  await job.agree(open.length === 1 ? `Install ${open[0]?.id}?` : `Install these ${open.length} plugins?`);
}

/**
 * Approved before: the same content, or an update from the same place; and nothing more that it can do. The same content
 * can do more where the marketplace's entry says so.
 */
function isApproved(staged: Staged, locked: Locked | undefined): boolean {
  if (!locked) return false;
  const known = new Set(locked.capabilities);
  if (!staged.capabilities.every((line) => known.has(line))) return false;
  return locked.hash === staged.hash || placeOf(locked.source) === placeOf(staged.pinned);
}

/** A source without what changes from version to version. */
function placeOf(source: Staged["pinned"]): string {
  return JSON.stringify([
    source.kind,
    "url" in source ? source.url : "",
    "name" in source ? source.name : "",
    "path" in source ? source.path : "",
  ]);
}

function describe(job: Job, staged: Staged, locked: Locked | undefined): void {
  const { id, version, pinned, parts, capabilities, notes } = staged;
  job.note(printable(`${id} ${version}, from ${sourceText(pinned)}`));
  const held = Object.entries(parts).map(([kind, count]) => `${count} ${kind}${count === 1 ? "" : "s"}`);
  if (held.length > 0) job.note(`  holds ${held.join(", ")}`);
  if (capabilities.length === 0) job.note("  gives words to the model and can do nothing by itself");
  const known = new Set(locked?.capabilities);
  for (const line of capabilities) job.note(`  ${locked && !known.has(line) ? "NEW " : ""}${printable(line)}`);
  for (const line of walls(capabilities)) job.note(`  ${line}`);
  for (const note of notes.slice(0, MOST_NOTES)) job.note(`  ${printable(note)}`);
  if (notes.length > MOST_NOTES) job.note(`  and ${notes.length - MOST_NOTES} more of these`);
}

/** What holds the code of a plugin, and what does not. */
function walls(capabilities: readonly string[]): readonly string[] {
  const code = capabilities.filter((line) => line.startsWith("code: "));
  if (code.length === 0) return [];
  if (code.some((line) => line.includes(" inside nacre"))) {
    return [
      "Code inside nacre can do everything that nacre can: read your files and keys, start programs, answer for you.",
      "Nothing holds it. Install it only if you trust whoever wrote it.",
    ];
  }
  return [
    "Its code reads and writes only its own folders and what stands above, and sees none of your keys. It can see what",
    "is said in your sessions. Where neither bubblewrap nor Node 25 is there, it can use the network without being asked",
    "about. These walls stop mistakes and common malice, not every attack.",
  ];
}
