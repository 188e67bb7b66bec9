import type { AfterLine, BeforeLine, JournalLine } from "./journal.js";

/** One change, as far as the journal tells. */
export interface Entry {
  readonly before: BeforeLine;
  readonly after?: AfterLine;
  /** Its copies were removed to make room. */
  readonly trimmed: boolean;
  /** It was taken back, and that still holds. */
  readonly undone: boolean;
  /** Not all of it was, as somebody else has changed the rest since. */
  readonly stayed: boolean;
  /** It took something back, and the model knows. */
  readonly told: boolean;
}

/** The changes of a journal, in their order. */
export function entriesOf(lines: readonly JournalLine[]): readonly Entry[] {
  const entries = new Map<string, Entry>();
  const update = (id: string, facts: Partial<Entry>): void => {
    const entry = entries.get(id);
    if (entry) entries.set(id, { ...entry, ...facts });
  };
  for (const line of lines) {
    if (line.type === "before") {
      entries.set(line.id, { before: line, trimmed: false, undone: false, stayed: false, told: false });
    } else if (line.type === "after") update(line.id, { after: line });
    else if (line.type === "trimmed") for (const id of line.ids) update(id, { trimmed: true });
    else if (line.type === "told") for (const id of line.ids) update(id, { told: true });
  }
  const mark = (id: string, undone: boolean, stayed: boolean): void => {
    update(id, { undone, stayed });
    for (const inner of entries.get(id)?.before.undoes ?? []) mark(inner, !undone, false);
  };
  // An undo that was cut off is not done: it can be asked for again.
  for (const { before, after } of entries.values()) {
    if (!before.undoes || !after || after.late || after.rest === "failed") continue;
    for (const id of before.undoes) mark(id, true, after.rest === "stayed");
  }
  return [...entries.values()];
}

/** True for what changed something. */
export function hasChanges({ after }: Entry): boolean {
  return (after?.changes.length ?? 0) > 0;
}
