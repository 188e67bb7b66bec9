import type { Entry } from "./folder.js";
import { isEntry, packEntry, type EntryLine } from "./line-forms.js";

/** The entries of an index, by folder and in order. */
export class Entries {
  #byFolder = new Map<string, Entry>();
  #inOrder: readonly Entry[] | undefined;

  get byFolder(): ReadonlyMap<string, Entry> {
    return this.#byFolder;
  }

  get inOrder(): readonly Entry[] {
    return (this.#inOrder ??= [...this.#byFolder.values()]);
  }

  /** As they are written. */
  get lines(): readonly EntryLine[] {
    return this.inOrder.map(packEntry);
  }

  set(entry: Entry): void {
    this.#byFolder.set(entry.folder.dir, entry);
    this.#inOrder = undefined;
  }

  delete(dir: string): void {
    this.#byFolder.delete(dir);
    this.#inOrder = undefined;
  }

  /** Puts them in the order of their folders; those of other folders go. */
  arrange(dirs: readonly string[]): void {
    const inOrder = dirs.flatMap((dir) => this.#byFolder.get(dir) ?? []);
    this.#byFolder = new Map(inOrder.map((entry) => [entry.folder.dir, entry]));
    this.#inOrder = inOrder;
  }

  /** Takes what was read from a file. False, and nothing taken, where one of them is damaged. */
  adopt(lines: readonly EntryLine[]): boolean {
    const byFolder = new Map<string, Entry>();
    for (const line of lines) {
      if (!isEntry(line)) return false;
      byFolder.set(line.folder.dir, line);
    }
    this.#byFolder = byFolder;
    this.#inOrder = undefined;
    return true;
  }
}
