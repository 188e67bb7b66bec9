import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isObject } from "../../../schemas/json.js";

const MOST = 500;

/** How often skills were used, over all runs. */
export class Uses {
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, "uses.json");
  }

  /** By name; empty where nothing is known. */
  counts(): Readonly<Record<string, number>> {
    try {
      const kept: unknown = JSON.parse(readFileSync(this.#file, "utf8"));
      return isObject(kept) ? (kept as Record<string, number>) : {};
    } catch {
      return {};
    }
  }

  /** Lost where it cannot be written: it only orders lists that are too long. */
  add(name: string): void {
    const counts = new Map(Object.entries(this.counts()));
    counts.set(name, (Number(counts.get(name)) || 0) + 1);
    const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST);
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      const draft = `${this.#file}.${process.pid}`;
      writeFileSync(draft, JSON.stringify(Object.fromEntries(kept)), { mode: 0o600 });
      renameSync(draft, this.#file);
    } catch {
      // See above.
    }
  }
}
