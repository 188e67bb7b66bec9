import { isObject } from "../../../schemas/json.js";
import type { Diagnostic } from "../../../schemas/parts.js";
import { capped } from "../diagnostic.js";
import { atKey, type ManifestJson } from "../manifest-json.js";

/** The schema of version 1.0.0, the one that is supported. It is never fetched. */
const PLUGIN_SCHEMA = "https://agent-plugins.org/schemas/1.0.0/plugin.schema.json";

/** `Agent Plugins 1.0, section 5.2`. */
export function rule(section: string): string {
  return `Agent Plugins 1.0, section ${section}`;
}

const TEXTS = ["version", "description", "homepage", "repository", "license"] as const;
const FIELDS: ReadonlySet<string> = new Set(["$schema", "name", ...TEXTS, "author", "keywords", "extensions"]);

export interface CheckedManifest {
  /** Fatal: the plugin is rejected. */
  readonly errors: readonly Diagnostic[];
  /** Reported and ignored. */
  readonly warnings: readonly Diagnostic[];
}

/** Holds a manifest to the closed schema of Agent Plugins 1.0. */
export function checkManifest(manifest: ManifestJson): CheckedManifest {
  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const value = new Map(Object.entries(manifest.value));
  const fatal = (key: (string | number)[], section: string, message: string, fix?: string): void => {
    const what = { severity: "error", code: "manifest-field", message: `${manifest.file}: ${message}` } as const;
    errors.push(atKey(manifest, key, { ...what, rule: rule(section), ...(fix !== undefined && { fix }) }));
  };
  for (const key of value.keys()) if (!FIELDS.has(key)) warnings.push(unknown(manifest, key));
  if (value.get("$schema") !== PLUGIN_SCHEMA) {
    const message = `this version of Agent Plugins is not supported: ${JSON.stringify(value.get("$schema"))}.`;
    fatal(["$schema"], "5.2", message, `Write "$schema": "${PLUGIN_SCHEMA}".`);
  }
  const why = nameFault(value.get("name"));
  if (why !== undefined) fatal(value.has("name") ? ["name"] : [], "5.5", why);
  for (const key of TEXTS) {
    if (value.has(key) && typeof value.get(key) !== "string") fatal([key], "5.4", `"${key}" has to be a text.`);
  }
  if (value.has("author") && !isAuthor(value.get("author"))) {
    fatal(["author"], "5.4", '"author" has to be an object of name, email and url, each a text, and nothing else.');
  }
  const keywords = value.get("keywords");
  if (value.has("keywords") && !(Array.isArray(keywords) && keywords.every((word) => typeof word === "string"))) {
    fatal(["keywords"], "5.4", '"keywords" has to be a list of texts.');
  }
  const extensions = value.get("extensions");
  if (isObject(extensions)) {
    for (const [namespace, data] of Object.entries(extensions)) {
      if (!isObject(data)) fatal(["extensions", namespace], "8.1", `extensions["${namespace}"] has to be an object.`);
    }
  } else if (value.has("extensions")) warnings.push(noObject(manifest));
  return { errors: capped(errors), warnings: capped(warnings) };
}

/** What is wrong with a plugin's name, or undefined. */
export function nameFault(name: unknown): string | undefined {
  if (typeof name !== "string" || name === "") return '"name" is missing or no text.';
  if (name.length > 64) return `the name is ${name.length} characters long; 64 are allowed.`;
  if (!/^[a-z0-9.-]+$/.test(name)) return `the name "${name}" may hold small letters a-z, digits, "-" and "." only.`;
  if (!/^[a-z0-9]/.test(name) || !/[a-z0-9]$/.test(name))
    return `the name "${name}" has to begin and end with a letter or digit.`;
  if (/--|\.\./.test(name)) return `the name "${name}" may hold no "--" and no "..".`;
  return undefined;
}

function isAuthor(author: unknown): boolean {
  if (!isObject(author)) return false;
  return Object.entries(author).every(
    ([key, value]) => ["name", "email", "url"].includes(key) && typeof value === "string",
  );
}

function unknown(manifest: ManifestJson, key: string): Diagnostic {
  const message = `${manifest.file}: "${key}" is no field of the standard and is ignored.`;
  const fix = 'Put data for one client under "extensions".';
  return atKey(manifest, [key], { code: "unknown-field", message, fix, rule: rule("5.2") });
}

function noObject(manifest: ManifestJson): Diagnostic {
  const message = `${manifest.file}: "extensions" is no object and is ignored.`;
  return atKey(manifest, ["extensions"], { code: "extensions-no-object", message, rule: rule("8.1") });
}
