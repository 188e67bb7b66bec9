import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Validator, type Schema } from "@cfworker/json-schema";
import { EXIT, UserError, messageOf } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { statOf } from "../../../schemas/stat-of.js";
import META_SCHEMA from "./meta-schema.json" with { type: "json" };

/** Longest schema file, in bytes. */
const MOST = 1024 * 1024;

/** Keywords whose value is a schema, a list of schemas, or an object of schemas by name. */
const INSIDE = new Set(
  `items prefixItems additionalItems additionalProperties contains propertyNames not if then else allOf anyOf oneOf`.split(
    " ",
  ),
);
const BY_NAME = new Set(["properties", "patternProperties", "definitions", "$defs", "dependencies"]);

/** The schema that `--json-schema` names: JSON as it stands, or a file. Throws a UserError when it is none. */
export function readSchema(argument: string, cwd: string): JsonObject {
  const inline = /^\s*[{[]/.test(argument) || ["true", "false", "null"].includes(argument.trim());
  const file = resolve(cwd, argument);
  const text = inline ? argument : readText(file);
  try {
    return checkSchema(JSON.parse(text), inline ? "--json-schema" : file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw invalid(inline ? "--json-schema" : file, `it is not JSON: ${messageOf(error)}`);
  }
}

/** Throws a UserError that names `place` when a value is no JSON Schema (draft 7). */
export function checkSchema(schema: unknown, place: string): JsonObject {
  if (!isObject(schema)) throw invalid(place, "it must be a JSON object");
  const { valid, errors } = new Validator(META_SCHEMA as unknown as Schema, "7", true).validate(schema);
  if (!valid) {
    const deepest = errors.at(-1);
    const at = deepest?.instanceLocation.replace(/^#\/?/, "") ?? "";
    throw invalid(place, `${at === "" ? "" : `at "${at}": `}${deepest?.error ?? "it does not fit the meta-schema"}`);
  }
  try {
    // References and patterns come to light only in use.
    for (const probe of [{}, [], "", 0, null]) new Validator({ ...schema } as Schema, "7").validate(probe);
  } catch (error) {
    throw invalid(place, messageOf(error));
  }
  return schema;
}

/** The schema without `format`, which tells a model what is meant but is not enforced; it goes into the description. */
export function withoutFormat(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutFormat);
  if (!isObject(schema)) return schema;
  const { format, ...rest } = schema;
  const clean: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(rest)) {
    if (INSIDE.has(key)) clean[key] = withoutFormat(value);
    else if (BY_NAME.has(key) && isObject(value)) {
      clean[key] = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutFormat(one)]));
    } else clean[key] = value;
  }
  if (typeof format !== "string") return clean;
  const words = typeof clean["description"] === "string" ? `${clean["description"]} ` : "";
  return { ...clean, description: `${words}(format: ${format})` };
}

function readText(file: string): string {
  const stats = statOf(file);
  if (!stats?.isFile()) throw invalid(file, "it is neither JSON nor a file");
  if (stats.size > MOST) throw invalid(file, "it is larger than 1 MB");
  return readFileSync(file, "utf8");
}

function invalid(place: string, why: string): UserError {
  return new UserError(`The JSON Schema in ${place} is not usable: ${why.replace(/\.$/, "")}.`, EXIT.usage);
}
