import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { namesIn } from "../../../schemas/names-in.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Manifest } from "../../../schemas/manifest.js";
import type { Diagnostic, Package, PackageContext } from "../../../schemas/parts.js";
import { capped } from "../diagnostic.js";
import { brokenPackage, readManifestJson, type ManifestJson } from "../manifest-json.js";
import { COMPONENTS, collectPlaces } from "./collect-places.js";
import { checkFields } from "./check-fields.js";
import { sourceOf, sourceOfEntry, type Source } from "./source.js";

/** Names of a folder that are looked at for a skill. */
const MOST_NAMES = 100;

const FORMAT = "claude";
const PATH = join(".claude-plugin", "plugin.json");

/** Reads a Claude-style folder as leniently as the wild needs it; a marketplace's entry may stand for the manifest. */
export function readFolder(dir: string, context: PackageContext): Package {
  const root = context.within ?? dir;
  const { entry } = context;
  const manifest = context.within === undefined ? readManifestJson(dir, PATH, root) : undefined;
  const files = [dir, join(dir, ".claude-plugin"), join(dir, PATH), ...(entry ? [entry.file] : [])];
  const fallback = nameFrom(entry?.value["name"]) ?? context.fallbackName ?? basename(dir);
  const facts = { name: fallback, format: FORMAT, strict: false, files };
  if (manifest && "problem" in manifest) return brokenPackage(dir, facts, [manifest.problem]);
  const conflict = manifest && entry && conflictOf(manifest, entry);
  if (conflict) return brokenPackage(dir, { ...facts, fields: manifest.value }, [conflict]);
  return { ...facts, ...read({ dir, root, context, fallback }, manifest) };
}

interface Folder {
  readonly dir: string;
  readonly root: string;
  readonly context: PackageContext;
  readonly fallback: string;
}

function read(folder: Folder, manifest: ManifestJson | undefined): Omit<Package, "format" | "strict" | "files"> {
  const { dir, root, context, fallback } = folder;
  const { entry, kinds } = context;
  const own = manifest && sourceOf(manifest);
  const other = entry && sourceOfEntry(entry);
  const sources = [own, other].filter((source): source is Source => source !== undefined);
  const { fields, problems } = checkFields(own ?? other);
  const found = collectPlaces({
    dir,
    root,
    kinds,
    ...(own && { manifest: { ...own, fields } }),
    ...(other && { entry: own ? other : { ...other, fields } }),
    isRoot: entry !== undefined && isMarketplaceRoot(entry.value),
    ...(entry && { whole: !own || entry.value["strict"] === false }),
  });
  const name = nameFrom(own?.fields["name"]) ?? fallback;
  return {
    name,
    dir,
    ...(context.within !== undefined && { within: context.within }),
    state: manifest ? "ok" : "none",
    usable: true,
    manifest: manifestOf(name, sources),
    fields: (own ?? other)?.fields ?? {},
    places: found.places,
    problems: [...nameProblems(own), ...capped(problems), ...capped(found.problems), ...hint(folder, found.places)],
  };
}

/** A folder that holds nothing, but whose own folders are skills, was most likely meant as one more level. */
function hint({ dir, context }: Folder, places: Package["places"]): readonly Diagnostic[] {
  if (context.within !== undefined || Object.keys(places).length > 0) return [];
  const skill = namesIn(dir)
    .slice(0, MOST_NAMES)
    .find((name) => existsSync(join(dir, name, "SKILL.md")));
  if (skill === undefined) return [];
  const message = `${dir} holds no part of a plugin, but ${skill}/SKILL.md: skills stand in a folder "skills".`;
  return [
    {
      severity: "warning",
      code: "skills-one-level-up",
      message,
      fix: 'Move them, or name them in "skills".',
      file: dir,
    },
  ];
}

/** What nacre's kernel has to know of it: display fields of the entry come first, the version of the manifest does. */
function manifestOf(name: string, sources: readonly Source[]): Manifest {
  const texts = (key: string): string[] =>
    sources.flatMap(({ fields }) => (typeof fields[key] === "string" ? [fields[key]] : []));
  const version = texts("version")[0];
  const description = texts("description").at(-1);
  const enabled = sources.map(({ fields }) => fields["defaultEnabled"]).findLast((value) => typeof value === "boolean");
  return {
    name,
    ...(version !== undefined && { version }),
    ...(description !== undefined && { description }),
    ...(typeof enabled === "boolean" && { defaultEnabled: enabled }),
  };
}

/** A name that can stand before a colon; undefined where there is none. */
function nameFrom(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const name = value
    .normalize()
    .trim()
    .replace(/[\s@:/\\\p{C}]+/gu, "-")
    .slice(0, 128);
  return name === "" || name === "-" ? undefined : name;
}

function nameProblems(own: Source | undefined): readonly Diagnostic[] {
  if (!own) return [];
  const { name } = own.fields;
  if (typeof name !== "string" || name === "") {
    return [own.problem(["name"], { code: "name-missing", message: '"name" is missing; the folder gives it.' })];
  }
  if (nameFrom(name) === name) return [];
  const message = `The name "${name}" holds signs that no name may hold; its parts are known as "${nameFrom(name)}:...".`;
  return [own.problem(["name"], { code: "name-signs", message, fix: "Use small letters, digits and hyphens." })];
}

/** With `strict: false` the entry is the whole definition: a manifest beside it must not define components, nor both. */
function conflictOf(
  manifest: ManifestJson,
  { value, file }: NonNullable<PackageContext["entry"]>,
): Diagnostic | undefined {
  if (value["strict"] !== false) return undefined;
  const declares = (fields: JsonObject): string | undefined => COMPONENTS.find((key) => Object.hasOwn(fields, key));
  const inEntry = declares(value);
  const inManifest = declares(manifest.value);
  const key = inEntry ?? inManifest;
  if (key === undefined) return undefined;
  const where = inEntry === undefined ? manifest.file : file;
  const message =
    `${where} declares "${key}", but the marketplace says "strict": false, so its entry alone may define the plugin, ` +
    "and there is a plugin.json as well.";
  const fix = 'Remove plugin.json, or the fields of components, or "strict": false.';
  return { severity: "error", code: "strict-conflict", message, fix, file: where };
}

function isMarketplaceRoot({ source }: JsonObject): boolean {
  const path = isObject(source) ? source["path"] : source;
  return typeof path === "string" && /^\.\/*$/.test(path);
}
