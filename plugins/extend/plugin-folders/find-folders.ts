import { existsSync, readdirSync, type Dirent } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import { realPath } from "../../../schemas/real-path.js";
import { statOf } from "../../../schemas/stat-of.js";
import { inside } from "../inside.js";
import { stampOf } from "../stamp.js";
import type { Folder, Watch } from "./folder.js";
import type { Formats } from "./formats.js";
import type { Root } from "./roots.js";

/** The most folders that are looked into for plugins, and the most of them whose own time is looked at later. */
const MOST = 20_000;
const WATCHED = 500;

/** Below a root, where a plugin may stand among the skills. */
const AMONG = "skills";

/** Folders beside the user's plugins in which installing keeps what it fetches: what is there counts once it is installed. */
const FETCHED: ReadonlySet<string> = new Set(["cache", "marketplaces", "staging"]);

export interface FoldersFound {
  readonly folders: readonly Folder[];
  /** What to look at to know whether plugins have come or gone. */
  readonly watch: readonly Watch[];
  readonly problems: readonly string[];
}

/** Whether any of these folders is there: else nobody has to be asked how to read one. */
export function isAnyThere(roots: readonly Root[]): boolean {
  return roots.some(({ how, folder }) => how === "either" || existsSync(folder.dir));
}

/** The plugin folders below some roots, in their order. Looks at names only. Throws a UserError for a wrong `--plugin-dir`. */
export function findFolders(roots: readonly Root[], formats: Formats): FoldersFound {
  const search = new Search(formats);
  for (const root of roots) search.root(root);
  return search;
}

class Search implements FoldersFound {
  readonly folders: Folder[] = [];
  readonly watch: Watch[] = [];
  readonly problems: string[] = [];
  readonly #formats: Formats;
  #left = MOST;

  constructor(formats: Formats) {
    this.#formats = formats;
  }

  root({ how, folder }: Root): void {
    if (how === "either") return this.#named(folder);
    if (how === "collection") return this.#collection(folder);
    const isThere = isFolder(folder.dir);
    this.watch.push([folder.dir, isThere ? "+" : ""]);
    if (!isThere) return;
    if (folder.origin === "project" && !this.#staysIn(folder)) return;
    this.folders.push(folder);
    this.#amongSkills(folder);
  }

  /** A folder of skills that has the manifest of the root's own format is a plugin as well. */
  #amongSkills({ dir, origin, root = "", within }: Folder): void {
    const mark = this.#formats.markOf(root);
    const skills = join(dir, AMONG);
    if (mark === undefined || !existsSync(skills)) return;
    for (const child of this.#children(skills)) {
      const folder = { dir: child, origin, market: "skills-dir" };
      if (existsSync(join(child, mark)) && this.#staysIn({ ...folder, ...(within && { within }) }))
        this.folders.push(folder);
    }
  }

  #named(folder: Folder): void {
    const { dir } = folder;
    const found = statOf(dir);
    if (!found) throw new UserError(`--plugin-dir: the folder ${dir} does not exist.`);
    if (!found.isDirectory()) {
      throw new UserError(`--plugin-dir: ${dir} is not a folder; unpack an archive and name the folder it gives.`);
    }
    if (this.#formats.classify(dir) !== undefined) return void this.folders.push(folder);
    const before = this.folders.length;
    this.#collection(folder);
    if (this.folders.length === before) this.problems.push(`--plugin-dir: there is no plugin in ${dir}.`);
  }

  /** Every child that is a plugin; a child that is none but holds some is a group. */
  #collection(folder: Folder, isGroup = false): void {
    for (const dir of this.#children(folder.dir)) {
      if (!isGroup && folder.origin === "user" && FETCHED.has(basename(dir))) continue;
      if (!this.#staysIn({ ...folder, dir })) continue;
      const { within: _within, ...child } = { ...folder, dir };
      if (this.#formats.classify(dir) !== undefined) this.folders.push(child);
      else if (!isGroup) this.#collection({ ...folder, dir }, true);
    }
  }

  #children(dir: string): readonly string[] {
    const stamp = stampOf(dir);
    if (this.watch.length < WATCHED) this.watch.push([dir, stamp]);
    if (stamp === "" || this.#left <= 0) return [];
    let entries: readonly Dirent[];
    try {
      entries = readdirSync(dir, { withFileTypes: true });
    } catch {
      return []; // A file, or a folder that may not be read: nothing of ours.
    }
    const found = entries
      .filter((entry) => !entry.name.startsWith(".") && entry.name !== "node_modules")
      .map((entry) => ({ path: join(dir, entry.name), entry }))
      .filter(({ path, entry }) => entry.isDirectory() || (entry.isSymbolicLink() && isFolder(path)))
      .map(({ path }) => path)
      .toSorted();
    const few = found.slice(0, this.#left);
    this.#left -= found.length;
    if (this.#left < 0) this.problems.push(`${dir} holds too many folders; beyond ${MOST} no plugins are looked for.`);
    return few;
  }

  /** A project must not bring in what lies elsewhere: trust is given to what stands in its folder. */
  #staysIn({ dir, within }: Folder): boolean {
    if (within === undefined || within === "/" || inside(within, dir).real !== undefined) return true;
    this.problems.push(`${dir} is a link that leaves the project (${realPath(dir) ?? "nowhere"}), so it is not used.`);
    return false;
  }
}

function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false;
}
