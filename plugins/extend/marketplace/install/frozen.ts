import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import { isObject } from "../../../../schemas/json.js";
import type { Job } from "../job.js";
import { parseId } from "../names.js";
import { gitUrl } from "../source/git-url.js";
import type { PluginSource } from "../source/source.js";
import type { Target } from "../source/target.js";
import { readInstalled } from "../state/installed-file.js";
import { readLock, type Locked } from "../state/lock-file.js";
import { withStaging } from "../state/staging.js";
import { checkClash } from "./check-clash.js";
import { commit } from "./commit.js";
import { stage, type Staged } from "./stage.js";

/**
 * Installs exactly what a lock file names, and nothing at all where something does not fit it: other bytes, other
 * abilities, or a plugin that settings switch on and the file does not know. Resolves with the ids.
 */
export async function installFrozen(job: Job): Promise<readonly string[]> {
  const own = join(job.project, "nacre.lock");
  const isProject = job.flags["scope"] !== "user" && existsSync(own);
  const file = isProject ? own : job.paths.lock;
  const at: Job = { ...job, scope: isProject ? (job.flags["scope"] === "local" ? "local" : "project") : "user" };
  if (!existsSync(file)) throw new UserError(`There is no ${file} to install from.`);
  const lock = readLock(file);
  checkSwitched(at, lock, file);
  const wanted = Object.entries(lock).filter(([id, locked]) => !isThere(at, id, locked));
  if (wanted.length === 0) return [];
  await withStaging(job.paths.staging, async (scratch) => {
    const staged: Staged[] = [];
    for (const [id, locked] of wanted) {
      const dir = join(scratch, String(staged.length));
      mkdirSync(join(dir, "work"), { recursive: true });
      staged.push(fitting(await stage(at, targetOf(at, id, locked, file), dir), id, locked));
    }
    for (const { id, inventory } of staged) checkClash(at, id, inventory.package.manifest);
    await commit(at, staged, new Set(staged.map(({ id }) => id)));
  });
  return wanted.map(([id]) => id);
}

function isThere({ paths, scope, project }: Job, id: string, locked: Locked): boolean {
  const installed = readInstalled(paths.installed).find((one) => one.id === id);
  const isHere = installed?.for.some((one) => one.scope === "user" || (one.scope === scope && one.project === project));
  return isHere === true && existsSync(installed?.dir ?? "") && readLock(paths.lock)[id]?.hash === locked.hash;
}

function fitting(staged: Staged, id: string, locked: Locked): Staged {
  const refuse = (why: string): UserError =>
    new UserError(`"${id}" does not fit the lock file: ${why}. Nothing was installed.`, EXIT.plugin);
  if (staged.id !== id) throw refuse(`it calls itself "${staged.name}"`);
  if (staged.hash !== locked.hash) throw refuse(`its content is ${staged.hash}, not ${locked.hash}`);
  const known = new Set(locked.capabilities);
  const more = staged.capabilities.filter((line) => !known.has(line));
  if (more.length > 0) throw refuse(`it can do more than was approved (${more.join("; ")})`);
  return { ...staged, version: locked.version };
}

function targetOf({ project }: Job, id: string, { source, entry, version }: Locked, file: string): Target {
  const { name, market = "" } = parseId(id);
  const catalogue = {
    market: { name: market, file, root: project, entries: [], renames: {}, allowsDependenciesOn: [], problems: [] },
    local: true,
    listOnly: false,
  };
  const listed = entry && { catalogue, entry: { name, value: entry } };
  return { source: checked(source, project), name, market, fallbackName: name, version, ...listed };
}

/** The file comes with a project: what it names is judged as if a stranger had written it. */
function checked(source: PluginSource, project: string): PluginSource {
  if (source.kind === "git") return { ...source, url: gitUrl(source.url, true) };
  if (source.kind === "folder") return { kind: "folder", path: resolve(project, source.path) };
  if (source.kind === "package") return { ...source, path: resolve(project, source.path) };
  return source;
}

function checkSwitched({ kernel, scope }: Job, lock: Readonly<Record<string, Locked>>, file: string): void {
  const layers = scope === "user" ? ["user"] : ["project"];
  for (const { value, layer, source } of kernel.settings.origins("enabledPlugins")) {
    if (!layers.includes(layer) || !isObject(value)) continue;
    const unknown = Object.entries(value).filter(([id, on]) => on === true && !Object.hasOwn(lock, id));
    if (unknown.length === 0) continue;
    const ids = unknown.map(([id]) => id).join(", ");
    throw new UserError(
      `${source} switches on ${ids}, which ${file} does not name; install without --frozen first.`,
      EXIT.plugin,
    );
  }
}
