import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import { statOf } from "../../../../schemas/stat-of.js";
import { contains } from "../../inside.js";
import type { Job } from "../job.js";
import { folderOf } from "../names.js";
import { isSame, forScope } from "../scope.js";
import type { PluginSource } from "../source/source.js";
import { withLock } from "../../../../schemas/file-lock.js";
import { changeInstalled, readInstalled, type InstalledPlugin } from "../state/installed-file.js";
import { changeLock, type Locked } from "../state/lock-file.js";
import { recordFile } from "../state/record-file.js";
import { writeRecord } from "../state/write-record.js";
import { contentHash, listFolder } from "../trust/file-list.js";
import type { Staged } from "./stage.js";

/** A folder that is not used any more is kept so long: a session that runs may still use it. */
const KEEP = 14 * 24 * 3600 * 1000;

/**
 * Puts staged plugins in their places. Each step leaves a state in which every plugin is whole: first the folders, which
 * nothing speaks of yet, then what was approved, then the list that starts read. `asked` names those that did not
 * come along for others.
 */
export async function commit(job: Job, staged: readonly Staged[], asked: ReadonlySet<string>): Promise<void> {
  const { paths } = job;
  await withLock(paths.mutex, async () => {
    const places = staged.map((one) => [one, place(job, one)] as const);
    const lock = (base?: string) => staged.map((one) => [one.id, lockedOf(job, one, base)] as const);
    await changeLock(paths.lock, 0o600, (now) => ({ ...now, ...Object.fromEntries(lock()) }));
    await changeInstalled(paths.installed, (now) => {
      const next = new Map(now.map((one) => [one.id, one]));
      for (const [one, dir] of places) {
        const taken = takenNames(job, one.id, next);
        next.set(one.id, installedOf(job, one, { dir, before: next.get(one.id), isAsked: asked.has(one.id), taken }));
      }
      return [...next.values()];
    });
    for (const [root, ids] of projectsOf(job, staged)) {
      const own = Object.fromEntries(lock(root).filter(([id]) => ids.has(id)));
      await changeLock(join(root, "nacre.lock"), 0o644, (now) => ({ ...now, ...own }));
    }
    for (const [one, dir] of places) dropOrphans(dirname(dir), one.version);
  });
}

/** Projects whose lock files name some of these, and which. */
function projectsOf(
  { paths, scope, project }: Job,
  staged: readonly Staged[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const roots = new Map<string, Set<string>>();
  const add = (root: string, id: string): void => void roots.set(root, (roots.get(root) ?? new Set<string>()).add(id));
  const known = new Map(readInstalled(paths.installed).map((one) => [one.id, one]));
  for (const { id } of staged) {
    if (scope === "project") add(project, id);
    for (const one of known.get(id)?.for ?? []) {
      const root = one.scope === "project" ? one.project : undefined;
      if (root !== undefined && existsSync(join(root, "nacre.lock"))) add(root, id);
    }
  }
  return roots;
}

/** Moves a folder to where it belongs and writes down how its files are. Resolves with the place. */
function place({ paths }: Job, { market, name, version, dir, hash, entry, inventory }: Staged): string {
  const final = join(paths.cache, market, name, folderOf(version));
  mkdirSync(dirname(final), { recursive: true, mode: 0o700 });
  const isThere = existsSync(final) && contentHash(listFolder(final)) === hash;
  if (!isThere) {
    rmSync(recordFile(final), { force: true });
    if (existsSync(final)) renameSync(final, `${dir}-replaced`);
    renameSync(dir, final);
  }
  const list = listFolder(final);
  if (contentHash(list) !== hash) throw new UserError(`${final} was changed while it was installed.`, EXIT.plugin);
  const kept = entry && { entry: { ...entry, root: entry.root ?? final } };
  writeRecord(final, { hash, list, fields: inventory.package.fields, ...kept });
  return final;
}

function lockedOf({ kernel }: Job, one: Staged, base?: string): Locked {
  const { version, pinned, hash, capabilities, entry, dependencies } = one;
  const needed = Object.fromEntries(dependencies.map(({ id, range = "*" }) => [id, range]));
  return {
    version,
    source: base === undefined ? pinned : portable(pinned, base),
    hash,
    capabilities,
    ...(entry && { entry: entry.value }),
    ...(dependencies.length > 0 && { dependencies: needed }),
    approved: new Date(kernel.clock.now()).toISOString(),
  };
}

/** Paths inside of a project are written from its root, so that they mean something to others. */
function portable(source: PluginSource, base: string): PluginSource {
  if (source.kind !== "folder" && source.kind !== "package") return source;
  return contains(base, source.path) ? { ...source, path: `./${relative(base, source.path)}` } : source;
}

interface Facts {
  readonly dir: string;
  readonly before: InstalledPlugin | undefined;
  readonly isAsked: boolean;
  readonly taken: ReadonlySet<string>;
}

function installedOf({ scope, project }: Job, one: Staged, { dir, before, isAsked, taken }: Facts): InstalledPlugin {
  const { manifest, main, name } = one.inventory.package;
  const { name: _, version: __, description, ...own } = manifest;
  const wanted = forScope(scope, project);
  const others = (before?.for ?? []).filter((each) => !isSame(each, wanted));
  const isAuto = isAsked ? false : (before?.auto ?? !before);
  const requires = one.dependencies.map(({ id }) => id);
  return {
    id: one.id,
    name: taken.has(name) ? one.id : name,
    version: one.version,
    dir,
    ...(description !== undefined && { description }),
    holds: Object.keys(one.parts),
    for: [...others, wanted],
    ...(one.off && { off: true }),
    ...(isAuto && { auto: true }),
    ...(one.needs !== undefined && { needs: one.needs }),
    ...(requires.length > 0 && { requires }),
    ...(main !== undefined && { main }),
    ...(Object.keys(own).length > 0 && { manifest: own }),
  };
}

/** Names that plugins have which ship with nacre or are installed: another one of such a name is known by its id. */
function takenNames({ kernel }: Job, id: string, installed: ReadonlyMap<string, InstalledPlugin>): ReadonlySet<string> {
  const builtin = kernel.plugins.filter(({ plugin }) => plugin.origin === "built in").map(({ plugin }) => plugin.name);
  const others = [...installed.values()].filter((one) => one.id !== id).map(({ name }) => name);
  return new Set([...builtin, ...others]);
}

/** Marks versions that nothing uses any more, and removes those that were marked long ago. */
function dropOrphans(folder: string, version: string): void {
  for (const name of readdirSync(folder, { withFileTypes: true })) {
    if (!name.isDirectory() || name.name === folderOf(version)) continue;
    const dir = join(folder, name.name);
    const marker = `${dir}.orphaned`;
    const marked = statOf(marker)?.mtimeMs;
    if (marked === undefined) {
      writeFileSync(marker, "");
      utimesSync(marker, new Date(), new Date());
    } else if (Date.now() - marked > KEEP) {
      for (const path of [dir, marker, recordFile(dir)]) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    }
  }
  rmSync(join(folder, `${folderOf(version)}.orphaned`), { force: true });
}
