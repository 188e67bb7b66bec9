import { readFileSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { EXIT, UserError, messageOf } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { manifestFile, nacreExtension, type Manifest } from "../../../schemas/manifest.js";

const LIMIT = 1024 * 1024;

export interface ReadManifest {
  readonly manifest: Manifest;
  /** Name of the module below the folder, where there is code. */
  readonly main?: string;
  /** False when other files than the manifest are part of it. */
  readonly cacheable: boolean;
}

/** Reads and checks a plugin's manifest. Throws a UserError that names the file and what is wrong. */
export function readManifest(dir: string, fallback: string): ReadManifest {
  const native = join(dir, "plugin.json");
  const claude = join(dir, ".claude-plugin", "plugin.json");
  if (!isFile(native)) {
    if (isFile(claude)) return { manifest: { name: nameIn(claude, fallback) }, cacheable: true };
    return { manifest: { name: fallback }, ...mainOf(dir, undefined), cacheable: false };
  }
  const file = readJson(native);
  check(native, manifestFile().safeParse(file).error, "");
  const { name, version, description, extensions } = file as unknown as Manifest & { readonly extensions?: unknown };
  const own = isObject(extensions) ? extensions["dev.nacre"] : undefined;
  if (own !== undefined) check(native, nacreExtension().safeParse(own).error, 'extensions["dev.nacre"].');
  let cacheable = true;
  const extension = withTexts(isObject(own) ? own : {}, (path) => {
    cacheable = false;
    return readFileSync(inside(dir, path), "utf8").trim();
  });
  const manifest: Manifest = {
    ...(extension as object),
    name,
    ...(version && { version }),
    ...(description && { description }),
  };
  return { manifest, ...mainOf(dir, manifest.main), cacheable };
}

/** Puts the content of Markdown files in the place of "@file.md" in descriptions and texts. */
export function withTexts(value: unknown, read: (path: string) => string, key = ""): unknown {
  if (typeof value === "string") {
    const isPath = (key === "description" || key === "text") && /^@[\w./-]+\.md$/.test(value);
    return isPath ? read(value.slice(1)) : value;
  }
  if (Array.isArray(value)) return value.map((item) => withTexts(item, read));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTexts(item, read, name)]));
}

function mainOf(dir: string, main: string | undefined): { readonly main?: string } {
  const found = main ?? ["index.js", "index.mjs", "index.ts"].find((name) => isFile(join(dir, name)));
  if (found === undefined) return {};
  inside(dir, found);
  return { main: found };
}

/** The real path of a file of the plugin. Throws when it is missing or lies elsewhere. */
function inside(dir: string, path: string): string {
  let real: string;
  try {
    real = realpathSync.native(join(dir, path));
  } catch {
    throw new UserError(`${join(dir, "plugin.json")}: the file "${path}" does not exist.`, EXIT.plugin);
  }
  if (real.startsWith(realpathSync.native(dir) + sep)) return real;
  throw new UserError(`${join(dir, "plugin.json")}: "${path}" leaves the plugin's folder.`, EXIT.plugin);
}

function nameIn(file: string, fallback: string): string {
  const { name } = readJson(file);
  return typeof name === "string" && name !== "" ? name : fallback;
}

function readJson(file: string): JsonObject {
  if (statSync(file).size > LIMIT) throw new UserError(`${file} is larger than 1 MB.`, EXIT.plugin);
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
    if (isObject(value)) return value;
  } catch (error) {
    throw new UserError(`${file} is not valid JSON: ${messageOf(error)}.`, EXIT.plugin);
  }
  throw new UserError(`${file}: a manifest must be a JSON object.`, EXIT.plugin);
}

interface Problem {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

function check(file: string, problem: Problem | undefined, prefix: string): void {
  const first = problem?.issues[0];
  if (!first) return;
  throw new UserError(`${file}: "${prefix}${first.path.join(".")}" is wrong: ${first.message}.`, EXIT.plugin);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
