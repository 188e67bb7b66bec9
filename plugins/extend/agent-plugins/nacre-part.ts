import { join } from "node:path";
import semver from "semver";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { nacreExtension, type NacreExtension } from "../../../schemas/manifest.js";
import type { Diagnostic, KindSpec, PackageContext, PartPlace } from "../../../schemas/parts.js";
import { atKey, type ManifestJson } from "../manifest-json.js";
import { readText } from "../read-text.js";
import { secretProblem } from "../unseen.js";
import { checkBelow, checkPath, usualPlaces } from "../usual-places.js";

/** nacre's name in `extensions`, and that of the folder for what nacre alone reads. */
export const NAMESPACE = "dev.nacre";

/** What a reader is handed, and which nacre it works for. */
export interface Context extends PackageContext {
  readonly version: string;
}

export interface NacrePart {
  readonly extension: NacreExtension;
  readonly problems: readonly Diagnostic[];
  /** Files that were read for it. */
  readonly files: readonly string[];
}

/** Where a package stands, and which nacre reads it. */
export interface Reading {
  readonly dir: string;
  /** What its links may not leave. */
  readonly root: string;
  readonly version: string;
}

/**
 * Reads `extensions["dev.nacre"]` with the texts it names. A part that is wrong, or meant for another version of nacre,
 * is left out as a whole.
 */
export function nacrePart(manifest: ManifestJson, { dir, root, version }: Reading): NacrePart {
  const { extensions } = manifest.value;
  const own = isObject(extensions) && Object.hasOwn(extensions, NAMESPACE) ? extensions[NAMESPACE] : undefined;
  if (own === undefined) return { extension: {}, problems: [], files: [] };
  const issue = nacreExtension().safeParse(own).error?.issues[0];
  if (issue) {
    const key = [
      "extensions",
      NAMESPACE,
      ...issue.path.map((step) => (typeof step === "number" ? step : String(step))),
    ];
    const where = issue.path.length === 0 ? "" : `.${issue.path.join(".")}`;
    const message = `${manifest.file}: extensions["${NAMESPACE}"]${where} is wrong: ${issue.message}.`;
    const problem = atKey(manifest, key, { severity: "error", code: "nacre-part", message });
    return { extension: {}, problems: [problem], files: [] };
  }
  const needs = needsProblem(own as JsonObject, version);
  if (needs !== undefined) {
    const about = { severity: "error", code: "needs-nacre", message: `${manifest.file}: ${needs}` } as const;
    const problem = atKey(manifest, ["extensions", NAMESPACE, "engines"], about);
    return { extension: {}, problems: [problem], files: [] };
  }
  const texts = new Texts(dir, root);
  return { extension: texts.fill(own) as NacreExtension, problems: texts.problems, files: texts.files };
}

/** Why `engines.nacre` does not fit, where it does not. */
function needsProblem({ engines }: JsonObject, version: string): string | undefined {
  const needs = isObject(engines) ? engines["nacre"] : undefined;
  if (typeof needs !== "string" || semver.satisfies(version, needs, { includePrerelease: true })) return undefined;
  if (semver.validRange(needs) === null) return `"engines.nacre" is no range of versions: ${JSON.stringify(needs)}.`;
  return `it needs nacre ${needs}, and this is ${version}; update nacre or take another version of the plugin.`;
}

/** Puts the content of Markdown files in the place of "@file.md" in descriptions and texts. */
class Texts {
  readonly problems: Diagnostic[] = [];
  readonly files: string[] = [];
  readonly #dir: string;
  readonly #root: string;

  constructor(dir: string, root: string) {
    this.#dir = dir;
    this.#root = root;
  }

  fill(value: unknown, key = "", depth = 0): unknown {
    if (typeof value === "string") {
      const isPath = (key === "description" || key === "text") && /^@[\w./-]+\.md$/.test(value);
      return isPath ? this.#read(value.slice(1)) : value;
    }
    if (depth > 64) return undefined;
    if (Array.isArray(value)) return value.map((item) => this.fill(item, "", depth + 1));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.fill(item, name, depth + 1)]));
  }

  #read(path: string): string {
    const file = join(this.#dir, path);
    const { path: found, problem } = checkPath(file, this.#root, "file");
    const text = found === undefined ? problem : (secretProblem(found) ?? readText(found));
    this.files.push(file);
    if (typeof text === "string") return text.trim();
    const message = `${file} does not exist.`;
    this.problems.push(text ?? { severity: "error", code: "missing", message, file: join(this.#dir, "plugin.json") });
    return "";
  }
}

/** The module of a package: the one that is named, else an index file in one of `places`, which are below `dir`. */
export function mainOf(
  dir: string,
  root: string,
  places: readonly string[],
  named?: string,
): { readonly main?: string; readonly problem?: Diagnostic } {
  if (named !== undefined) {
    const { path, problem } = checkBelow(dir, named, root, "file");
    if (path !== undefined) return { main: named };
    const file = join(dir, "plugin.json");
    const message = `${file}: the module "${named}" does not exist.`;
    return { problem: problem ?? { severity: "error", code: "missing", message, file } };
  }
  for (const place of places) {
    for (const name of ["index.js", "index.mjs", "index.ts"]) {
      const main = place === "." ? name : `${place}/${name}`;
      if (checkPath(join(dir, main), root, "file").path !== undefined) return { main };
    }
  }
  return {};
}

/** Parts that stand in the folder for what nacre alone reads. */
export function ownPlaces(
  dir: string,
  root: string,
  kinds: readonly KindSpec[],
): { readonly places: Readonly<Record<string, readonly PartPlace[]>>; readonly problems: readonly Diagnostic[] } {
  const { path, problem } = checkPath(join(dir, NAMESPACE), root, "folder");
  if (path === undefined) return { places: {}, problems: problem ? [problem] : [] };
  return usualPlaces(path, root, kinds);
}
