/**
 * What JSON.stringify leaves as it stands though a terminal would act on it or not show it: DEL, C1, bidi controls, line
 * separators, blanks without width, tags (as they stand in pairs).
 */
const UNSAFE = /[\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\udb40[\udc00-\udfff]/g;

/** JSON that is safe to show in a terminal and in a log, and that reads back as the same value. */
export function jsonText(value: unknown, indent?: number): string {
  return safeJson(JSON.stringify(value, undefined, indent));
}

/** The same for what is JSON already. */
export function safeJson(json: string): string {
  return json.replace(UNSAFE, escaped);
}

function escaped(characters: string): string {
  const units = Array.from({ length: characters.length }, (_, at) => characters.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
