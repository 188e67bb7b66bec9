import { readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../../../schemas/errors.js";
import { readPlain } from "../policy/read-plain.js";
import { statOf } from "../policy/stat-of.js";

/** Folders looked into below one folder, the upper ones first; what lies beyond is not guarded by name. */
const MOST_FOLDERS = 20_000;

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
  /** Changed then, as far as can be told; 0 when it has to be read again. */
  readonly changed: number;
  /** Paths of what else is to be looked into. */
  readonly folders: readonly string[];
  readonly entries: readonly Entry[];
  readonly cut: boolean;
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
    const queue = [this.root];
    let cut = false;
    for (let next = 0; next < queue.length; next++) {
      if (known.size >= MOST_FOLDERS) {
        cut = true;
        break;
      }
      const path = queue[next]!;
      const folder = this.#folder(path);
      if (!folder) continue;
      known.set(path, folder);
      cut ||= folder.cut;
      for (const entry of folder.entries) entries.push(entry);
      for (const inner of folder.folders) queue.push(inner);
    }
    this.#known = known;
    return { entries, cut };
  }

  #folder(path: string): Folder | undefined {
    const stat = statOf(path);
    if (!stat?.isDirectory()) return undefined;
    const before = this.#known.get(path);
    if (before && before.changed === stat.ctimeMs) return before;
    const now = Date.now();
    const items = list(path);
    if (!items) return wholly(path, "protected");
    if (isBare(items)) return wholly(path, "repository");
    const folders: string[] = [];
    const entries: Entry[] = [];
    for (const item of items.slice(0, MOST_ENTRIES)) {
      const full = join(path, item.name);
      const kind = this.#classify(full, full.slice(this.root.length).replace(/^\/+/, ""));
      const isFolder = item.isDirectory();
      if (kind && !(kind === "secret" && isCertificate(full, item))) {
        entries.push({ path: full, kind, isLink: item.isSymbolicLink(), isFolder });
      }
      // Below protected folders secrets are still looked for; the data of a repository is read by its own rules.
      if (isFolder && kind !== "repository" && kind !== "secret" && !PASSED_BY.has(item.name)) folders.push(full);
    }
    const cut = items.length > MOST_ENTRIES;
    return { changed: now - stat.ctimeMs < TICK ? 0 : stat.ctimeMs, folders, entries, cut };
  }
}

/** A folder that is one entry as a whole, and is looked at again each time. */
function wholly(path: string, kind: Kind): Folder {
  return { changed: 0, folders: [], entries: [{ path, kind, isLink: false, isFolder: true }], cut: false };
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
