import { isObject } from "../../../../schemas/json.js";

/** A value as TOML writes it on one line. Throws for what TOML has no word for. */
export function tomlValue(value: unknown): string {
  if (typeof value === "string") return tomlString(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return tomlNumber(value);
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(", ")}]`;
  if (!isObject(value)) throw new Error(`TOML cannot hold ${String(value)}`);
  const pairs = Object.entries(value).map(([key, inner]) => `${tomlKey([key])} = ${tomlValue(inner)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

/** A key, dotted where it has several parts. */
export function tomlKey(path: readonly string[]): string {
  return path.map((part) => (/^[\w-]+$/.test(part) ? part : tomlString(part))).join(".");
}

function tomlString(text: string): string {
  // JSON's escapes are TOML's, but TOML wants this one character escaped as well.
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

function tomlNumber(value: number): string {
  // A whole number that a reader may not take for exact is written as what it is.
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}
