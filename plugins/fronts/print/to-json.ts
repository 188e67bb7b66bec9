/** What JSON.stringify leaves as it stands though a terminal would act on it: DEL, C1, bidi controls, line separators. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const UNSAFE = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** JSON on one line that is safe to show in a terminal. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
