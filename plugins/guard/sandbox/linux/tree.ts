import { closeSync, lstatSync, openSync, readdirSync, readSync, type Dirent } from "node:fs";
import { join } from "node:path";

/** Folders looked into below one folder, and how deep; what lies beyond is not guarded by name. */
const MOST_FOLDERS = 5_000;
const DEEPEST = 24;
/** Entries of one folder that are looked at. */
const MOST_ENTRIES = 20_000;

/** The clock of file systems ticks this slowly: a folder that changed just before it was read may have changed since. */
const TICK = 50;

/** Full of other people's files, and never opened as a project. */
const PASSED_BY: ReadonlySet<string> = new Set(
  "node_modules bower_components .venv venv site-packages __pycache__ .tox .mypy_cache .gradle .next .nuxt .terraform".split(
    " ",
  ),
);

/** What a name means: it decides over what runs later, it holds secrets, or it is the data of a repository. */
export type Kind = "protected" | "secret" | "repository";

export interface Entry {
  readonly path: string;
  readonly kind: Kind;
  readonly isLink: boolean;
  readonly isFolder: boolean;
}

/** Tells names apart. `relative` is the path below the folder that is worked in. */
export type Classify = (path: string, relative: string) => Kind | undefined;

interface Folder {
  /** Changed then, as far as can be told; 0 when it has to be read again. */
  readonly changed: number;
  readonly folders: readonly string[];
  readonly entries: readonly Entry[];
}

/** The telling names below a folder. Folders that did not change since they were last looked at are not read again. */
export class Tree {
  readonly root: string;
  readonly #classify: Classify;
  #known = new Map<string, Folder>();

  constructor(root: string, classify: Classify) {
    this.root = root;
    this.#classify = classify;
  }

  /** Everything there now; `cut` when there is more than can be looked at. */
  look(): { readonly entries: readonly Entry[]; readonly cut: boolean } {
    const known = new Map<string, Folder>();
    const entries: Entry[] = [];
    const queue: (readonly [path: string, depth: number])[] = [[this.root, 0]];
    let cut = false;
    for (let next = queue.pop(); next; next = queue.pop()) {
      const [path, depth] = next;
      const folder = this.#folder(path);
      if (!folder) continue;
      if (known.size >= MOST_FOLDERS) {
        cut = true;
        break;
      }
      known.set(path, folder);
      entries.push(...folder.entries);
      if (depth >= DEEPEST) cut ||= folder.folders.length > 0;
      else for (const name of folder.folders) queue.push([join(path, name), depth + 1]);
    }
    this.#known = known;
    return { entries, cut };
  }

  #folder(path: string): Folder | undefined {
    const now = Date.now();
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat?.isDirectory()) return undefined;
    const before = this.#known.get(path);
    if (before && before.changed === stat.ctimeMs) return before;
    const items = list(path);
    if (isBare(items))
      return { changed: 0, folders: [], entries: [{ path, kind: "repository", isLink: false, isFolder: true }] };
    const folders: string[] = [];
    const entries: Entry[] = [];
    for (const item of items) {
      const full = join(path, item.name);
      const kind = this.#classify(full, full.slice(this.root.length).replace(/^\/+/, ""));
      const isFolder = item.isDirectory();
      if (kind && !(kind === "secret" && isCertificate(full, item))) {
        entries.push({ path: full, kind, isLink: item.isSymbolicLink(), isFolder });
      }
      // Below protected folders secrets are still looked for; the data of a repository is read by its own rules.
      if (isFolder && kind !== "repository" && kind !== "secret" && !PASSED_BY.has(item.name)) folders.push(item.name);
    }
    return { changed: now - stat.ctimeMs < TICK ? 0 : stat.ctimeMs, folders, entries };
  }
}

/** Where git finds these, it takes the folder for a repository, and the settings in it for its own. */
function isBare(items: readonly Dirent[]): boolean {
  const wanted = ["HEAD", "objects", "refs"];
  return items.length < 200 && wanted.every((name) => items.some((item) => item.name === name));
}

function list(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true }).slice(0, MOST_ENTRIES);
  } catch {
    return [];
  }
}

/** Bundles of public certificates end like keys do, and programs need them. */
function isCertificate(path: string, item: Dirent): boolean {
  if (!item.isFile() || !/\.(?:pem|crt)$/i.test(path)) return false;
  try {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(1_048_576);
      const text = bytes.toString("latin1", 0, readSync(file, bytes, 0, bytes.length, 0));
      return (
        text.includes("-----BEGIN CERTIFICATE-----") && !text.includes("PRIVATE KEY") && text.length < bytes.length
      );
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}
