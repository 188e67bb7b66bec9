import { UserError, messageOf } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { merge } from "../../../schemas/setting-values.js";

/** The value of NACRE_SETTINGS that switches plugins off, on top of what stands there already. */
export function switchedOff(names: readonly string[], present: string | undefined): string {
  let settings: unknown = read(present);
  for (const name of names) settings = merge(settings, setting(name));
  return JSON.stringify(settings);
}

/** `plugins.NAME.enabled = false`; a dot in a name is one more table, as everywhere in settings. */
function setting(name: string): JsonObject {
  return ["plugins", ...name.split("."), "enabled"].reduceRight<unknown>(
    (inner, key) => Object.fromEntries([[key, inner]]),
    false,
  ) as JsonObject;
}

function read(text: string | undefined): JsonObject {
  if (text === undefined || text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    throw new UserError(`NACRE_SETTINGS has to be JSON here, not the name of a file: ${messageOf(error)}.`);
  }
  throw new UserError("NACRE_SETTINGS has to be a JSON object.");
}
