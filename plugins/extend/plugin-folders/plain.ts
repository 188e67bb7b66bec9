import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { KindSpec, Package, PartPlace } from "../../../schemas/parts.js";
import type { Folder } from "./folder.js";

const MODULES = ["index.js", "index.mjs", "index.ts"];

/** A folder without a manifest, or one whose manifest is known already: parts in their usual places, perhaps code. */
export function plainPackage(
  { dir, name, within, root }: Folder,
  fallback: string,
  kinds: readonly KindSpec[],
): Package {
  const main = root !== undefined ? undefined : MODULES.find((one) => isFile(join(dir, one)));
  return {
    name: name ?? fallback,
    dir,
    ...(within !== undefined && { within }),
    format: "plain",
    state: "none",
    usable: true,
    manifest: { name: name ?? fallback },
    ...(main !== undefined && { main }),
    fields: {},
    places: usualPlaces(dir, kinds),
    strict: false,
    problems: [],
    files: [],
  };
}

/** Whether a folder without a manifest looks like a plugin: it has a module, or something where parts usually stand. */
export function looksLikePlugin(dir: string, names: ReadonlySet<string>, kinds: readonly KindSpec[]): boolean {
  if (hasModule(names)) return true;
  return kinds.some(({ folder, file }) => {
    const path = folder ?? file ?? "";
    return names.has(path.split("/")[0]!) && (!path.includes("/") || existsSync(join(dir, path)));
  });
}

export function hasModule(names: ReadonlySet<string>): boolean {
  return MODULES.some((name) => names.has(name));
}

function usualPlaces(dir: string, kinds: readonly KindSpec[]): Readonly<Record<string, readonly PartPlace[]>> {
  const places: Record<string, readonly PartPlace[]> = {};
  for (const { name, folder, file } of kinds) {
    const path = folder ?? file;
    if (path !== undefined) places[name] = [{ path: join(dir, path), optional: true }];
  }
  return places;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
