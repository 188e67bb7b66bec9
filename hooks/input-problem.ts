import { Validator } from "@cfworker/json-schema";
import type { JsonObject } from "../schemas/json.js";
import type { Tool } from "../schemas/tool.js";

const validators = new WeakMap<object, Validator>();

/** One sentence when an input does not fit a tool's schema, naming the first place; undefined when it does. */
export function inputProblem(tool: Pick<Tool, "name" | "inputSchema">, input: JsonObject): string | undefined {
  let validator = validators.get(tool.inputSchema);
  if (!validator)
    validators.set(tool.inputSchema, (validator = new Validator({ ...tool.inputSchema }, "2020-12", true)));
  const { valid, errors } = validator.validate(input);
  if (valid) return undefined;
  const deepest = errors.at(-1);
  const place = deepest?.instanceLocation.replace(/^#\/?/, "").replaceAll("/", ".") ?? "";
  return `Invalid input for ${tool.name}${place === "" ? "" : ` at "${place}"`}: ${deepest?.error ?? "it does not fit the schema."}`;
}
