/** One changed place, as `diff -u` shows it. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

/** Longer texts, and changes that take longer to find (milliseconds), are not worth a patch. */
const LONGEST = 256 * 1024;
const PATIENCE = 40;

/** The difference of two texts for screens and hooks; empty where finding it would take too long. */
export async function patchOf(before: string, after: string): Promise<readonly Hunk[]> {
  if (before.length > LONGEST || after.length > LONGEST) return [];
  const { structuredPatch } = await import("diff");
  const patch = structuredPatch("", "", before, after, "", "", { context: 3, timeout: PATIENCE });
  return patch?.hunks ?? [];
}

/** A file's former content for hooks and programs, unless it is too long to hand around. */
export function originalFile(text: string | undefined): string | null {
  return text === undefined || text.length > LONGEST ? null : text;
}
