import { basename, join } from "node:path";
import type { Manifest } from "../../../schemas/manifest.js";
import type { Diagnostic, Package, PartPlace } from "../../../schemas/parts.js";
import { brokenPackage, type ManifestJson } from "../manifest-json.js";
import { checkPath } from "../usual-places.js";
import { checkManifest, nameFault, rule } from "./check-manifest.js";
import { NAMESPACE, mainOf, nacrePart, ownPlaces, type Context } from "./nacre-part.js";

const FORMAT = "agent-plugins";

/** The standard's two types of component and where each stands, whatever a manifest says. */
const FIXED = [
  ["skill", "skills", "folder"],
  ["mcp-server", "mcp.json", "file"],
] as const;

/**
 * Reads a plugin of Agent Plugins 1.0 as the standard says. A manifest that breaks it costs the plugin; a component
 * location that breaks it costs that type of component; nacre's own part, when it is wrong, only itself.
 */
export function readStandard(dir: string, manifest: ManifestJson, context: Context): Package {
  const root = context.within ?? dir;
  const files = [dir, join(dir, NAMESPACE), manifest.file];
  const { errors, warnings } = checkManifest(manifest);
  const { name, version, description } = manifest.value as unknown as Manifest;
  if (errors.length > 0) {
    const known = nameFault(name) === undefined ? name : (context.fallbackName ?? basename(dir));
    const facts = { name: known, format: FORMAT, strict: true, files, fields: manifest.value };
    return brokenPackage(dir, facts, [...errors, ...warnings]);
  }
  const part = nacrePart(manifest, { dir, root, version: context.version });
  const code = mainOf(dir, root, [NAMESPACE], part.extension.main);
  const own = ownPlaces(
    dir,
    root,
    context.kinds.filter((kind) => !FIXED.some(([fixed]) => fixed === kind.name)),
  );
  const { places, problems } = fixedPlaces(dir, root);
  const facts = { name, ...(version !== undefined && { version }), ...(description !== undefined && { description }) };
  return {
    name,
    dir,
    ...(context.within !== undefined && { within: context.within }),
    format: FORMAT,
    state: "ok",
    usable: true,
    manifest: { ...part.extension, ...facts },
    ...(code.main !== undefined && { main: code.main }),
    fields: manifest.value,
    places: { ...own.places, ...places },
    strict: true,
    problems: [...warnings, ...part.problems, ...(code.problem ? [code.problem] : []), ...problems, ...own.problems],
    files: [...files, ...part.files],
  };
}

function fixedPlaces(dir: string, root: string): Pick<Package, "places" | "problems"> {
  const places: Record<string, readonly PartPlace[]> = {};
  const problems: Diagnostic[] = [];
  for (const [kind, location, sort] of FIXED) {
    const { path, problem } = checkPath(join(dir, location), root, sort);
    if (path !== undefined) places[kind] = [{ path }];
    if (problem) problems.push({ ...problem, rule: rule(problem.code === "path-escapes" ? "4.1" : "6.2") });
  }
  return { places, problems };
}
