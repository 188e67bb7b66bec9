import { basename, join } from "node:path";
import { manifestFile, type Manifest } from "../../../schemas/manifest.js";
import type { Package, PackageContext, PartPlace } from "../../../schemas/parts.js";
import { atKey, brokenPackage, type ManifestJson } from "../manifest-json.js";
import { checkPath, usualPlaces } from "../usual-places.js";
import { NAMESPACE, mainOf, nacrePart, ownPlaces, type Context } from "./nacre-part.js";

const FORMAT = "agent-plugins";

/**
 * Reads nacre's own folders: a root `plugin.json` without the standard's schema, or none in the folders of a user or a
 * project. Parts stand at the root or below `dev.nacre/`. What is wrong in the manifest costs the plugin.
 */
export function readNative(dir: string, manifest: ManifestJson | undefined, context: Context): Package {
  const root = context.within ?? dir;
  const fallback = context.fallbackName ?? basename(dir);
  const files = [dir, join(dir, NAMESPACE), join(dir, "plugin.json")];
  const facts = { name: fallback, format: FORMAT, strict: false, files };
  const wrong = manifest && complaint(manifest);
  if (wrong) return brokenPackage(dir, facts, [wrong]);
  const part = manifest ? nacrePart(manifest, { dir, root, version: context.version }) : undefined;
  if (part && part.problems.length > 0) return brokenPackage(dir, facts, part.problems);
  const code = hasCode(manifest, context) ? mainOf(dir, root, [".", NAMESPACE], part?.extension.main) : {};
  if (code.problem) return brokenPackage(dir, facts, [code.problem]);
  const own = factsOf(manifest, fallback);
  const { places, problems } = allPlaces(dir, root, context);
  return {
    name: own.name,
    dir,
    ...(context.within !== undefined && { within: context.within }),
    format: FORMAT,
    state: manifest ? "ok" : "none",
    usable: true,
    manifest: { ...part?.extension, ...own },
    ...(code.main !== undefined && { main: code.main }),
    fields: manifest?.value ?? {},
    places,
    strict: false,
    problems,
    files: [...files, ...(part?.files ?? [])],
  };
}

/** The folders of a user or a project are never code by themselves; a plugin below them can be. */
function hasCode(manifest: ManifestJson | undefined, { within }: PackageContext): boolean {
  return manifest !== undefined && within === undefined;
}

function factsOf(manifest: ManifestJson | undefined, fallback: string): Manifest {
  const { name, version, description } = (manifest?.value ?? { name: fallback }) as unknown as Manifest;
  return { name, ...(version && { version }), ...(description && { description }) };
}

function complaint(manifest: ManifestJson): Package["problems"][number] | undefined {
  const issue = manifestFile().safeParse(manifest.value).error?.issues[0];
  if (!issue) return undefined;
  const path = issue.path.map(String);
  const message = `${manifest.file}: "${path.join(".")}" is wrong: ${issue.message}.`;
  return atKey(manifest, path, { severity: "error", code: "manifest-field", message });
}

function allPlaces(dir: string, root: string, { kinds }: PackageContext): Pick<Package, "places" | "problems"> {
  const usual = usualPlaces(dir, root, kinds);
  const own = ownPlaces(dir, root, kinds);
  const places: Record<string, PartPlace[]> = {};
  for (const one of [usual.places, own.places]) {
    for (const [kind, list] of Object.entries(one)) (places[kind] ??= []).push(...list);
  }
  // The standard's name for the file is accepted as well.
  const servers = places["mcp-server"] ? {} : checkPath(join(dir, "mcp.json"), root, "file");
  if (servers.path !== undefined && kinds.some(({ name }) => name === "mcp-server")) {
    places["mcp-server"] = [{ path: servers.path }];
  }
  return { places, problems: [...usual.problems, ...own.problems] };
}
