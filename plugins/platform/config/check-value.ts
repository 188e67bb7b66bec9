import { Validator } from "@cfworker/json-schema";
import type { KernelView } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import { isObject, type JsonSchema } from "../../../schemas/json.js";
import type { SettingSchema } from "../../../schemas/manifest.js";
import { declaredAt, declaredBelow } from "./declared.js";
import type { Path } from "./edit/settings-format.js";
import { typeText } from "./explain.js";
import { keyText } from "./key.js";

/**
 * The value that a word of the command line means for a key: JSON when it is JSON, else text; text as well when only that
 * fits. Throws a UserError when neither fits what is declared.
 */
export function readValue(kernel: KernelView, path: Path, word: string): unknown {
  const value = fromJson(word);
  if (value === null) throw new UserError(`null is no value; use nacre config unset ${keyText(path)}.`);
  if (typeof value === "string" || problem(kernel, path, value) === undefined) return checked(kernel, path, value);
  return problem(kernel, path, word) === undefined ? word : checked(kernel, path, value);
}

function checked(kernel: KernelView, path: Path, value: unknown): unknown {
  const sentence = problem(kernel, path, value);
  if (sentence !== undefined) throw new UserError(sentence);
  return value;
}

/** Why a value does not fit; undefined when it does or when nobody declared anything. */
function problem(kernel: KernelView, path: Path, value: unknown): string | undefined {
  const declared = declaredAt(kernel, path);
  if (declared?.path.length === path.length) return misfit(keyText(path), declared.schema, value);
  if (declared) {
    const types = [declared.schema.type ?? "object"].flat();
    if (types.includes("object")) return undefined;
    return `"${keyText(declared.path)}" is a ${types.join(" or ")} and has nothing below it.`;
  }
  const below = declaredBelow(kernel, path);
  if (below.length === 0) return undefined;
  if (!isObject(value)) return `"${keyText(path)}" is a table of settings, not a value; in it are ${below.join(", ")}.`;
  for (const [key, inner] of Object.entries(value)) {
    const sentence = problem(kernel, [...path, key], inner);
    if (sentence !== undefined) return sentence;
  }
  return undefined;
}

function misfit(key: string, schema: SettingSchema, value: unknown): string | undefined {
  const { valid, errors } = new Validator({ ...(schema as JsonSchema) }, "2020-12", true).validate(value);
  if (valid) return undefined;
  const typed = errors.some(({ keyword }) => keyword === "type" || keyword === "enum");
  const wanted = typeText(schema);
  if (typed && wanted !== undefined && errors.every(({ instanceLocation }) => instanceLocation === "#")) {
    const example = wanted === "array" ? ', written as JSON, such as ["a", "b"]' : "";
    return `"${key}" must be ${article(wanted)}${example}, not ${JSON.stringify(value)}.`;
  }
  return `"${key}" cannot be ${JSON.stringify(value)}: ${(errors.at(-1)?.error ?? "it does not fit").replace(/\.$/, "")}.`;
}

function article(type: string): string {
  return type.startsWith('"') ? type : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function fromJson(word: string): unknown {
  try {
    return JSON.parse(word) as unknown;
  } catch {
    return word;
  }
}
