import {
  findNodeAtLocation,
  parse,
  parseTree,
  printParseErrorCode,
  type JSONPath,
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

/** Where a key or item stands in a JSON text: its key, where it has one. Undefined when there is no such place. */
export function placeInJson(text: string, path: JSONPath): Place | undefined {
  const tree = parseTree(text);
  const node = tree && findNodeAtLocation(tree, path);
  if (!node) return undefined;
  const key = node.parent?.type === "property" ? node.parent.children?.[0] : undefined;
  return placeAt(text, (key ?? node).offset);
}

/** The value of a JSON text, or what is wrong with it and where. With `comments`, those and trailing commas are fine. */
export function parseJson(
  text: string,
  options: { readonly comments?: boolean } = {},
): { readonly value: unknown; readonly fault?: undefined } | { readonly value?: undefined; readonly fault: Fault } {
  const errors: ParseError[] = [];
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

/** This parser sets prototypes by `__proto__`; a copy of what an object itself holds has none of it. */
function copied(value: unknown): { readonly value: unknown } | { readonly fault: Fault } {
  try {
    return { value: plainData(value) };
  } catch (error) {
    return { fault: { severity: "error", code: "too-large", message: `Not read: ${messageOf(error)}.` } };
  }
}

/** Names the file of what was found in its text. */
export function inFile(file: string, faults: readonly Fault[]): Diagnostic[] {
  return faults.map((fault) => ({ ...fault, file }));
}
