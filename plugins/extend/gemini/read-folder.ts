import { basename, join } from "node:path";
import { isObject } from "../../../schemas/json.js";
import type { Diagnostic, Package, PackageContext, PartPlace } from "../../../schemas/parts.js";
import { capped } from "../diagnostic.js";
import { atKey, brokenPackage, readManifestJson, type ManifestJson } from "../manifest-json.js";
import { checkBelow, usualPlaces } from "../usual-places.js";

const FORMAT = "gemini";
const MARK = "gemini-extension.json";

/** What stands in folders. Hooks and agents of these extensions follow other protocols and are not taken. */
const KINDS = [
  { name: "command", folder: "commands" },
  { name: "skill", folder: "skills" },
];

const KNOWN: ReadonlySet<string> = new Set(["name", "version", "description", "mcpServers", "contextFileName"]);

/** Reads a Gemini CLI extension: its servers, its context files, its TOML commands and its skills. */
export function readFolder(dir: string, context: PackageContext): Package {
  const root = context.within ?? dir;
  const files = [dir, join(dir, MARK)];
  const fallback = context.fallbackName ?? basename(dir);
  const facts = { name: fallback, format: FORMAT, strict: false, files };
  const manifest = readManifestJson(dir, MARK, root);
  if (!manifest || "problem" in manifest) return brokenPackage(dir, facts, manifest ? [manifest.problem] : []);
  const { name: given, version, description } = manifest.value;
  const name = typeof given === "string" && /^[^\s@:/\\]{1,128}$/.test(given) ? given : fallback;
  const own = {
    ...(typeof version === "string" && { version }),
    ...(typeof description === "string" && { description }),
  };
  const usual = usualPlaces(dir, root, KINDS);
  const context_ = contextFiles(manifest, dir, root);
  const servers = serversOf(manifest);
  return {
    ...facts,
    name,
    dir,
    ...(context.within !== undefined && { within: context.within }),
    state: "ok",
    usable: true,
    manifest: { name, ...own },
    fields: manifest.value,
    places: { ...usual.places, ...context_.places, ...servers.places },
    problems: [
      ...(name === given ? [] : [badName(manifest, name)]),
      ...capped(unused(manifest)),
      ...usual.problems,
      ...context_.problems,
      ...servers.problems,
    ],
  };
}

interface Found {
  readonly places: Readonly<Record<string, readonly PartPlace[]>>;
  readonly problems: readonly Diagnostic[];
}

function contextFiles(manifest: ManifestJson, dir: string, root: string): Found {
  const { contextFileName: named } = manifest.value;
  const problems: Diagnostic[] = [];
  const places = [named ?? "GEMINI.md"]
    .flat()
    .slice(0, 100)
    .flatMap((path): PartPlace[] => {
      if (typeof path !== "string") {
        const message = `${manifest.file}: "contextFileName" has to be a path or a list of paths.`;
        problems.push(atKey(manifest, ["contextFileName"], { code: "field-type", message }));
        return [];
      }
      const { path: found, problem } = checkBelow(dir, path, root, "file");
      if (problem) problems.push(problem);
      if (!problem && found === undefined && named !== undefined) {
        const message = `${manifest.file}: the context file "${path}" does not exist.`;
        problems.push(atKey(manifest, ["contextFileName"], { code: "path-missing", message }));
      }
      return found === undefined ? [] : [{ path: found, from: manifest.file }];
    });
  return { places: places.length > 0 ? { guideline: places } : {}, problems };
}

function serversOf(manifest: ManifestJson): Found {
  const { mcpServers } = manifest.value;
  if (mcpServers === undefined) return { places: {}, problems: [] };
  if (isObject(mcpServers)) {
    return { places: { "mcp-server": [{ value: mcpServers, from: manifest.file }] }, problems: [] };
  }
  const message = `${manifest.file}: "mcpServers" has to be an object of servers.`;
  return { places: {}, problems: [atKey(manifest, ["mcpServers"], { code: "field-type", message })] };
}

function unused(manifest: ManifestJson): readonly Diagnostic[] {
  const keys = Object.keys(manifest.value).filter((key) => !KNOWN.has(key));
  return keys.map((key) => {
    const message = `${manifest.file}: "${key}" has no effect in nacre.`;
    return atKey(manifest, [key], { severity: "info", code: "unknown-field", message });
  });
}

function badName(manifest: ManifestJson, name: string): Diagnostic {
  const message = `${manifest.file}: "name" is missing or holds signs that no name may hold; it is called "${name}".`;
  return atKey(manifest, ["name"], { code: "name-signs", message });
}
