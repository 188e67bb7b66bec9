import { renameSync, rmSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import { pluginData } from "../../../../schemas/plugin-data.js";
import type { Job } from "../job.js";
import { forScope, isSame } from "../scope.js";
import { withLock } from "../../../../schemas/file-lock.js";
import { changeInstalled, readInstalled, type InstalledPlugin, type SettingsScope } from "../state/installed-file.js";
import { changeLock, readLock } from "../state/lock-file.js";
import { recordFile } from "../state/record-file.js";
import { withStaging } from "../state/staging.js";
import { forgetSecrets } from "./options.js";
import { forget, usersOf } from "./switch.js";

/** Takes a plugin out of a scope, and off this machine with the last one. Resolves with true when it is gone. */
export async function uninstall(job: Job, plugin: InstalledPlugin, keepData: boolean): Promise<boolean> {
  const { id } = plugin;
  const scope = scopeIn(job, plugin);
  const left = plugin.for.filter((one) => !isSame(one, forScope(scope, job.project)));
  const users = left.length > 0 ? [] : usersOf(job, id);
  if (users.length > 0) {
    const names = users.map((one) => `"${one.id}"`).join(", ");
    throw new UserError(`${names} needs "${id}"; uninstall that first.`, EXIT.failed);
  }
  await forget(job, id, scope);
  const isLast = left.length === 0;
  await withLock(job.paths.mutex, () => (isLast ? remove(job, plugin, scope) : keep(job, plugin, { left, scope })));
  if (!isLast) return false;
  await forgetSecrets(job, id);
  await forgetAnswers(job, id);
  if (!keepData) {
    for (const name of [plugin.name, id])
      rmSync(pluginData(job.kernel.home, { name }), { recursive: true, force: true });
  }
  return true;
}

/** Plugins that came along for others and that nobody needs any more, each before those it needs. */
export function unneeded(job: Job): readonly InstalledPlugin[] {
  let left = readInstalled(job.paths.installed);
  const gone: InstalledPlugin[] = [];
  for (;;) {
    const next = left.filter(({ auto, id }) => auto && !left.some(({ requires }) => requires?.includes(id)));
    if (next.length === 0) return gone;
    gone.push(...next);
    left = left.filter((one) => !next.includes(one));
  }
}

/** The scope that was asked for, else the only one it is installed at here. */
function scopeIn(job: Job, { id, for: wanted }: InstalledPlugin): SettingsScope {
  const here = wanted.filter(({ project }) => project === undefined || project === job.project);
  const asked = job.flags["scope"] === undefined ? here.at(-1) : here.find(({ scope }) => scope === job.scope);
  if (asked) return asked.scope;
  const places = wanted.map(({ scope, project }) => (project === undefined ? scope : `${scope} (${project})`));
  throw new UserError(`"${id}" is not installed at this scope; it is at: ${places.join(", ")}.`, EXIT.failed);
}

async function remove(job: Job, { id, dir }: InstalledPlugin, scope: SettingsScope): Promise<void> {
  const { paths } = job;
  await changeInstalled(paths.installed, (now) => now.filter((one) => one.id !== id));
  await changeLock(paths.lock, 0o600, (now) => without(now, id));
  await dropFromProject(job, id, scope);
  await withStaging(paths.staging, async (scratch) => {
    // Moved first: a kill in the middle leaves nothing half removed in its place.
    if (existsSync(dir)) renameSync(dir, join(scratch, "removed"));
    rmSync(recordFile(dir), { force: true });
  });
  rmSync(dirname(dir), { recursive: true, force: true, maxRetries: 3 });
}

async function keep(
  job: Job,
  { id }: InstalledPlugin,
  { left, scope }: { readonly left: InstalledPlugin["for"]; readonly scope: SettingsScope },
): Promise<void> {
  await changeInstalled(job.paths.installed, (now) => now.map((one) => (one.id === id ? { ...one, for: left } : one)));
  await dropFromProject(job, id, scope);
}

async function dropFromProject({ project }: Job, id: string, scope: SettingsScope): Promise<void> {
  const file = join(project, "nacre.lock");
  if (scope === "project" && Object.hasOwn(readLock(file), id))
    await changeLock(file, 0o644, (now) => without(now, id));
}

async function forgetAnswers(job: Job, id: string): Promise<void> {
  const key = `pluginConfigs.${JSON.stringify(id)}`;
  const has = job.kernel.settings.origins("pluginConfigs").some(({ value }) => Object.hasOwn(Object(value), id));
  if (has) await (await job.kernel.service("settingsWriter"))?.set(key, undefined, "user");
}

function without<T>(table: Readonly<Record<string, T>>, id: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(table).filter(([key]) => key !== id));
}
