import { isObject, type JsonSchema } from "../../../../schemas/json.js";
import type { Alias } from "../book.js";
import type { Argument, Call } from "../language/syntax.js";
import { toolNamed } from "../tool-named.js";
import { TYPES, misfit, typeOf, typeText } from "../types.js";
import { findCycle } from "./find-cycle.js";
import { shapeOf, unfit, type Scope, type Shape } from "./shape.js";
import type { Report, World } from "./world.js";

/** Where a call stands. */
export interface CallPlace {
  readonly alias: Alias;
  readonly scope: Scope;
  readonly world: World;
  readonly report: Report;
  readonly warn: Report;
}

/** Whether what is called is there, and whether it takes these arguments. */
export function checkCall(call: Call, place: CallPlace): void {
  if (call.of === "alias") checkAliasCall(call, place);
  else checkToolCall(call, place);
}

function checkToolCall(call: Call, { world, scope, report, warn }: CallPlace): void {
  const tool = toolNamed(world.tools, call.name);
  if (!tool)
    return report(call.at, `There is no tool "${call.name}".`, "Load the plugin that has it, or mend the name.");
  const schema: JsonSchema = tool.inputSchema;
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  for (const { name, at, value } of call.args) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined) {
      const message = `${tool.name} has no argument "${name}"; it has ${Object.keys(properties).join(", ") || "none"}.`;
      if (schema["additionalProperties"] === false) report(at, message);
      else warn(at, message);
    } else if (isObject(property)) {
      const wanted = unfit(shapeOf(value, scope), property, schema);
      if (wanted !== undefined) report(value.at, `"${name}" of ${tool.name} has to be ${wanted}.`);
    }
  }
  const required = Array.isArray(schema["required"]) ? (schema["required"] as readonly string[]) : [];
  requireAll(call, required, tool.name, report);
}

function checkAliasCall(call: Call, { alias, world, scope, report }: CallPlace): void {
  const target = world.book.resolve(call.name, alias);
  if (!target) return report(call.at, `There is no alias "@${call.name}".`);
  if ("fault" in target) {
    const { line, column, message } = target.fault;
    return report(call.at, `"@${call.name}" cannot be used: ${target.file}:${line}:${column}: ${message}`);
  }
  const cycle = findCycle(alias, target, world.book);
  if (cycle)
    return report(call.at, `The aliases call each other in a circle: ${cycle.map((name) => `@${name}`).join(" -> ")}.`);
  const { params } = target.declaration;
  for (const argument of call.args) {
    const param = params.find(({ name }) => name === argument.name);
    const names = params.map(({ name }) => name).join(", ") || "none";
    if (!param) report(argument.at, `@${target.name} has no parameter "${argument.name}"; it has ${names}.`);
    else {
      const wanted = unfitParam(shapeOf(argument.value, scope), param);
      if (wanted !== undefined) report(argument.value.at, `"${param.name}" of @${target.name} has to be ${wanted}.`);
    }
  }
  const required = params.filter(({ value, rest }) => !value && !rest).map(({ name }) => name);
  requireAll(call, required, `@${target.name}`, report);
}

function requireAll(call: Call, required: readonly string[], callee: string, report: Report): void {
  const given: readonly Argument[] = call.args;
  for (const name of required) {
    if (!given.some((argument) => argument.name === name)) report(call.at, `${callee} needs the argument "${name}".`);
  }
}

/** What an argument would have to be for a parameter, where it certainly is something else. */
function unfitParam(shape: Shape, param: Parameters<typeof typeOf>[0]): string | undefined {
  if (param.rest) return unfit(shape, { type: "array" });
  const type = typeOf(param);
  if (!type || shape === "anything") return undefined;
  if ("value" in shape) return misfit(shape.value, type);
  if (type.choices) return unfit(shape, { type: "string", enum: type.choices });
  const json = TYPES[type.name];
  return json !== undefined && unfit(shape, { type: json }) !== undefined ? `of the type ${typeText(type)}` : undefined;
}
