import { EXIT, UserError } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { SettingSchema } from "../../../schemas/manifest.js";
import { mismatch } from "../../../schemas/setting-values.js";
import { parseJson } from "../diagnostic.js";
import { readText } from "../read-text.js";

/**
 * Reads a `.claude/settings.json`: keys that nacre does not know stay without effect, and a known key with a value of
 * another type than nacre's is left out. Throws a UserError with file, line and column for what is no JSON: rules that
 * refuse something may stand in it.
 */
export function readSettings(file: string, declared: ReadonlyMap<string, SettingSchema>): JsonObject {
  const text = readText(file);
  if (typeof text !== "string") throw new UserError(text.message, EXIT.usage);
  if (text.trim() === "") return {};
  const { value, fault } = parseJson(text, { comments: true });
  if (fault) throw new UserError(`${file}:${fault.line ?? 1}:${fault.column ?? 1}: ${lower(fault.message)}`);
  if (!isObject(value)) throw new UserError(`${file}: settings must be an object of keys, not a ${typeof value}.`);
  return withoutAuto(fitting(value, declared, ""));
}

/** Drops what the kernel would refuse: other products may use a key for something else. */
function fitting(values: JsonObject, declared: ReadonlyMap<string, SettingSchema>, prefix: string): JsonObject {
  const entries = Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
    const path = prefix + key;
    const schema = declared.get(path);
    if (schema) return mismatch(value, schema) === undefined ? [[key, value]] : [];
    return [[key, isObject(value) && hasBelow(declared, path) ? fitting(value, declared, `${path}.`) : value]];
  });
  return Object.fromEntries(entries);
}

function hasBelow(declared: ReadonlyMap<string, SettingSchema>, path: string): boolean {
  for (const known of declared.keys()) if (known.startsWith(`${path}.`)) return true;
  return false;
}

/** In these files "auto" means that a classifier decides. nacre's word "auto" means that nobody is asked. */
function withoutAuto(values: JsonObject): JsonObject {
  const { permissions } = values;
  if (!isObject(permissions) || permissions["defaultMode"] !== "auto") return values;
  const { defaultMode: _, ...rest } = permissions;
  return { ...values, permissions: rest };
}

function lower(sentence: string): string {
  return sentence[0]!.toLowerCase() + sentence.slice(1);
}
