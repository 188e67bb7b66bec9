import { parse, parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import { appendItem, removeItem, type Enclosed, type Layout } from "./enclosed.js";
import type { Path, SettingsFormat } from "./settings-format.js";
import { applyEdits, indentBefore, SLASHES, type Range } from "./text-edit.js";

const LENIENT = { allowTrailingComma: true, allowEmptyContent: true };

/** JSON and JSONC: comments and trailing commas stay. */
export const jsonFormat: SettingsFormat = {
  parse(text) {
    const errors: ParseError[] = [];
    const value: unknown = parse(text, errors, LENIENT);
    if (errors[0]) throw new Error(printParseErrorCode(errors[0].error));
    return value;
  },
  find(text, path) {
    const found = walk(text, path);
    return found.rest.length === 0 ? found.property?.offset : undefined;
  },
  set,
  unset(text, path) {
    const { node, property, rest } = walk(text, path);
    const owner = property?.parent;
    if (!node || !property || !owner || rest.length > 0) return text;
    return removeItem(text, enclosed(owner), owner.children?.indexOf(property) ?? 0, SLASHES);
  },
  append(text, path, item) {
    const { node } = walk(text, path);
    if (node?.type !== "array") throw new Error(`${path.join(".")} is not written as a list`);
    return appendItem(text, enclosed(node), jsonValue(text, item, node), layout(text, node));
  },
  remove(text, path, place) {
    const { node } = walk(text, path);
    if (node?.type !== "array") throw new Error(`${path.join(".")} is not written as a list`);
    return removeItem(text, enclosed(node), place, SLASHES);
  },
};

interface Found {
  /** The deepest value that is there. */
  readonly node: Node | undefined;
  /** The property it is the value of. */
  readonly property: Node | undefined;
  /** The keys below it that are not there. */
  readonly rest: Path;
}

function walk(text: string, path: Path): Found {
  let node = parseTree(text, [], LENIENT);
  let property: Node | undefined;
  for (const [depth, key] of path.entries()) {
    // Of a key that is there twice the last one counts.
    const next =
      node?.type === "object" ? node.children?.findLast((one) => one.children?.[0]?.value === key) : undefined;
    if (!next?.children?.[1]) return { node, property, rest: path.slice(depth) };
    property = next;
    node = next.children[1];
  }
  return { node, property, rest: [] };
}

function set(text: string, path: Path, value: unknown): string {
  const { node, rest } = walk(text, path);
  if (!node) {
    const whole = JSON.stringify(nest(path, value), null, 2);
    const added = text === "" || text.endsWith("\n") ? `${whole}\n` : `\n${whole}`;
    return applyEdits(text, [{ from: text.length, to: text.length, text: added }]);
  }
  if (node.type === "object" && rest.length > 0) {
    const item = `${JSON.stringify(rest[0])}: ${jsonValue(text, nest(rest.slice(1), value), node)}`;
    return appendItem(text, enclosed(node), item, layout(text, node));
  }
  return applyEdits(text, [
    { ...rangeOf(node), text: jsonValue(text, nest(rest, value), node.parent?.parent ?? node) },
  ]);
}

function nest(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

/** A value as it looks inside `owner`: over several lines where the owner is. */
function jsonValue(text: string, value: unknown, owner: Node): string {
  const indent = itemIndent(text, owner);
  if (indent === undefined) return JSON.stringify(value);
  return JSON.stringify(value, null, unit(text)).replaceAll("\n", `\n${indent}`);
}

/** The indent of items, when they stand on lines of their own. */
function itemIndent(text: string, owner: Node): string | undefined {
  const first = owner.children?.[0];
  if (first) return indentBefore(text, first.offset);
  const own = ownIndent(text, owner);
  return own === undefined ? undefined : own + unit(text);
}

/** The indent of the line a value begins on. */
function ownIndent(text: string, node: Node): string | undefined {
  const start = node.parent?.type === "property" ? node.parent : node;
  return indentBefore(text, start.offset);
}

function layout(text: string, owner: Node): Layout {
  const own = ownIndent(text, owner);
  if (own === undefined) return { lone: { before: "", after: "" }, comments: SLASHES };
  return { lone: { before: `\n${own}${unit(text)}`, after: `\n${own}` }, comments: SLASHES };
}

/** One step of this text's indentation. */
function unit(text: string): string {
  return /^[ \t]+(?=")/m.exec(text)?.[0] ?? "  ";
}

function enclosed(node: Node): Enclosed {
  return { ...rangeOf(node), items: (node.children ?? []).map(rangeOf) };
}

function rangeOf({ offset, length }: Node): Range {
  return { from: offset, to: offset + length };
}
