import { readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../../schemas/json.js";
import { writeAtOnce } from "../../../schemas/write-at-once.js";
import type { Run } from "./run.js";

/** A run is a few phases' words. */
const LIMIT = 4 * 1024 * 1024;
const MOST = 500;

/** Runs on disk, one file each, so that an interrupted one can be taken up in any conversation. */
export class Store {
  readonly #dir: string;

  /** `home` is nacre's own folder. */
  constructor(home: string) {
    this.#dir = join(home, "feature-dev");
  }

  /** Written at once or not at all. Throws a system error when the disk does not take it. */
  save(run: Run): void {
    writeAtOnce(this.#file(run.id), `${JSON.stringify(run)}\n`);
  }

  remove(run: Run): void {
    rmSync(this.#file(run.id), { force: true });
  }

  /** Unfinished runs of a folder, the newest first. What is damaged is left out. */
  list(root: string): readonly Run[] {
    return this.#names()
      .flatMap((name) => this.#read(join(this.#dir, name)) ?? [])
      .filter((run) => run.root === root)
      .toSorted((a, b) => b.updated - a.updated);
  }

  #file(id: string): string {
    return join(this.#dir, `${id.replace(/[^\w-]/g, "")}.json`);
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#dir)
        .filter((name) => name.endsWith(".json"))
        .slice(0, MOST);
    } catch {
      return [];
    }
  }

  #read(file: string): Run | undefined {
    try {
      const stats = statSync(file);
      if (!stats.isFile() || stats.size > LIMIT) return undefined;
      const value: unknown = JSON.parse(readFileSync(file, "utf8"));
      return isRun(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }
}

const STEPS: ReadonlySet<unknown> = new Set(["working", "waiting", "acting"]);

function isRun(value: unknown): value is Run {
  if (!isObject(value)) return false;
  const texts = ["id", "root", "session", "request"].every((key) => typeof value[key] === "string");
  const { phase, step, answers, results, updated } = value;
  const isPhase = Number.isInteger(phase) && Number(phase) >= 1 && Number(phase) <= 7;
  return (
    texts && isPhase && STEPS.has(step) && Array.isArray(answers) && isObject(results) && typeof updated === "number"
  );
}
