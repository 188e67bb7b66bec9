import { lstatSync, opendirSync, readdirSync, realpathSync, statSync, type Dirent } from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "../../schemas/errors.js";
import type { Diagnostic, Package } from "../../schemas/parts.js";
import { contains, inside, isPlainlyBelow } from "./inside.js";
import { noteStamp } from "./stamp.js";

/** The most entries that are looked at for one place of one plugin. */
const MOST_FILES: number = 100_000;

export interface ListOptions {
  /** How many levels of folders below the first are entered. */
  readonly depth: number;
  /** Whether a file counts, by its name alone. */
  readonly wants: (name: string) => boolean;
  /** Whether a folder is entered; all but hidden ones and `node_modules` otherwise. */
  readonly enters?: (name: string, dir: string) => boolean;
  /** Stop below a folder that itself holds a file that counts, as a skill's folder does. */
  readonly stopAtFound?: boolean;
  /**
   * A name that counts and is looked for first in every folder below `dir`. Where it is there, nothing else of that
   * folder is looked at: thousands of folders of one file each are listed in half the time.
   */
  readonly probe?: string;
  /** 100,000 unless told. */
  readonly most?: number;
}

export interface FilesListed {
  /** Absolute paths in the order of their names; what stands in the place of a file (a pipe, say) included. */
  readonly files: readonly string[];
  /** Every folder that was looked into: when one changes, the list is stale. */
  readonly folders: readonly string[];
  /** Whether links lead to some of them: without any, no two of them are the same file. */
  readonly isLinked: boolean;
  readonly problems: readonly Diagnostic[];
}

/**
 * The files below a folder of a plugin. Never throws, never follows a link out of what the package may reach, visits no
 * folder twice, and ends. A folder that is not there holds nothing.
 */
export function listFiles(dir: string, from: Pick<Package, "dir" | "within">, options: ListOptions): FilesListed {
  const walk = new Walk(from.within ?? from.dir, options);
  if (isPlainlyBelow(from.dir, dir)) walk.visit(dir, 0);
  else walk.start(dir);
  return walk;
}

class Walk implements FilesListed {
  readonly files: string[] = [];
  readonly folders: string[] = [];
  readonly problems: Diagnostic[] = [];
  isLinked = false;
  readonly #root: string;
  readonly #options: ListOptions;
  /** Folders reached through links, and how many entries may still be looked at. */
  readonly #linked = new Set<string>();
  #left: number;

  constructor(root: string, options: ListOptions) {
    this.#root = root;
    this.#options = options;
    this.#left = options.most ?? MOST_FILES;
  }

  /** What is no link below a folder that is inside is inside as well, so the rest is asked of links alone. */
  start(dir: string): void {
    const { why } = inside(this.#root, dir);
    this.isLinked = true;
    if (why === undefined) this.visit(dir, 0);
    else if (why !== "missing") this.#object(dir, why);
  }

  visit(dir: string, level: number): void {
    if (this.#left < 0 || (level > 0 && this.#probe(dir))) return;
    const entries = this.#entries(dir);
    if (!entries) return;
    const folders: string[] = [];
    let found = false;
    for (const entry of entries) {
      const path = `${dir}/${entry.name}`;
      const wanted = this.#options.wants(entry.name);
      const kind = entry.isSymbolicLink() ? this.#follow(path, wanted) : entry.isDirectory() ? "folder" : "file";
      if (wanted && kind !== undefined) {
        this.files.push(path);
        found = true;
      } else if (kind === "folder" && level < this.#options.depth && this.#enters(entry.name, dir)) folders.push(path);
    }
    if (!(found && this.#options.stopAtFound)) for (const path of folders) this.visit(path, level + 1);
  }

  #probe(dir: string): boolean {
    const { probe } = this.#options;
    if (probe === undefined) return false;
    const path = `${dir}/${probe}`;
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) return false;
    noteStamp(path, stats);
    this.files.push(path);
    this.#left--;
    return true;
  }

  #enters(name: string, dir: string): boolean {
    return this.#options.enters?.(name, dir) ?? (!name.startsWith(".") && name !== "node_modules");
  }

  /** What a link leads to; undefined when it is not to be followed. */
  #follow(path: string, wanted: boolean): "file" | "folder" | undefined {
    const { real, why } = inside(this.#root, path);
    if (real === undefined) {
      if (wanted || why === "outside") this.#object(path, why);
      return undefined;
    }
    this.isLinked = true;
    const stats = statSync(real, { throwIfNoEntry: false });
    if (!stats?.isDirectory()) return "file";
    // What holds the link itself, or was reached before, would be gone through again.
    if (this.#linked.has(real) || contains(real, realpathSync.native(dirname(path)))) return undefined;
    this.#linked.add(real);
    return "folder";
  }

  #object(file: string, why: "missing" | "outside" | "loop" | "unreadable"): void {
    const [code, what] = REASONS[why];
    this.problems.push({ severity: "error", code, message: `${file} ${what}.`, file });
  }

  #entries(dir: string): readonly Dirent[] | undefined {
    try {
      const stats = statSync(dir);
      noteStamp(dir, stats);
      this.folders.push(dir);
      const entries = stats.size > LARGE ? startOf(dir, this.#left + 1) : readdirSync(dir, { withFileTypes: true });
      const few = entries.length > this.#left ? entries.slice(0, this.#left) : entries;
      if (few !== entries) this.#tooMany(dir);
      this.#left = few === entries ? this.#left - entries.length : -1;
      return few.length > 1 ? few.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : few;
    } catch (error) {
      if (!ABSENT.has(codeOf(error) ?? "")) {
        const message = `${dir} cannot be looked into (${codeOf(error)}).`;
        this.problems.push({ severity: "error", code: "not-readable", message, file: dir });
      }
      return undefined;
    }
  }

  #tooMany(dir: string): void {
    const most = (this.#options.most ?? MOST_FILES).toLocaleString("en");
    const message = `${dir}: more than ${most} entries; the rest is not looked at.`;
    this.problems.push({ severity: "error", code: "too-many-files", message, fix: "Move files away.", file: dir });
  }
}

const REASONS = {
  missing: ["missing", "is a link to something that does not exist"],
  outside: ["path-escapes", "is a link that leaves the plugin's folder, so it is not followed"],
  loop: ["link-loop", "is a link that leads back to itself"],
  unreadable: ["not-readable", "is a link that cannot be followed"],
} as const;

const ABSENT: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);

/** From this size a folder itself may hold more entries than are to be read at once. */
const LARGE = 1024 * 1024;

function startOf(dir: string, most: number): readonly Dirent[] {
  const entries: Dirent[] = [];
  const handle = opendirSync(dir, { bufferSize: 1024 });
  try {
    for (let entry = handle.readSync(); entry && entries.length < most; entry = handle.readSync()) entries.push(entry);
  } finally {
    handle.closeSync();
  }
  return entries;
}
