import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UserError, messageOf } from "../schemas/errors.js";
import type { JsonObject } from "../schemas/json.js";
import { isRootOwned } from "../schemas/root-owned.js";
import { Held } from "../schemas/trusted.js";
import { userHome } from "../schemas/user-home.js";
import type { Engine } from "./engine.js";
import type { Plugin, PluginPlaces } from "./types.js";

type Places = Omit<PluginPlaces, "origin">;

/** The user's plugins. The code that looks for them loads only where there is something to find. */
export function discover(kernel: Engine, places: Places): Promise<readonly Plugin[]> {
  return find(kernel, { ...places, origin: "user" });
}

/** The project's, which nobody gets who cannot show that it is trusted. */
export async function discoverProject(kernel: Engine, places: Places): Promise<Held<readonly Plugin[]>> {
  const plugins = await find(kernel, { ...places, origin: "project", dirs: [] });
  return new Held(
    plugins.map(({ name, dir }) => dir ?? name),
    plugins,
  );
}

async function find(kernel: Engine, places: PluginPlaces): Promise<readonly Plugin[]> {
  const plugins: Plugin[] = [];
  for (const { name, below } of kernel.all("discoverer")) {
    if (places.dirs.length === 0 && !below.some((path) => isThere(path, places))) continue;
    const found = await (await kernel.get("discoverer", name))?.find(places);
    plugins.push(...(found?.plugins ?? []));
    kernel.warnings.push(...(found?.problems ?? []));
  }
  return plugins;
}

function isThere(path: string, { origin, home, userHome, project, cwd }: PluginPlaces): boolean {
  if (path.startsWith("./")) {
    if (origin === "user") return false;
    for (let dir = cwd; ; dir = dirname(dir)) {
      if (existsSync(join(dir, path))) return true;
      if (dir === project || dir === dirname(dir)) return false;
    }
  }
  return origin === "user" && existsSync(path.startsWith("~/") ? join(userHome, path.slice(2)) : join(home, path));
}

/** Adds a layer for every settings file that is there. The code that reads them loads only then. */
export async function readSettingsFiles(kernel: Engine, project: string, sources?: string): Promise<void> {
  const bases = { home: kernel.home, userHome: userHome(kernel.env), project, machine: "" };
  for (const place of kernel.all("settingsFile")) {
    if (sources !== undefined && place.layer !== "managed" && !sources.split(",").includes(place.layer)) continue;
    for (const path of place.paths) {
      const file = join(bases[place.base], path);
      if (!existsSync(file) || (place.layer === "managed" && !isRootOwned(file))) continue;
      try {
        const values = (await (await kernel.get("settingsFile", place.name))?.read(file)) ?? {};
        kernel.settings.add({ name: place.layer, source: file, values });
      } catch (error) {
        kernel.broken ??= error; // Only what helps to mend it runs now.
      }
    }
  }
}

/** Adds what `--settings` names: a file, or JSON as it stands. */
export async function readSettingsArgument(kernel: Engine, argument: string): Promise<void> {
  if (!argument.trimStart().startsWith("{")) {
    const reader = await kernel.get("settingsFile", kernel.all("settingsFile").at(-1)?.name ?? "");
    const file = resolve(kernel.cwd, argument);
    if (!existsSync(file)) throw new UserError(`--settings: the file ${file} does not exist.`);
    return kernel.settings.add({ name: "flag", source: file, values: (await reader?.read(file)) ?? {} });
  }
  try {
    kernel.settings.add({ name: "flag", source: "--settings", values: JSON.parse(argument) as JsonObject });
  } catch (error) {
    throw new UserError(`--settings is not valid JSON: ${messageOf(error)}.`);
  }
}
