import type { Entry } from "./folder.js";

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
  adopt(entries: readonly Entry[]): boolean {
    const byFolder = new Map<string, Entry>();
    for (const entry of entries) {
      const dir = entry?.folder?.dir;
      const isWhole = typeof dir === "string" && typeof entry.plugin?.name === "string" && Array.isArray(entry.may);
      if (!isWhole) return false;
      byFolder.set(dir, entry);
    }
    this.#byFolder = byFolder;
    this.#inOrder = entries;
    return true;
  }
}
