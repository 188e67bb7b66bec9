import { readdirSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { protectedPart } from "../../protected-names.js";
import { isWithin } from "../../../../schemas/is-within.js";
import { realPath } from "../../../../schemas/real-path.js";
import { between, depth } from "../policy/paths.js";
import { isHidden, type Policy } from "../policy/policy.js";
import type { RepositoryAround } from "../policy/repository-around.js";
import { linkStatOf } from "../../../../schemas/stat-of.js";
import { exists, isFolder } from "../policy/exists.js";
import { isPlaceholder } from "./placeholders.js";
import { configured, guardedOf, hooksOfAll } from "./repository.js";
import { Tree, type Entry, type Kind } from "./tree.js";

/** Folders looked into where work is done, and in each other folder that may be written: caches have very many. */
const MOST_FOLDERS = 20_000;
const MOST_BESIDE = 2_000;

/**
 * Files and folders that can be mounted one by one, the folders above guarded ones counted in. What they cost a command
 * grows with their square: a hundred take 15 ms, four hundred 130.
 */
const MOST_MOUNTS = 400;

/**
 * Names that act as soon as they are there, because an editor or another agent is watching: kept from being made at all.
 * Not `.nacre.toml`, nor `.gitconfig` in a home: with a folder in their place another nacre or git would not start.
 */
const TAKEN = ".nacre .claude .mcp.json .vscode .idea .cursor .zed".split(" ");

/** The same in a home folder that may be written. */
const TAKEN_AT_HOME =
  ".ssh .bashrc .bash_profile .bash_login .profile .bash_logout .zshrc .zprofile .zshenv .zlogin .config".split(" ");

/** What stands where at the moment, as far as the walls go. All paths are real. */
export interface Walls {
  readonly writable: readonly string[];
  readonly readOnly: readonly string[];
  readonly hidden: readonly { readonly path: string; readonly isFolder: boolean }[];
  readonly shown: readonly string[];
  /** Names that are kept from being made by empty folders in their place. */
  readonly taken: readonly string[];
  /** Names that must not be there afterwards. */
  readonly unwanted: readonly string[];
  /** Links with protected names, and where they lead: no wall can stand on a link. */
  readonly links: ReadonlyMap<string, string>;
  /** Guarded names that are there; of empty folders, which another run may take away, what tells them from others. */
  readonly known: ReadonlyMap<string, string>;
  readonly repositories: ReadonlySet<string>;
  /** There is more than can be looked at. */
  readonly unseen: boolean;
  /** Writable folders in which that is so. */
  readonly partial: readonly string[];
  /** When this was so, in ms. */
  readonly at: number;
  /** There is more than can be guarded by name, be it seen or not. */
  readonly cut: boolean;
}

/** The folders a policy is about, looked at again before and after each command. */
export class Ground {
  readonly policy: Policy;
  readonly #trees = new Map<string, Tree>();
  readonly #hooks: readonly string[];

  constructor(policy: Policy) {
    this.policy = policy;
    const tops = [...policy.folders, ...policy.repositories.map(({ top }) => top)];
    this.#hooks = hooksOfAll(policy.userHome).flatMap((path) => tops.map((top) => join(top, path)));
  }

  look(): Walls {
    const { policy } = this;
    const found = new Finding(policy);
    for (const path of this.#hooks) found.guard(path);
    for (const root of found.writable) {
      if (root === policy.scratch || !isFolder(root)) continue;
      const isWork = policy.folders.some((dir) => isWithin(dir, root));
      const { entries, cut } = this.#treeOf(root, isWork ? MOST_FOLDERS : MOST_BESIDE).look();
      found.unseen ||= cut && isWork;
      if (cut) found.partial.push(root);
      for (const entry of entries) found.add(entry);
    }
    return found.walls();
  }

  #treeOf(root: string, most: number): Tree {
    const known = this.#trees.get(root);
    if (known) return known;
    const tree = new Tree(root, most, (path, relative) => classify(this.policy, path, relative));
    this.#trees.set(root, tree);
    return tree;
  }
}

function classify(policy: Policy, path: string, relative: string): Kind | undefined {
  if (isHidden(policy, path, relative)) return "secret";
  if (policy.readOnlyGlobs.some(({ fits }) => fits(path))) return "protected";
  if (protectedPart(`/${relative}`) === undefined) return undefined;
  if (path.endsWith("/.git")) return "repository";
  const above = dirname(relative);
  return above !== "." && protectedPart(`/${above}`) !== undefined ? undefined : "protected";
}

class Finding {
  readonly writable: readonly string[];
  unseen = false;
  readonly partial: string[] = [];
  readonly #at = Date.now();
  readonly #policy: Policy;
  readonly #readOnly = new Set<string>();
  readonly #hidden = new Map<string, boolean>();
  readonly #settled: number;
  readonly #taken = new Set<string>();
  readonly #unwanted = new Set<string>();
  readonly #links = new Map<string, string>();
  readonly #known = new Map<string, string>();
  readonly #repositories = new Set<string>();

  constructor(policy: Policy) {
    this.#policy = policy;
    const denied = policy.readOnly.flatMap((path) => [path, realOf(path) ?? path]);
    this.writable = [...new Set(policy.writable.flatMap((path) => realOf(path) ?? []))].filter(
      (path) => !denied.some((wall) => isWithin(wall, path)),
    );
    for (const path of policy.readOnly) this.#keep(path);
    for (const one of policy.repositories) this.#keepOthers(one);
    for (const path of policy.hidden) this.#hide(path);
    this.#settled = this.#hidden.size;
    this.#take();
  }

  add(entry: Entry): void {
    const { path, kind, isLink, isFolder } = entry;
    if (kind === "secret") return this.#hide(path);
    this.#known.set(path, identity(path));
    if (isLink) this.#links.set(path, targetOf(path));
    if (kind === "repository" && isFolder) {
      this.#repositories.add(path);
      const { paths, missing, unwanted } = guardedOf(path, path.endsWith("/.git") ? dirname(path) : path);
      for (const one of paths) this.#keep(one);
      for (const one of missing) this.#taken.add(one);
      for (const one of unwanted) this.#unwanted.add(one);
    } else this.#keep(path);
  }

  /** What is not there must not be there afterwards. */
  guard(path: string): void {
    if (exists(path)) this.#keep(path);
    else this.#unwanted.add(path);
  }

  /** Of a repository elsewhere: what belongs to its other checkouts, and what its settings name in this one. */
  #keepOthers({ top, data, records }: RepositoryAround): void {
    for (const path of configured(data, top)) this.guard(path);
    if (records === undefined) return;
    for (const name of ["HEAD", "index", "worktrees"]) if (exists(join(data, name))) this.#keep(join(data, name));
  }

  walls(): Walls {
    // Those of the settings come first, and are never too many.
    const most = this.#settled + MOST_MOUNTS;
    const hidden = [...this.#hidden]
      .slice(0, most)
      .map(([path, isFolder]) => ({ path, isFolder }))
      .sort(byDepth);
    const folders = hidden.filter(({ isFolder }) => isFolder).map(({ path }) => path);
    const inside = (path: string): boolean => this.writable.some((root) => isWithin(root, path));
    const outermost: string[] = [];
    const pinned = new Set<string>();
    let cut = this.unseen || this.#hidden.size > most;
    for (const path of [...this.#readOnly].sort((a, b) => depth(a) - depth(b))) {
      if (isPlaceholder(path)) this.#taken.add(path);
      const covered =
        this.#taken.has(path) ||
        [...outermost, ...folders].some((wall) => isWithin(wall, path) && !this.#reopened(wall, path));
      if (!inside(path) || covered) continue;
      for (const dir of between(this.#rootOf(path), path)) pinned.add(dir);
      if (hidden.length + outermost.length + pinned.size >= most) {
        cut = true;
        break;
      }
      outermost.push(path);
    }
    return {
      writable: this.writable,
      readOnly: outermost,
      hidden,
      shown: this.#policy.shown.flatMap((path) => realOf(path) ?? []),
      taken: [...this.#taken].filter((path) => inside(path) && isFree(path)),
      unwanted: [...this.#unwanted],
      links: this.#links,
      known: this.#known,
      repositories: this.#repositories,
      unseen: this.unseen,
      partial: this.partial,
      at: this.#at,
      cut,
    };
  }

  #rootOf(path: string): string {
    return this.writable.filter((root) => isWithin(root, path)).reduce((a, b) => (b.length > a.length ? b : a));
  }

  /** A writable folder stands again below a wall. */
  #reopened(wall: string, path: string): boolean {
    return this.writable.some((root) => root !== wall && isWithin(wall, root) && isWithin(root, path));
  }

  #keep(path: string): void {
    const real = realOf(path);
    if (real !== undefined) this.#readOnly.add(real);
    else if (leadsToFolder(dirname(path))) this.#taken.add(path);
    else this.#unwanted.add(path);
  }

  #hide(path: string): void {
    const real = realOf(path);
    if (real !== undefined) this.#hidden.set(real, isFolder(real));
  }

  #take(): void {
    const { folders, userHome } = this.#policy;
    const home = realOf(userHome) ?? userHome;
    const names = folders.flatMap((dir) => TAKEN.map((name) => join(dir, name)));
    const isHomeOpen = this.writable.some((root) => isWithin(root, home));
    if (isHomeOpen)
      names.push(...TAKEN_AT_HOME.map((name) => join(home, name)), ...TAKEN.map((name) => join(home, name)));
    for (const path of names) if (isFree(path)) this.#taken.add(path);
  }
}

/** Tells an empty folder from another one of the same name. */
function identity(path: string): string {
  const stat = linkStatOf(path);
  return stat?.isDirectory() && isEmpty(path) ? `${stat.dev}:${stat.ino}:${stat.birthtimeMs}` : "";
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return false;
  }
}

export function byDepth(a: { readonly path: string }, b: { readonly path: string }): number {
  if (a.path === b.path) return 0;
  return depth(a.path) - depth(b.path) || (a.path < b.path ? -1 : 1);
}

/** Undefined for what is not there: most of what is asked for is not, and an exception takes longer than a look. */
function realOf(path: string): string | undefined {
  return exists(path) ? realPath(path) : undefined;
}

export function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** Nothing is there but what this process has put in the way. */
function isFree(path: string): boolean {
  return isPlaceholder(path) || !exists(path);
}

/** A link to a folder counts. */
function leadsToFolder(path: string): boolean {
  const real = realOf(path);
  return real !== undefined && isFolder(real);
}
