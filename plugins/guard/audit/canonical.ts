import { hash } from "node:crypto";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { safeJson } from "../../../schemas/json-text.js";

/** JSON with sorted keys and no blanks: one text for one value. */
export function canonical(value: unknown): string {
  return safeJson(sorted(value));
}

/** The canonical text of an object, and how it goes on when another member with a text that needs no escapes joins it. */
export function canonicalWith(value: JsonObject, key: string): { readonly text: string; with(added: string): string } {
  const [before, after] = [membersOf(value, (own) => own < key), membersOf(value, (own) => own > key)].map(safeJson);
  const parts = (middle: string): string => `{${[before, middle, after].filter((part) => part !== "").join(",")}}`;
  return { text: parts(""), with: (added) => parts(`"${key}":"${added}"`) };
}

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

// Every call of a tool waits for this, mostly before V8 has compiled it: hence plain loops.
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => sorted(item)).join(",")}]`;
  return isObject(value) ? `{${membersOf(value)}}` : JSON.stringify(value ?? null);
}

function membersOf(value: JsonObject, counts?: (key: string) => boolean): string {
  let text = "";
  for (const key of Object.keys(value).toSorted()) {
    if (value[key] === undefined || counts?.(key) === false) continue;
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${sorted(value[key])}`;
  }
  return text;
}
