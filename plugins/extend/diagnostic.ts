import {
  findNodeAtLocation,
  parse,
  parseTree,
  printParseErrorCode,
  type JSONPath,
  type Node,
  type ParseError,
} from "jsonc-parser";
import { messageOf } from "../../schemas/errors.js";
import type { Diagnostic } from "../../schemas/parts.js";
import type { Fault } from "./front-matter.js";
import { plainData } from "./plain-data.js";

/** A place in a text, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** So many places of one text are looked up; whoever makes more mistakes in one file does not need them all. */
const MOST_PLACES = 50;

/** A tree takes many times the room of its text. */
const FORGET_MS = 1_000;

/** The text that was looked at last: several problems are found in one file. */
let last: { readonly text: string; readonly tree: Node | undefined; left: number } | undefined;

/**
 * Where a key or item stands in a JSON text: its key, where it has one. Undefined when there is no such place, and when
 * many have been asked for.
 */
export function placeInJson(text: string, path: JSONPath): Place | undefined {
  if (last?.text !== text) {
    last = { text, tree: tooDeep(text) ? undefined : parseTree(text), left: MOST_PLACES };
    setTimeout(() => (last = undefined), FORGET_MS).unref();
  }
  if (!last.tree || --last.left < 0) return undefined;
  const node = findNodeAtLocation(last.tree, path);
  if (!node) return undefined;
  const key = node.parent?.type === "property" ? node.parent.children?.[0] : undefined;
  return placeAt(text, (key ?? node).offset);
}

/**
 * The value of a JSON text, or what is wrong with it and where. With `comments`, those and trailing commas are fine, and
 * keys named `__proto__` are left out. What is nested beyond any use is refused: it could not be written down again.
 */
export function parseJson(
  text: string,
  options: { readonly comments?: boolean } = {},
): { readonly value: unknown; readonly fault?: undefined } | { readonly value?: undefined; readonly fault: Fault } {
  const errors: ParseError[] = [];
  if (tooDeep(text)) {
    const message = `Not read: it is nested deeper than ${DEEPEST} levels.`;
    return { fault: { severity: "error", code: "too-deep", message, line: 1, column: 1 } };
  }
  if (!options.comments) {
    try {
      return { value: JSON.parse(text) as unknown };
    } catch {
      parse(text, errors, { disallowComments: true, allowTrailingComma: false });
    }
  } else {
    const value: unknown = parse(text, errors, { allowTrailingComma: true });
    if (errors.length === 0) return copied(value);
  }
  const first = errors[0];
  const why = first ? printParseErrorCode(first.error) : "it cannot be read";
  const place = first && placeAt(text, first.offset);
  return { fault: { severity: "error", code: "not-json", message: `Not valid JSON: ${why}.`, ...place } };
}

const DEEPEST = 200;

/** Counts brackets outside of strings. */
function tooDeep(text: string): boolean {
  if (text.length < DEEPEST) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (inString) {
      if (sign === BACKSLASH) at++;
      else if (sign === QUOTE) inString = false;
    } else if (sign === QUOTE) inString = true;
    else if (sign === 0x5b || sign === 0x7b) {
      if (++depth > DEEPEST) return true;
    } else if (sign === 0x5d || sign === 0x7d) depth--;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** At most so many problems of one file; the last says how many more there are. */
export function capped<T extends Pick<Diagnostic, "severity" | "code" | "message">>(
  problems: readonly T[],
  most = 100,
): readonly T[] {
  if (problems.length <= most) return problems;
  const rest = problems.length - most;
  const worst = problems.slice(most).some(({ severity }) => severity === "error") ? "error" : "warning";
  const more = {
    ...problems[most]!,
    severity: worst,
    code: "and-more",
    message: `There are ${rest} more problems like these.`,
  };
  return [...problems.slice(0, most), more];
}

/** Values of one JSON file. */
const MOST_VALUES = 200_000;

/** This parser sets prototypes by `__proto__`; a copy of what an object itself holds has none of it. */
function copied(value: unknown): { readonly value: unknown } | { readonly fault: Fault } {
  try {
    return { value: plainData(value, MOST_VALUES) };
  } catch (error) {
    return { fault: { severity: "error", code: "too-large", message: `Not read: ${messageOf(error)}.` } };
  }
}

/** Names the file of what was found in its text. */
export function inFile(file: string, faults: readonly Fault[]): Diagnostic[] {
  return faults.map((fault) => ({ ...fault, file }));
}
