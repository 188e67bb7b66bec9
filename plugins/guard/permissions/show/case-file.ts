import { readFileSync, statSync } from "node:fs";
import { UserError, codeOf, messageOf } from "../../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../../schemas/json.js";
import { modeNamed, type Mode } from "../modes.js";
import { LISTS } from "../rules/rule-set.js";
import type { List } from "../rules/rule.js";

/** One call in one situation, as it stands in a file of cases. */
export interface Case {
  readonly id: string;
  readonly cwd: string;
  readonly home: string;
  /** Whether the folder's own allow rules and folders count. */
  readonly trusted: boolean;
  readonly additionalDirectories: readonly string[];
  readonly rules: Readonly<Record<List, readonly string[]>>;
  /** Who wrote the rules: it says where a pattern `/path` starts. */
  readonly ruleSource: RuleSourceName;
  readonly mode: Mode;
  readonly tool: string;
  readonly input: JsonObject;
}

export type RuleSourceName = "project" | "local" | "user" | "cli" | "session" | "managed";

const SOURCES: ReadonlySet<string> = new Set(["project", "local", "user", "cli", "session", "managed"]);
const MAX_FILE = 64 * 1024 * 1024;
const MAX_CASES = 100_000;

/** Reads a file of cases. Throws a UserError that names the file and the case where something is wrong. */
export function readCases(file: string, cwd: string): readonly Case[] {
  const value = parsed(file);
  if (!Array.isArray(value)) throw new UserError(`${file}: it must hold a JSON array of cases.`);
  if (value.length > MAX_CASES) throw new UserError(`${file}: it holds more than ${MAX_CASES} cases.`);
  return value.map((one: unknown, place) => {
    const label = isObject(one) && typeof one["id"] === "string" ? ` (${one["id"].slice(0, 80)})` : "";
    try {
      if (!isObject(one)) throw new Error("a case must be an object");
      return caseOf(one, cwd);
    } catch (error) {
      throw new UserError(`${file}: case ${place + 1}${label}: ${messageOf(error).replace(/\.$/, "")}.`);
    }
  });
}

function parsed(file: string): unknown {
  let text: string;
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw new UserError(`${file} is no file.`);
    if (stat.size > MAX_FILE) throw new UserError(`${file} is larger than ${MAX_FILE / 1024 / 1024} MB.`);
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      codeOf(error) === "ENOENT" ? `${file} does not exist.` : `${file} cannot be read: ${messageOf(error)}.`,
    );
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")) as unknown;
  } catch (error) {
    throw new UserError(`${file} is not valid JSON: ${messageOf(error)}.`);
  }
}

function caseOf(given: JsonObject, here: string): Case {
  const source = given["ruleSource"] ?? "project";
  if (typeof source !== "string" || !SOURCES.has(source))
    throw new Error(`"ruleSource" must be one of ${[...SOURCES].join(", ")}`);
  const { input, trusted = true, rules = {} } = given;
  if (!isObject(input)) throw new Error('"input" must be an object');
  if (typeof trusted !== "boolean") throw new Error('"trusted" must be true or false');
  if (!isObject(rules)) throw new Error('"rules" must be an object with allow, ask and deny');
  const lists = LISTS.map((list) => [list, strings(rules[list], `rules.${list}`)] as const);
  return {
    id: textOf(given["id"], "id"),
    cwd: folder(given["cwd"], "cwd", here),
    home: folder(given["home"], "home", here),
    trusted,
    additionalDirectories: strings(given["additionalDirectories"], "additionalDirectories"),
    rules: Object.fromEntries(lists) as unknown as Case["rules"],
    ruleSource: source as RuleSourceName,
    mode: modeNamed(textOf(given["mode"] ?? "default", "mode")),
    tool: textOf(given["tool"], "tool"),
    input,
  };
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "") throw new Error(`"${name}" must be a text`);
  return value;
}

function folder(value: unknown, name: string, fallback: string): string {
  const path = value === undefined ? fallback : textOf(value, name);
  if (!path.startsWith("/") || path.includes("\0")) throw new Error(`"${name}" must be an absolute path`);
  return path;
}

function strings(value: unknown, name: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string"))
    throw new Error(`"${name}" must be a list of texts`);
  return value;
}
