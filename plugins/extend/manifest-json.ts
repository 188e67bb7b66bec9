import { join } from "node:path";
import { isObject, type JsonObject } from "../../schemas/json.js";
import type { Diagnostic, Package } from "../../schemas/parts.js";
import { parseJson, placeInJson } from "./diagnostic.js";
import { readText } from "./read-text.js";
import { checkPath } from "./usual-places.js";

/** A manifest as it stands in its file. */
export interface ManifestJson {
  readonly file: string;
  readonly text: string;
  readonly value: JsonObject;
}

/**
 * Reads a manifest of a package, which must be a regular file inside of it that holds a JSON object. Otherwise what is
 * wrong; undefined when there is none.
 */
export function readManifestJson(
  dir: string,
  path: string,
  root: string,
): ManifestJson | { readonly problem: Diagnostic } | undefined {
  const file = join(dir, path);
  const checked = checkPath(file, root, "file");
  if (checked.problem) return { problem: checked.problem };
  if (checked.path === undefined) return undefined;
  const text = readText(file);
  if (typeof text !== "string") return { problem: text };
  const { value, fault } = parseJson(text);
  if (fault) return { problem: { ...fault, message: `${file}: ${fault.message}`, file } };
  if (isObject(value)) return { file, text, value };
  const message = `${file}: a manifest has to be a JSON object.`;
  return { problem: { severity: "error", code: "not-an-object", message, file, line: 1, column: 1 } };
}

/** A diagnostic about a key of a manifest, with its line and column. */
export function atKey(
  { file, text }: Pick<ManifestJson, "file" | "text">,
  path: readonly (string | number)[],
  what: Pick<Diagnostic, "code" | "message"> & Partial<Diagnostic>,
): Diagnostic {
  return { severity: "warning", file, ...placeInJson(text, [...path]), ...what };
}

/** A package that must not be loaded, and why. */
export function brokenPackage(
  dir: string,
  facts: Pick<Package, "name" | "format" | "strict"> & Partial<Package>,
  problems: readonly Diagnostic[],
): Package {
  return {
    dir,
    state: "broken",
    usable: false,
    manifest: { name: facts.name },
    fields: {},
    places: {},
    files: [],
    ...facts,
    problems,
  };
}
