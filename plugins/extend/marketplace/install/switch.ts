import { EXIT, UserError } from "../../../../schemas/errors.js";
import { isObject } from "../../../../schemas/json.js";
import type { LayerName } from "../../../../schemas/settings.js";
import type { Job } from "../job.js";
import { readInstalled, type InstalledPlugin, type SettingsScope } from "../state/installed-file.js";

const SCOPES = ["user", "project", "local"] as const;

/** Writes into the settings of the scope that a plugin is on. */
export async function switchOn(job: Job, id: string): Promise<void> {
  if (said(job, id, job.scope) !== true) await write(job, id, job.scope, true);
}

/** Switches a plugin and all it needs on. Throws a UserError when it is on already. */
export async function enable(job: Job, plugin: InstalledPlugin): Promise<readonly string[]> {
  const scope = scopeFor(job, plugin.id);
  if (isEnabled(job, plugin)) throw new UserError(`"${plugin.id}" is on already.`, EXIT.failed);
  const switched = [plugin, ...needed(job, plugin)].filter((one) => !isEnabled(job, one));
  for (const { id } of switched.toReversed()) await write(job, id, scope, true);
  return switched.map(({ id }) => id);
}

/** Switches a plugin off. Throws a UserError when it is off already, or when one that is on needs it. */
export async function disable(job: Job, plugin: InstalledPlugin): Promise<void> {
  if (!isEnabled(job, plugin)) throw new UserError(`"${plugin.id}" is off already.`, EXIT.failed);
  const users = usersOf(job, plugin.id).filter((one) => isEnabled(job, one));
  if (users.length > 0) {
    throw new UserError(
      `${users.map(({ id }) => `"${id}"`).join(", ")} needs "${plugin.id}"; switch that off first.`,
      EXIT.failed,
    );
  }
  await write(job, plugin.id, scopeFor(job, plugin.id), false);
}

/** Writes that a plugin is off, whoever needs it. */
export async function switchOff(job: Job, id: string): Promise<void> {
  await write(job, id, scopeFor(job, id), false);
}

/** Takes what settings say of a plugin out of a scope. */
export async function forget(job: Job, id: string, scope: SettingsScope): Promise<void> {
  if (said(job, id, scope) !== undefined) await write(job, id, scope, undefined);
}

/** What settings come to, whether or not the project's are trusted. */
export function isEnabled(job: Job, { id, off }: InstalledPlugin): boolean {
  const values = SCOPES.map((scope) => said(job, id, scope));
  return values.findLast((value) => value !== undefined) ?? off !== true;
}

/** Installed plugins that cannot do without one. */
export function usersOf(job: Job, id: string): readonly InstalledPlugin[] {
  return readInstalled(job.paths.installed).filter(({ requires }) => requires?.includes(id));
}

function needed(
  job: Job,
  { requires = [] }: InstalledPlugin,
  seen: Set<string> = new Set(),
): readonly InstalledPlugin[] {
  const all = readInstalled(job.paths.installed);
  return requires.flatMap((id) => {
    const one = all.find((each) => each.id === id);
    if (!one || seen.has(id)) return [];
    seen.add(id);
    return [one, ...needed(job, one, seen)];
  });
}

/** The scope that was asked for, else the strongest that speaks of the plugin, else the user's. */
function scopeFor(job: Job, id: string): SettingsScope {
  if (job.flags["scope"] !== undefined) return job.scope;
  return SCOPES.findLast((scope) => said(job, id, scope) !== undefined) ?? "user";
}

function said(job: Job, id: string, scope: SettingsScope): boolean | undefined {
  const layer: LayerName = scope;
  const origins = job.kernel.settings.origins("enabledPlugins").filter((one) => one.layer === layer);
  const values = origins.map(({ value }) => (isObject(value) && Object.hasOwn(value, id) ? value[id] : undefined));
  return values.findLast((value): value is boolean => typeof value === "boolean");
}

async function write(job: Job, id: string, scope: SettingsScope, value: boolean | undefined): Promise<void> {
  const writer = await job.kernel.service("settingsWriter");
  if (!writer)
    throw new UserError("The plugin that writes settings files is not there; switch config on.", EXIT.plugin);
  await writer.set(`enabledPlugins.${JSON.stringify(id)}`, value, scope);
}
