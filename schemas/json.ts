/** A JSON Schema, as plain data: the only form in which schemas cross a plugin border. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** An object that came from JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for a plain object: not null, not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Anything that came from JSON. */
export type JsonValue = unknown;
