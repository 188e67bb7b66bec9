import { dirname, isAbsolute, join } from "node:path";
import { isSeq, LineCounter, parseDocument } from "yaml";
import { EXIT, UserError, messageOf } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { readText } from "../read-text.js";
import { chosenIn } from "./chosen-in.js";

/** A prompt with the skills it wants and, where it is recorded, those that were chosen. */
export interface Case {
  readonly prompt: string;
  readonly line: number;
  readonly wanted: readonly string[];
  readonly chosen?: readonly string[];
}

const KEYS: readonly string[] = ["prompt", "expect", "answer", "recording"];
const LARGEST_RECORDING = 64 * 1024 * 1024;

/** Reads a file of labelled prompts: YAML or JSON. Throws a UserError with file and line. */
export function readCases(file: string): readonly Case[] {
  const lines = new LineCounter();
  const document = parseDocument(text(file), { lineCounter: lines });
  const fault = document.errors[0];
  if (fault) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw wrong(`${file}:${line}:${col}`, fault.message.split("\n")[0]!.replace(/ at line .*$/, ""));
  }
  const table: unknown = document.toJS();
  const list = isObject(table) ? table["cases"] : table;
  if (!Array.isArray(list) || list.length === 0) throw wrong(file, 'it needs a list "cases" with at least one prompt');
  const node = isSeq(document.contents) ? document.contents : document.get("cases", true);
  const lineOf = (place: number): number => {
    const item = isSeq(node) ? (node.items[place] as { readonly range?: readonly number[] } | undefined) : undefined;
    return item?.range ? lines.linePos(item.range[0]!).line : 1;
  };
  const answers = isObject(table) ? answersOf(table["answers"], file) : undefined;
  return list.map((one: unknown, place) => caseOf(one, { file, line: lineOf(place), answers }));
}

interface Place {
  readonly file: string;
  readonly line: number;
  /** Answers that stand in a file of their own, by prompt. */
  readonly answers: ReadonlyMap<string, readonly string[]> | undefined;
}

function caseOf(one: unknown, { file, line, answers }: Place): Case {
  const where = `${file}:${line}`;
  if (!isObject(one) || typeof one["prompt"] !== "string") throw wrong(where, 'a case needs a text "prompt"');
  const odd = Object.keys(one).find((key) => !KEYS.includes(key));
  if (odd !== undefined) throw wrong(where, `a case has no "${odd}"; there are ${KEYS.join(", ")}`);
  const { prompt, expect, answer, recording } = one as JsonObject & { readonly prompt: string };
  const wanted = names(expect);
  if (!wanted) throw wrong(where, '"expect" has to be the name of a skill, a list of names, or none');
  const chosen =
    typeof recording === "string" ? chosenIn(text(beside(file, recording), LARGEST_RECORDING)) : answers?.get(prompt);
  if (answer === undefined) return { prompt, line, wanted, ...(chosen && { chosen }) };
  const given = names(answer);
  if (!given) throw wrong(where, '"answer" has to be the name of a skill, a list of names, or none');
  return { prompt, line, wanted, chosen: given };
}

/** A file with a line of JSON for each answer: `{"prompt": "...", "skills": ["..."]}`. */
function answersOf(value: unknown, file: string): ReadonlyMap<string, readonly string[]> | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw wrong(file, '"answers" has to be the path of a file');
  const path = beside(file, value);
  const answers = new Map<string, readonly string[]>();
  for (const [place, line] of text(path, LARGEST_RECORDING).split("\n").entries()) {
    if (line.trim() === "") continue;
    const where = `${path}:${place + 1}`;
    let answer: unknown;
    try {
      answer = JSON.parse(line);
    } catch (error) {
      throw wrong(where, messageOf(error));
    }
    const skills = isObject(answer) ? names(answer["skills"]) : undefined;
    if (!isObject(answer) || typeof answer["prompt"] !== "string" || !skills) {
      throw wrong(where, 'an answer needs a text "prompt" and a list "skills"');
    }
    answers.set(answer["prompt"], skills);
  }
  return answers;
}

/** Undefined for what is no name and no list of names; "none" and null stand for no skill. */
function names(value: unknown): readonly string[] | undefined {
  if (value === null || value === "none") return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((one) => typeof one === "string" && one.trim() !== "")) return undefined;
  return [...new Set(list.map((one) => String(one).trim().replace(/^\//, "")))];
}

function text(file: string, limit?: number): string {
  const read = readText(file, limit);
  if (typeof read === "string") return read;
  throw new UserError(read.message, EXIT.usage);
}

function beside(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

function wrong(where: string, why: string): UserError {
  return new UserError(`${where}: ${why.replace(/\.$/, "")}.`, EXIT.usage);
}
