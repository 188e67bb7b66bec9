import { join } from "node:path";
import type { Found, Plugin, PluginPlaces } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import { manifestObjection } from "../foreign-manifest.js";
import { isName } from "./names.js";
import { pathsOf } from "./paths.js";
import { readInstalled, type InstalledPlugin } from "./state/installed-file.js";
import { readLock } from "./state/lock-file.js";
import type { Start } from "./start.js";

/** Installed plugins for the user, or for a project. One file is read; no folder is looked into. */
export async function findInstalled({ origin, home, project }: PluginPlaces, start: Start): Promise<Found> {
  const paths = pathsOf(home);
  const all = readInstalled(paths.installed);
  const isHere = ({ for: wanted }: InstalledPlugin): boolean => {
    const forUser = wanted.some(({ scope }) => scope === "user");
    if (origin === "user") return forUser;
    return !forUser && wanted.some((one) => one.project === project);
  };
  const names = new Map(all.map(({ id, name }) => [id, name]));
  const problems: string[] = [];
  const plugins: Plugin[] = [];
  for (const one of all.filter(isHere)) {
    const plugin = pluginOf(one, names, start);
    const unfits = one.needs === undefined ? undefined : await unfit(one, start.kernel.version);
    const problem = unfits ?? manifestObjection(start.kernel, plugin);
    if (problem === undefined) plugins.push(plugin);
    else problems.push(problem);
  }
  if (origin === "project") problems.push(...lockProblems(join(project, "nacre.lock"), paths.lock));
  return { plugins, problems };
}

async function unfit({ name, needs }: InstalledPlugin, version: string): Promise<string | undefined> {
  const { needsProblem } = await import("./install/needs.js");
  return needsProblem(name, needs, version);
}

function pluginOf(one: InstalledPlugin, names: ReadonlyMap<string, string>, start: Start): Plugin {
  const { id, name, version, dir, holds, description, off, requires, main, manifest } = one;
  const plugin = {
    ...manifest,
    name,
    version,
    dir,
    id,
    holds,
    origin: "installed",
    ...(description !== undefined && { description }),
    ...(off && { defaultEnabled: false }),
    ...(requires && { requires: [...(manifest?.requires ?? []), ...requires.map((each) => names.get(each) ?? each)] }),
  };
  if (main === undefined) return plugin;
  return { ...plugin, load: async () => (await import("./load-installed.js")).loadInstalled(plugin, main, start) };
}

/** Where a project's lock file asks for something else than what is there. */
function lockProblems(file: string, own: string): readonly string[] {
  let wanted: ReturnType<typeof readLock>;
  try {
    wanted = readLock(file);
  } catch (error) {
    if (error instanceof UserError) return [error.message];
    throw error;
  }
  const ids = Object.keys(wanted).filter((id) => id.split("@").every(isName));
  if (ids.length === 0) return [];
  const approved = readLock(own);
  const missing = ids.filter((id) => !approved[id]);
  const other = ids.filter((id) => approved[id] && approved[id].hash !== wanted[id]?.hash);
  const say = "install what it names with nacre plugin install --frozen";
  return [
    ...(missing.length > 0 ? [`${file} names plugins that are not installed here (${some(missing)}); ${say}.`] : []),
    ...(other.length > 0 ? [`${file} names other versions than those installed (${some(other)}); ${say}.`] : []),
  ];
}

function some(ids: readonly string[]): string {
  return ids.length > 5 ? `${ids.slice(0, 5).join(", ")} and ${ids.length - 5} more` : ids.join(", ");
}
