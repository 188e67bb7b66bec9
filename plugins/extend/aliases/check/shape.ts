import { Validator } from "@cfworker/json-schema";
import { isObject, type JsonSchema, type JsonValue } from "../../../../schemas/json.js";
import { mismatch } from "../../../../schemas/setting-values.js";
import type { Param, Value } from "../language/syntax.js";
import { TYPES, typeOf } from "../types.js";

/** What is known of a value before anything runs. */
export type Shape =
  | { readonly value: JsonValue }
  /** `words` says what it is; `choices` are all it can be. */
  | { readonly type: string; readonly choices?: readonly string[] }
  | { readonly items: readonly Shape[] }
  | { readonly entries: ReadonlyMap<string, Shape> }
  | "anything";

/** What is known of the names that a value can use. */
export type Scope = ReadonlyMap<string, Shape>;

export function shapeOf(value: Value, scope: Scope): Shape {
  switch (value.is) {
    case "text": {
      const [first = "", ...rest] = value.parts;
      return rest.length === 0 && typeof first === "string" ? { value: first } : { type: "string" };
    }
    case "duration":
      return { value: value.ms };
    case "plain":
      return { value: value.value };
    case "variable":
      return scope.get(value.name) ?? "anything";
    case "list": {
      const items = value.items.map((item) => shapeOf(item, scope));
      return items.every(isKnown) ? { value: items.map((item) => item.value) } : { items };
    }
    case "object": {
      const entries = value.entries.map((entry) => [entry.name, shapeOf(entry.value, scope)] as const);
      const known = entries.flatMap(([name, shape]) => (isKnown(shape) ? [[name, shape.value] as const] : []));
      return known.length === entries.length ? { value: Object.fromEntries(known) } : { entries: new Map(entries) };
    }
  }
}

/** What is known of a parameter's value. */
export function shapeOfParam(param: Param): Shape {
  if (param.rest) return { type: "array" };
  const type = typeOf(param);
  if (type?.choices) return { type: "string", choices: type.choices };
  const name = type && TYPES[type.name];
  return name === undefined ? "anything" : { type: name };
}

/** What a value would have to be for a schema, in words, where it certainly is something else. */
export function unfit(shape: Shape, schema: JsonSchema, defs: JsonSchema = schema): string | undefined {
  if (shape === "anything") return undefined;
  if ("value" in shape) return unfitValue(shape.value, schema, defs);
  if ("type" in shape) return unfitType(shape, schema);
  const type = "items" in shape ? "array" : "object";
  const whole = unfitType({ type }, schema);
  if (whole !== undefined) return whole;
  const inner =
    "items" in shape ? shape.items.map((item) => [item, schema["items"]] as const) : entriesOf(shape, schema);
  for (const [one, of] of inner) {
    const problem = isObject(of) ? unfit(one, of, defs) : undefined;
    if (problem !== undefined)
      return `${type === "array" ? "a list in which each is" : "an object in which it is"} ${problem}`;
  }
  return undefined;
}

function entriesOf(
  { entries }: { readonly entries: ReadonlyMap<string, Shape> },
  schema: JsonSchema,
): readonly (readonly [Shape, unknown])[] {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  return [...entries].map(([name, shape]) => [shape, Object.hasOwn(properties, name) ? properties[name] : undefined]);
}

function unfitValue(value: JsonValue, schema: JsonSchema, defs: JsonSchema): string | undefined {
  const plain = mismatch(value, schema);
  if (plain !== undefined) return article(plain);
  const whole = { ...schema, $defs: defs["$defs"] ?? {}, definitions: defs["definitions"] ?? {} };
  try {
    const { valid, errors } = new Validator(whole, "2020-12", true).validate(value);
    return valid ? undefined : `as its schema says (${errors.at(-1)?.error.replace(/\.$/, "") ?? "it does not fit"})`;
  } catch {
    return undefined; // A schema with faults of its own, as servers send them: the call itself tells.
  }
}

function unfitType(
  { type, choices }: { readonly type: string; readonly choices?: readonly string[] },
  schema: JsonSchema,
): string | undefined {
  const one = Array.isArray(schema["enum"]) ? (schema["enum"] as readonly unknown[]) : undefined;
  if (choices && one && !choices.every((choice) => one.includes(choice))) return `one of ${one.join(", ")}`;
  const wanted = typesOf(schema["type"]);
  const fits = wanted.length === 0 || wanted.includes(type) || (type === "integer" && wanted.includes("number"));
  // A number can turn out to be whole.
  return fits || (type === "number" && wanted.includes("integer")) ? undefined : article(`a ${wanted.join(" or ")}`);
}

function article(words: string): string {
  return words.replace(/^a (?=[aeiou])/, "an ");
}

function typesOf(type: unknown): readonly string[] {
  return (Array.isArray(type) ? type : [type]).filter((one) => typeof one === "string");
}

function isKnown(shape: Shape): shape is { readonly value: JsonValue } {
  return shape !== "anything" && "value" in shape;
}
