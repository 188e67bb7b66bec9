import { hash } from "node:crypto";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { safeJson } from "../../../schemas/json-text.js";

/** JSON with sorted keys and no blanks: one text for one value. */
export function canonical(value: unknown): string {
  return safeJson(sorted(value));
}

/** The canonical text of an object, and how it goes on when another member with a text that needs no escapes joins it. */
export function canonicalWith(value: JsonObject, key: string): { readonly text: string; with(added: string): string } {
  let [before, after] = ["", ""];
  for (const own of Object.keys(value).toSorted()) {
    if (value[own] === undefined) continue;
    const member = `,${JSON.stringify(own)}:${sorted(value[own])}`;
    if (own < key) before += member;
    else after += member;
  }
  const whole = (middle: string): string => `{${safeJson(before + middle + after).slice(1)}}`;
  return { text: whole(""), with: (added) => whole(`,"${key}":"${added}"`) };
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

function membersOf(value: JsonObject): string {
  let text = "";
  for (const key of Object.keys(value).toSorted()) {
    if (value[key] === undefined) continue;
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${sorted(value[key])}`;
  }
  return text;
}
