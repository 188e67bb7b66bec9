import type { JsonObject, JsonSchema, JsonValue } from "../../../../schemas/json.js";
import { isObject } from "../../../../schemas/json.js";
import type { ToolSpec } from "../../../../schemas/tool.js";
import type { Alias, Book } from "../book.js";
import type { Operator, Param } from "../language/syntax.js";
import { mannerOf, type Manner } from "../modifiers.js";
import { evaluate, inputOf, type Scope } from "../run/evaluate.js";
import { Handed } from "../run/handed.js";
import { toolNamed } from "../tool-named.js";
import { typeOf } from "../types.js";

/** One call that an alias can make. */
export interface Expanded {
  readonly after?: Operator;
  /** How many aliases it stands in, less one. */
  readonly depth: number;
  /** The tool, or `@alias` whose calls follow. */
  readonly callee: string;
  readonly as?: string;
  readonly input: JsonObject;
  readonly tool?: ToolSpec;
  /** Of the aliases around it, the strictest. */
  readonly permission?: "ask" | "deny";
}

/** Most calls that are shown. */
const MOST = 200;

/**
 * The calls of an alias in order, with values for what is not known before it runs: for results, and for parameters
 * nobody gave.
 */
export function expansion(
  alias: Alias,
  args: ReadonlyMap<string, JsonValue>,
  world: { readonly book: Pick<Book, "resolve">; readonly tools: readonly ToolSpec[] },
): readonly Expanded[] {
  const rows: Expanded[] = [];
  const walk = (
    one: Alias,
    given: ReadonlyMap<string, JsonValue>,
    frame: { readonly depth: number; readonly permission?: Manner["permission"] },
  ): void => {
    const { steps, modifiers } = one.declaration;
    const manner = mannerOf(modifiers);
    const permission = stricter(manner.permission, frame.permission);
    const scope = sampleScope(one, given);
    for (const { after, call, as } of steps) {
      if (rows.length >= MOST) return;
      const facts = {
        depth: frame.depth,
        ...(after && { after }),
        ...(as && { as: as.name }),
        ...(permission && { permission }),
      };
      const target = call.of === "alias" ? world.book.resolve(call.name, one) : undefined;
      const tool = call.of === "tool" ? toolNamed(world.tools, call.name) : undefined;
      const input = inputOf(call.args, scope, tool && untyped(tool.inputSchema));
      rows.push({
        ...facts,
        callee: tool?.name ?? `${call.of === "alias" ? "@" : ""}${call.name}`,
        input,
        ...(tool && { tool }),
      });
      if (target && "declaration" in target) {
        walk(target, new Map(Object.entries(input)), { depth: frame.depth + 1, ...(permission && { permission }) });
      }
      for (const name of ["_", ...(as ? [as.name] : [])]) scope.set(name, new Handed(`(result of ${call.name})`));
    }
  };
  walk(alias, args, { depth: 0 });
  return rows;
}

/** Results have no type before there are any. */
function untyped(schema: JsonSchema): JsonSchema {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  return { properties: Object.fromEntries(Object.keys(properties).map((name) => [name, {}])) };
}

function sampleScope({ declaration }: Alias, given: ReadonlyMap<string, JsonValue>): Scope {
  const scope: Scope = new Map();
  for (const param of declaration.params) {
    const { name, value, rest } = param;
    scope.set(name, given.get(name) ?? (value ? evaluate(value, scope) : rest ? [] : sampleOf(param)));
  }
  scope.set("_", new Handed("(what was piped in)"));
  return scope;
}

/** What stands for a parameter that nobody gave: its name, or a value of its type. */
export function sampleOf(param: Param): JsonValue {
  const type = typeOf(param);
  if (type?.choices) return type.choices[0]!;
  if (type?.name === "int" || type?.name === "number") return 1;
  return type?.name === "bool" ? false : param.name.toUpperCase();
}

function stricter(one: Manner["permission"], other: Manner["permission"]): Manner["permission"] {
  return one === "deny" || other === "deny" ? "deny" : (one ?? other);
}
