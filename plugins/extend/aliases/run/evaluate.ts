import { isObject, type JsonSchema, type JsonValue } from "../../../../schemas/json.js";
import type { Argument, Name, Value } from "../language/syntax.js";
import { commandText } from "../shell-text.js";
import { Handed } from "./handed.js";

/** What names stand for while an alias runs. */
export type Scope = Map<string, JsonValue | Handed>;

/** The input of a call. `schema` says what is expected where a result is handed on. */
export function inputOf(args: readonly Argument[], scope: Scope, schema?: JsonSchema): Record<string, JsonValue> {
  const properties = isObject(schema?.["properties"]) ? schema["properties"] : {};
  const input: Record<string, JsonValue> = {};
  for (const { name, value } of args) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const isCommand = name === "command" && value.is === "text";
    // Defined, not assigned: a name such as __proto__ is a name like others.
    const given = isCommand
      ? commandText(value.parts, (part) => wordsOf(valueOf(part, scope)))
      : evaluate(value, scope, isObject(property) ? property : {});
    Object.defineProperty(input, name, { value: given, enumerable: true, writable: true, configurable: true });
  }
  return input;
}

/** A value with everything filled in. */
export function evaluate(value: Value, scope: Scope, schema: JsonSchema = {}): JsonValue {
  switch (value.is) {
    case "text":
      return value.parts.map((part) => (typeof part === "string" ? part : textOf(valueOf(part, scope)))).join("");
    case "duration":
      return value.ms;
    case "plain":
      return value.value;
    case "variable": {
      const found = valueOf(value, scope);
      return found instanceof Handed ? found.as(typesOf(schema)) : found;
    }
    case "list":
      return value.items.map((item) => evaluate(item, scope, isObject(schema["items"]) ? schema["items"] : {}));
    case "object":
      return inputOf(value.entries, scope, schema);
  }
}

function valueOf({ name }: Pick<Name, "name">, scope: Scope): JsonValue | Handed {
  if (!scope.has(name)) throw new Error(`"$${name}" has no value: the step that gives it did not run.`);
  return scope.get(name);
}

function wordsOf(value: JsonValue | Handed): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [textOf(value)];
}

/** A value inside of a text. */
function textOf(value: JsonValue | Handed): string {
  if (value instanceof Handed) return value.text;
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(textOf).join(" ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function typesOf(schema: JsonSchema): readonly string[] {
  const { type } = schema;
  return type === undefined ? [] : [type].flat().map(String);
}
