import { createContext, Script } from "node:vm";
import { Validator } from "@cfworker/json-schema";
import type { JsonObject } from "../schemas/json.js";
import type { Tool } from "../schemas/tool.js";

/** Milliseconds that the patterns of a schema may take with one input. */
const PATIENCE = 500;

interface Checker {
  readonly validator: Validator;
  /** Patterns of strangers can take for ever with the right text. */
  readonly hasPatterns: boolean;
}

const checkers = new WeakMap<object, Checker>();
const script = new Script("validate()");

/** One sentence when an input does not fit a tool's schema, naming the first place; undefined when it does. */
export function inputProblem(tool: Pick<Tool, "name" | "inputSchema">, input: JsonObject): string | undefined {
  const result = validated(checkerOf(tool.inputSchema), input);
  if (!result) return `Invalid input for ${tool.name}: its patterns took more than ${PATIENCE} ms to check it.`;
  const { valid, errors } = result;
  if (valid) return undefined;
  const deepest = errors.at(-1);
  const place = deepest?.instanceLocation.replace(/^#\/?/, "").replaceAll("/", ".") ?? "";
  return `Invalid input for ${tool.name}${place === "" ? "" : ` at "${place}"`}: ${deepest?.error ?? "it does not fit the schema."}`;
}

function checkerOf(schema: Tool["inputSchema"]): Checker {
  let checker = checkers.get(schema);
  if (!checker) {
    const hasPatterns = /"pattern(?:Properties)?":/.test(JSON.stringify(schema));
    checkers.set(schema, (checker = { validator: new Validator({ ...schema }, "2020-12", true), hasPatterns }));
  }
  return checker;
}

type Result = ReturnType<Validator["validate"]>;

/** undefined: it took too long. */
function validated({ validator, hasPatterns }: Checker, input: JsonObject): Result | undefined {
  const validate = (): Result => validator.validate(input);
  if (!hasPatterns) return validate();
  try {
    // The limit holds for whatever is called from there.
    return script.runInContext(createContext({ validate }), { timeout: PATIENCE }) as Result;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw error;
  }
}
