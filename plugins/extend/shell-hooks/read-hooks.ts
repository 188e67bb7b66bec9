import { messageOf } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Fault } from "../front-matter.js";
import { readHooks as readShape, type HookGroup, type HooksRead } from "../hook-file.js";
import { EVENTS, serves, type HandlerType } from "./events.js";
import type { Group, Handler } from "./hook.js";
import { matcher } from "./matcher.js";

/** Hooks that can be run, and what is wrong with the others. */
export interface Usable {
  readonly groups: readonly Group[];
  readonly faults: readonly Fault[];
}

/** Finds the place of a key in the file that is read. */
export type Where = (path: readonly (string | number)[]) => Pick<Fault, "line" | "column"> | undefined;

/** Keys beside events that settings may have in their table of hooks. */
const OTHERS: ReadonlySet<string> = new Set(["examples"]);

/** So many "seconds" were meant as milliseconds by whoever wrote them. */
const MEANT_MS = 1_000;
const CAP = 600;

/** Reads a table of hooks, with or without the wrapper `{"hooks": ...}`. A fault costs the entry it is in. */
export function readHooks(value: unknown): Usable {
  const mine = isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !OTHERS.has(key))) : value;
  return usable(readShape(mine));
}

/** The handlers that can be run among those that were found. */
export function usable({ hooks, problems }: HooksRead, where: Where = () => undefined): Usable {
  const groups: Group[] = [];
  const faults: Fault[] = [...problems];
  for (const [event, list] of Object.entries(hooks)) {
    for (const group of list) {
      groups.push(
        ...runnable(event, group, (message, severity: Fault["severity"] = "error") => {
          const place = where(["hooks", event]) ?? where([event]);
          const code = severity === "warning" ? "hook-odd" : "hook-skipped";
          if (faults.length < 100) faults.push({ severity, code, message: `${event}: ${message}.`, ...place });
        }),
      );
    }
  }
  return { groups, faults };
}

type Complain = (message: string, severity?: Fault["severity"]) => void;

function runnable(event: string, { matcher: pattern, hooks }: HookGroup, complain: Complain): readonly Group[] {
  if (pattern !== undefined && typeof pattern !== "string") {
    complain(`a matcher must be a text, not ${kindOf(pattern)}`);
    return [];
  }
  try {
    matcher(pattern, EVENTS.get(event)?.narrow);
  } catch (error) {
    complain(`the matcher does not count: ${messageOf(error)}`);
    return [];
  }
  const matched = pattern !== undefined && { matcher: pattern };
  return hooks.flatMap((value) => {
    const problem = problemOf(event, value);
    if (problem !== undefined) complain(problem);
    return problem === undefined ? [{ event, handler: timed(value, complain), ...matched }] : [];
  });
}

function problemOf(event: string, value: JsonObject): string | undefined {
  const type = value["type"];
  const needs = NEEDS.get(String(type));
  if (typeof type !== "string" || !needs) {
    return `a handler needs "type": command, http, mcp_tool, prompt, agent or worker, not ${kindOf(type)}`;
  }
  if (!serves(event, type as HandlerType)) return `a handler of the type "${type}" cannot serve it`;
  const missing = needs.find((key) => typeof value[key] !== "string" || value[key] === "");
  if (missing !== undefined) return `a handler of the type "${type}" needs "${missing}", a text`;
  const wrong = Object.entries(FIELDS).find(([key, fits]) => value[key] !== undefined && !fits(value[key]));
  return wrong && `"${wrong[0]}" cannot be ${kindOf(value[wrong[0]])}`;
}

function timed(value: JsonObject, complain: Complain): Handler {
  const known = Object.entries(value).filter(([key]) => ALL_FIELDS.has(key));
  const handler = Object.fromEntries(known) as unknown as Handler;
  const { timeout } = handler;
  if (timeout === undefined || timeout < MEANT_MS) return handler;
  complain(`a timeout counts in seconds; ${timeout} was taken as ${CAP}`, "warning");
  return { ...handler, timeout: CAP };
}

const NEEDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["command", ["command"]],
  ["worker", ["command"]],
  ["http", ["url"]],
  ["mcp_tool", ["server", "tool"]],
  ["prompt", ["prompt"]],
  ["agent", ["prompt"]],
]);

const isText = (value: unknown): boolean => typeof value === "string";
const isFlag = (value: unknown): boolean => typeof value === "boolean";
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  if: isText,
  timeout: (value) => typeof value === "number" && value > 0,
  once: isFlag,
  statusMessage: isText,
  args: isList,
  shell: isText,
  async: isFlag,
  asyncRewake: isFlag,
  onFailure: (value) => value === "continue" || value === "block",
  headers: (value) => isObject(value) && Object.values(value).every(isText),
  allowedEnvVars: isList,
  input: isObject,
  model: isText,
  continueOnBlock: isFlag,
};

const ALL_FIELDS: ReadonlySet<string> = new Set(
  Object.keys(FIELDS).concat("type", "command", "url", "server", "tool", "prompt"),
);

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : JSON.stringify(value).slice(0, 60);
}
