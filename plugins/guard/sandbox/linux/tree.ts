import { readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../../../schemas/errors.js";
import { readPlain } from "../policy/read-plain.js";
import { linkStatOf } from "../../../../schemas/stat-of.js";

/** Entries of one folder that are looked at. */
const MOST_ENTRIES = 100_000;

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
  readonly path: string;
  /** Changed then, as far as can be told; 0 when it has to be read again. */
  changed: number;
  /** What else is to be looked into. */
  folders: readonly Folder[];
  entries: readonly Entry[];
  cut: boolean;
}

/** The telling names below a folder. Folders that did not change since they were last looked at are not read again. */
export class Tree {
  readonly #root: Folder;
  readonly #classify: Classify;
  readonly #most: number;

  /** `most` folders are looked into, the upper ones first; what lies beyond is not guarded by name. */
  constructor(root: string, most: number, classify: Classify) {
    this.#root = unknown(root);
    this.#most = most;
    this.#classify = classify;
  }

  /** Everything there now; `cut` when there is more than can be looked at. */
  look(): { readonly entries: readonly Entry[]; readonly cut: boolean } {
    const entries: Entry[] = [];
    const queue = [this.#root];
    let cut = false;
    for (let next = 0; next < queue.length && next < this.#most; next++) {
      const folder = queue[next]!;
      const stat = linkStatOf(folder.path);
      if (!stat?.isDirectory()) continue;
      if (folder.changed !== stat.ctimeMs) this.#read(folder, stat.ctimeMs);
      cut ||= folder.cut;
      for (const entry of folder.entries) entries.push(entry);
      for (const inner of folder.folders) queue.push(inner);
    }
    return { entries, cut: cut || queue.length > this.#most };
  }

  #read(folder: Folder, changed: number): void {
    const { path } = folder;
    const now = Date.now();
    const items = list(path);
    const whole = !items ? "protected" : isBare(items) ? "repository" : undefined;
    const known = new Map(folder.folders.map((one) => [one.path, one]));
    const folders: Folder[] = [];
    const entries: Entry[] = whole ? [{ path, kind: whole, isLink: false, isFolder: true }] : [];
    for (const item of whole ? [] : items!.slice(0, MOST_ENTRIES)) {
      const full = join(path, item.name);
      const kind = this.#classify(full, full.slice(this.#root.path.length).replace(/^\/+/, ""));
      const isFolder = item.isDirectory();
      if (kind && !(kind === "secret" && isCertificate(full, item))) {
        entries.push({ path: full, kind, isLink: item.isSymbolicLink(), isFolder });
      }
      // Below protected folders secrets are still looked for; the data of a repository is read by its own rules.
      if (isFolder && kind !== "repository" && kind !== "secret" && !PASSED_BY.has(item.name)) {
        folders.push(known.get(full) ?? unknown(full));
      }
    }
    folder.folders = folders;
    folder.entries = entries;
    folder.cut = !whole && items!.length > MOST_ENTRIES;
    folder.changed = whole || now - changed < TICK ? 0 : changed;
  }
}

function unknown(path: string): Folder {
  return { path, changed: 0, folders: [], entries: [], cut: false };
}

/**
 * Where git finds these, it takes the folder for a repository, and the settings in it for its own, or those of the
 * folder that `commondir` names.
 */
function isBare(items: readonly Dirent[]): boolean {
  const has = (name: string): boolean => items.some((item) => item.name === name);
  return has("HEAD") && ((has("objects") && has("refs")) || has("commondir"));
}

/** Undefined where it may not be listed: names in it may still be opened by whoever knows them. */
function list(path: string): readonly Dirent[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    return codeOf(error) === "ENOENT" ? [] : undefined;
  }
}

/** Bundles of public certificates end like keys do, and programs need them. */
function isCertificate(path: string, item: Dirent): boolean {
  if (!item.isFile() || !/\.(?:pem|crt)$/i.test(path)) return false;
  const { text, whole } = readPlain(path, 1_048_576) ?? { text: "", whole: false };
  return whole && text.includes("-----BEGIN CERTIFICATE-----") && !text.includes("PRIVATE KEY");
}
