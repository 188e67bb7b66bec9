/**
 * `JSON.stringify` for request bodies. Half a surrogate pair, as a cut text may end with, becomes U+FFFD: servers
 * refuse the escape that JSON has for it.
 */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!json.includes("\\ud")) return json;
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "string" ? Buffer.from(part).toString() : part));
}
