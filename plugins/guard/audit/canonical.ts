import { createHash } from "node:crypto";
import { isObject } from "../../../schemas/json.js";
import { safeJson } from "../../../schemas/json-text.js";

/** JSON with sorted keys and no blanks: one text for one value. */
export function canonical(value: unknown): string {
  return safeJson(sorted(value));
}

/** The members of an object as they stand in its canonical text, each with its key. */
export function members(value: object): readonly (readonly [key: string, text: string])[] {
  return entries(value).map(([key, item]) => [key, safeJson(`${JSON.stringify(key)}:${sorted(item)}`)]);
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => sorted(item)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  return `{${entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${sorted(item)}`)
    .join(",")}}`;
}

function entries(value: object): readonly (readonly [string, unknown])[] {
  const there = Object.entries(value).filter(([, item]) => item !== undefined);
  return there.toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
