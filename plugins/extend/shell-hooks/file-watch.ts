import { watch, type FSWatcher } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { statOf } from "../../../schemas/stat-of.js";

/** What became of a watched file. */
export type FileEvent = "change" | "add" | "unlink";

/** The most files that are watched. */
const MOST = 200;

/** Milliseconds in which several signs of one change count as one. */
const TOGETHER = 100;

/** Watches single files for the sake of hooks; nothing is watched before somebody asks. */
export class FileWatch {
  readonly #tell: (file: string, event: FileEvent) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #states = new Map<string, string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #literal: readonly string[] = [];
  #dynamic: readonly string[] = [];

  constructor(tell: (file: string, event: FileEvent) => void) {
    this.#tell = tell;
  }

  /** Names of files in the working folder, from the matchers. */
  names(cwd: string, names: readonly string[]): void {
    this.#literal = names.map((name) => join(cwd, name));
    this.#settle();
  }

  /** Absolute paths that a hook asked for, in the place of those asked for before. */
  paths(paths: readonly string[]): void {
    this.#dynamic = paths.filter((path) => isAbsolute(path));
    this.#settle();
  }

  close(): void {
    this.#literal = this.#dynamic = [];
    this.#settle();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Folders are watched, as a file that is not there yet cannot be. */
  #settle(): void {
    const files = [...new Set([...this.#literal, ...this.#dynamic])].slice(0, MOST);
    for (const file of files) if (!this.#states.has(file)) this.#states.set(file, stateOf(file));
    for (const file of this.#states.keys()) if (!files.includes(file)) this.#states.delete(file);
    const folders = new Set(files.map((file) => dirname(file)));
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watchFolder(folder);
  }

  #watchFolder(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name !== null) this.#sign(join(folder, basename(name)));
      });
      watcher.on("error", () => watcher.close());
      this.#watchers.set(folder, watcher);
    } catch {
      // The folder is not there, or no more can be watched: its files stay unwatched.
    }
  }

  #sign(file: string): void {
    if (!this.#states.has(file) || this.#timers.has(file)) return;
    const look = (): void => {
      this.#timers.delete(file);
      const before = this.#states.get(file);
      if (before === undefined) return;
      const now = stateOf(file);
      if (now === before) return;
      this.#states.set(file, now);
      this.#tell(file, before === "" ? "add" : now === "" ? "unlink" : "change");
    };
    this.#timers.set(file, setTimeout(look, TOGETHER).unref());
  }
}

function stateOf(file: string): string {
  const stats = statOf(file);
  return stats ? `${stats.mtimeMs}:${stats.size}:${stats.ino}` : "";
}
