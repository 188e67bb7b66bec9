import { isObject, type JsonObject } from "./json.js";
import type { SettingSchema, SettingsSchema } from "./manifest.js";
import type { Origin } from "./settings.js";

/** The name JSON Schema has for the type of a value. */
export function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : typeof value;
}

/** What stands at a dotted path; inherited names are nothing. */
export function at(values: JsonObject, path: string): unknown {
  let value: unknown = values;
  for (const key of path.split(".")) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** Later wins; objects are merged key by key; lists are joined without doubles. */
export function merge(weaker: unknown, stronger: unknown): unknown {
  if (Array.isArray(weaker) && Array.isArray(stronger)) return [...new Set<unknown>([...weaker, ...stronger])];
  if (!isObject(weaker) || !isObject(stronger)) return stronger;
  const merged: Record<string, unknown> = { ...weaker };
  for (const [key, value] of Object.entries(stronger)) merged[key] = merge(merged[key], value);
  return merged;
}

/** Every value that is no table, with its dotted path; of lists each item. */
export function* items(values: JsonObject, prefix = ""): Generator<readonly [path: string, value: unknown]> {
  for (const [key, value] of Object.entries(values)) {
    if (isObject(value)) yield* items(value, `${prefix}${key}.`);
    else if (Array.isArray(value)) for (const item of value) yield [prefix + key, item];
    else yield [prefix + key, value];
  }
}

/** Two tables of the same values: those that are kept, and the others. Of lists each item is asked about. */
export function divide(
  values: JsonObject,
  keeps: (path: string, value: unknown) => boolean,
  prefix = "",
): readonly [JsonObject, JsonObject] {
  const [kept, others]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  for (const [key, value] of Object.entries(values)) {
    if (key === "__proto__") continue;
    const path = prefix + key;
    const [one, other] = isObject(value)
      ? divide(value, keeps, `${path}.`)
      : divideList(value, (item) => keeps(path, item));
    if (!isEmpty(one) || isEmpty(value)) kept[key] = one;
    if (!isEmpty(other)) others[key] = other;
  }
  return [kept, others];
}

function divideList(value: unknown, keeps: (item: unknown) => boolean): readonly [unknown, unknown] {
  if (!Array.isArray(value)) return keeps(value) ? [value, undefined] : [undefined, value];
  const kept = new Set(value.map((item, place) => (keeps(item) ? place : -1)));
  return [value.filter((_, place) => kept.has(place)), value.filter((_, place) => !kept.has(place))];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

/** What a variable says of a declared setting. */
export function fromEnvironment(
  schema: [string, SettingSchema] | undefined,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Origin | undefined {
  const variable = schema?.[0] === path ? schema[1].env : undefined;
  const text = variable === undefined ? undefined : env[variable];
  if (variable === undefined || text === undefined || text === "") return undefined;
  return { value: typed(text, schema?.[1]), layer: "environment", source: variable };
}

/** What a variable's text means for a setting of this type. Text that does not fit is left for the check to refuse. */
function typed(text: string, schema: SettingSchema | undefined): unknown {
  const types = schema?.type === undefined ? [] : [schema.type].flat();
  if (types.includes("number") && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (types.includes("boolean") && /^(1|true|yes|on|0|false|no|off)$/i.test(text))
    return /^(1|true|yes|on)$/i.test(text);
  return types.includes("array") ? text.split(",").map((item) => item.trim()) : text;
}

/** What a setting has to be, in words, where a value is something else. */
export function mismatch(value: unknown, schema: SettingSchema): string | undefined {
  const wanted = schema.type === undefined ? [] : [schema.type].flat();
  const choices = Array.isArray(schema["enum"]) ? (schema["enum"] as readonly unknown[]) : undefined;
  const whole = wanted.includes("integer") && Number.isInteger(value);
  const right = wanted.length === 0 || whole || wanted.includes(typeOf(value));
  if (right && (!choices || choices.includes(value))) return undefined;
  if (choices) return `one of ${choices.join(", ")}`;
  return `${/^[aeiou]/.test(wanted[0] ?? "") ? "an" : "a"} ${wanted.join(" or ")}`;
}

/** Where a setting stands: below its table, or at the top where the table's name is empty. */
export function pathOf(schema: SettingsSchema | undefined, name: string, key: string): string {
  const table = schema?.key ?? name;
  return table === "" ? key : `${table}.${key}`;
}

/** "A,B" or a list; "default" leaves everything as it is. */
export function namesIn(value: unknown): readonly string[] | undefined {
  if (typeof value !== "string") return value as readonly string[] | undefined;
  return value === "default" ? undefined : value.split(",").map((name) => name.trim());
}
