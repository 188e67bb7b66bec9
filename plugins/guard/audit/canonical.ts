import { createHash } from "node:crypto";
import { isObject } from "../../../schemas/json.js";
import { jsonText } from "../../../schemas/json-text.js";

/** JSON with sorted keys and no blanks: one text for one value. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
  if (!isObject(value)) return jsonText(value ?? null);
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([key, item]) => `${jsonText(key)}:${canonical(item)}`).join(",")}}`;
}

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
