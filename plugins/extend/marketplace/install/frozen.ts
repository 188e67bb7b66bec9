import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import { isObject } from "../../../../schemas/json.js";
import type { Job } from "../job.js";
import { parseId } from "../names.js";
import { below } from "../source/entry-source.js";
import { gitRef, gitSha, gitUrl } from "../source/git-url.js";
import type { PluginSource } from "../source/source.js";
import type { Target } from "../source/target.js";
import { readInstalled } from "../state/installed-file.js";
import { readLock, type Locked } from "../state/lock-file.js";
import { withStaging } from "../state/staging.js";
import { checkClash } from "./check-clash.js";
import { commit } from "./commit.js";
import { consent } from "./consent.js";
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
    const taking = staged.filter((one) => isElsewhere(at, one));
    // A project's file does not decide what the user's other sessions run.
    if (isProject) await consent(at, taking, {});
    await commit(at, staged, new Set(staged.map(({ id }) => id)));
  });
  return wanted.map(([id]) => id);
}

function isThere({ paths, scope, project }: Job, id: string, locked: Locked): boolean {
  const installed = readInstalled(paths.installed).find((one) => one.id === id);
  const isHere = installed?.for.some((one) => one.scope === "user" || (one.scope === scope && one.project === project));
  return isHere === true && existsSync(installed?.dir ?? "") && readLock(paths.lock)[id]?.hash === locked.hash;
}

/** Whether it would take the place of what was installed for more than this project. */
function isElsewhere({ paths, project }: Job, { id, hash }: Staged): boolean {
  const installed = readInstalled(paths.installed).find((one) => one.id === id);
  const isWanted = installed?.for.some((one) => one.scope === "user" || one.project !== project) ?? false;
  return isWanted && readLock(paths.lock)[id]?.hash !== hash;
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
  try {
    return { source: checked(source, project), name, market, fallbackName: name, version, ...listed };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${file}: "${id}" cannot be installed: ${error.message}`, EXIT.plugin);
  }
}

/** The file comes with a project: what it names is judged as if a stranger had written it. Throws a UserError. */
function checked(source: PluginSource, project: string): PluginSource {
  switch (source.kind) {
    case "git": {
      const { url, ref, sha, path, whole } = source;
      return {
        kind: "git",
        url: gitUrl(url, true),
        ...(ref !== undefined && { ref: gitRef(ref) }),
        ...(sha !== undefined && { sha: gitSha(sha) }),
        ...below(path),
        ...(whole === true && { whole }),
      };
    }
    case "folder":
      return { kind: "folder", path: resolve(project, String(source.path)) };
    case "package":
      return { ...source, path: resolve(project, String(source.path)) };
    case "npm":
    case "archive":
      return source;
    default:
      throw new UserError(`its source kind ${JSON.stringify((source as PluginSource).kind)} is not known.`);
  }
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
