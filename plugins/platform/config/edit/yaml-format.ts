import { isAlias, isCollection, isMap, isNode, isPair, isScalar, isSeq, parseDocument } from "yaml";
import type { Document, Node, Pair, YAMLMap, YAMLSeq } from "yaml";
import { appendItem, removeItem, type Enclosed, type Layout } from "./enclosed.js";
import type { Path, SettingsFormat } from "./settings-format.js";
import { applyEdits, HASH, indentBefore, restOfLine, wholeLines, type Range } from "./text-edit.js";
import { yamlBlock, yamlText, yamlValue } from "./yaml-value.js";

const MAP: Layout = { lone: { before: " ", after: " " }, comments: HASH };
const LIST: Layout = { lone: { before: "", after: "" }, comments: HASH };

/** YAML: what stands as one would write it by hand is edited in place; anchors, tags and `?` keys by the library. */
export const yamlFormat: SettingsFormat = {
  parse: (text) => read(text).toJS({ maxAliasCount: 100 }) as unknown,
  find(text, path) {
    const { pair, rest } = walk(read(text), path);
    return rest.length === 0 && pair ? keyRange(pair)?.from : undefined;
  },
  set: (text, path, value) => set(text, path, value) ?? rewrite(text, (document) => setAnew(document, path, value)),
  unset: (text, path) => unset(text, path) ?? rewrite(text, (document) => document.deleteIn(path)),
  append: (text, path, item) => append(text, path, item) ?? rewrite(text, (document) => document.addIn(path, item)),
  remove: (text, path, place) =>
    removeAt(text, path, place) ?? rewrite(text, (document) => document.deleteIn([...path, place])),
};

interface Found {
  /** The deepest map that is there. */
  readonly map: YAMLMap | undefined;
  /** The pair whose value was reached. */
  readonly pair: Pair | undefined;
  readonly value: unknown;
  readonly rest: Path;
}

function read(text: string): Document {
  const document = parseDocument(text, { schema: "core" });
  if (document.errors[0]) throw document.errors[0];
  return document;
}

function walk(document: Document, path: Path): Found {
  let value: unknown = document.contents;
  let map: YAMLMap | undefined;
  let pair: Pair | undefined;
  for (const [depth, key] of path.entries()) {
    const next = isMap(value)
      ? value.items.find((item) => String(isScalar(item.key) ? item.key.value : "") === key)
      : undefined;
    if (isMap(value)) map = value;
    if (!next) return { map: isMap(value) ? value : undefined, pair, value, rest: path.slice(depth) };
    pair = next;
    value = next.value;
  }
  return { map, pair, value, rest: [] };
}

function set(text: string, path: Path, value: unknown): string | undefined {
  const { map, pair, value: old, rest } = walk(read(text), path);
  if (rest.length === 0) return replaceValue(text, pair, old, value);
  if (!map && !pair) return atEnd(text, yamlBlock(rest, value, ""));
  if (!map) {
    const indent = pair && lineIndent(text, pair);
    const end = pair && isEmpty(old) ? restOfLine(text, endOf(pair), HASH) : undefined;
    if (end === undefined || indent === undefined) return undefined;
    return insertLine(text, end, yamlBlock(rest, value, `${indent}  `));
  }
  if (map.flow) {
    const item = rest.length === 1 ? yamlValue(value) : yamlValue(nest(rest.slice(1), value));
    return appendItem(text, enclosed(map), `${yamlText(rest[0] ?? "")}: ${item}`, MAP);
  }
  const last = map.items.at(-1);
  const indent = last && lineIndent(text, last);
  const end = last && restOfLine(text, endOf(last), HASH);
  return indent === undefined || end === undefined ? undefined : insertLine(text, end, yamlBlock(rest, value, indent));
}

function replaceValue(text: string, pair: Pair | undefined, old: unknown, value: unknown): string | undefined {
  if (!pair || !isNode(old) || !old.range || isAlias(old)) return undefined;
  if (isCollection(old) && !old.flow) return replaceBlock(text, pair, old, value);
  const [from, to] = old.range;
  if (isEmpty(old)) {
    const at = text.slice(0, from).trimEnd().length;
    return applyEdits(text, [{ from: at, to: at, text: ` ${yamlValue(value)}` }]);
  }
  const block = text.slice(from, to).endsWith("\n");
  return applyEdits(text, [{ from, to, text: yamlValue(value) + (block ? "\n" : "") }]);
}

/** Puts a value behind the key of a block, whose lines go. What stands behind the key stays. */
function replaceBlock(text: string, pair: Pair, old: Node, value: unknown): string | undefined {
  const colon = /^[ \t]*:/.exec(text.slice(keyRange(pair)?.to))?.[0].length;
  const after = (keyRange(pair)?.to ?? 0) + (colon ?? 0);
  const line = colon === undefined ? undefined : restOfLine(text, after, HASH);
  if (line === undefined) return undefined;
  const end = endOf(old);
  const to = restOfLine(text, end - (/\r?\n$/.exec(text.slice(0, end))?.[0].length ?? 0), HASH) ?? end;
  return applyEdits(text, [
    { from: line, to, text: "" },
    { from: after, to: after, text: ` ${yamlValue(value)}` },
  ]);
}

function unset(text: string, path: Path): string | undefined {
  const { map, pair, rest } = walk(read(text), path);
  if (!pair || !map || rest.length > 0) return text;
  if (map.flow) return removeItem(text, enclosed(map), map.items.indexOf(pair), HASH);
  // A map that would be left without anything goes as well: what stays would no longer be a map.
  if (map.items.length === 1 && path.length > 1) return yamlFormat.unset(text, path.slice(0, -1));
  return lineIndent(text, pair) === undefined ? undefined : cutLines(text, keyRange(pair)!.from, endOf(pair));
}

function append(text: string, path: Path, item: unknown): string | undefined {
  const { value: list } = walk(read(text), path);
  if (!isSeq(list)) return undefined;
  if (list.flow) return appendItem(text, enclosed(list), yamlValue(item), LIST);
  const last = list.items.at(-1);
  const dash = isNode(last) && last.range ? dashBefore(text, last.range[0]) : undefined;
  const end = isNode(last) ? restOfLine(text, endOf(last), HASH) : undefined;
  return dash && end !== undefined ? insertLine(text, end, `${dash.indent}- ${yamlValue(item)}`) : undefined;
}

function removeAt(text: string, path: Path, place: number): string | undefined {
  const { value: list } = walk(read(text), path);
  if (!isSeq(list)) return undefined;
  if (list.flow) return removeItem(text, enclosed(list), place, HASH);
  const item = list.items[place];
  const dash = isNode(item) && item.range ? dashBefore(text, item.range[0]) : undefined;
  return dash && isNode(item) && list.items.length > 1 ? cutLines(text, dash.at, endOf(item)) : undefined;
}

/** The `- ` of an item, when it begins its line. */
function dashBefore(text: string, at: number): { readonly at: number; readonly indent: string } | undefined {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const found = /^([ \t]*)-[ \t]+$/.exec(text.slice(start, at));
  return found ? { at: start + found[1]!.length, indent: found[1]! } : undefined;
}

/** The indent of a pair that begins its line. */
function lineIndent(text: string, pair: Pair): string | undefined {
  const key = keyRange(pair);
  return key && indentBefore(text, key.from);
}

function keyRange({ key }: Pair): Range | undefined {
  return isNode(key) && key.range ? { from: key.range[0], to: key.range[1] } : undefined;
}

/** Where the text of a pair or value ends: comments after it are not part of it. */
function endOf(item: Pair | Node): number {
  if (!isPair(item)) {
    const last = isCollection(item) && !item.flow ? (item.items.at(-1) as Pair | Node | undefined) : undefined;
    return last ? endOf(last) : (item.range?.[1] ?? 0);
  }
  const { value } = item;
  return isNode(value) && value.range ? endOf(value) : (keyRange(item)?.to ?? 0);
}

function isEmpty(value: unknown): boolean {
  return isScalar(value) && value.value === null && value.range?.[0] === value.range?.[1];
}

function enclosed(list: YAMLMap | YAMLSeq): Enclosed {
  const items = list.items.map((item) => ({ from: startOf(item as Pair | Node), to: endOf(item as Pair | Node) }));
  return { from: list.range?.[0] ?? 0, to: list.range?.[1] ?? 0, items };
}

function startOf(item: Pair | Node): number {
  return isPair(item) ? (keyRange(item)?.from ?? 0) : (item.range?.[0] ?? 0);
}

function nest(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

function cutLines(text: string, from: number, to: number): string {
  const block = text[to - 1] === "\n";
  const end = block ? to : (restOfLine(text, to, HASH) ?? to);
  const range = block ? { from: text.lastIndexOf("\n", from - 1) + 1, to } : wholeLines(text, from, end);
  return applyEdits(text, [{ ...range, text: "" }]);
}

/** Adds lines below a place; a place after a block of text is the beginning of a line already. */
function insertLine(text: string, at: number, lines: string): string {
  const begins = text[at - 1] === "\n";
  return applyEdits(text, [{ from: at, to: at, text: begins ? `${lines}\n` : `\n${lines}` }]);
}

function atEnd(text: string, lines: string): string {
  const closed = text === "" || text.endsWith("\n");
  return applyEdits(text, [{ from: text.length, to: text.length, text: closed ? `${lines}\n` : `\n${lines}` }]);
}

function setAnew(document: Document, path: Path, value: unknown): void {
  document.setIn(path, document.createNode(value));
}

function rewrite(text: string, change: (document: Document) => void): string {
  const document = read(text);
  change(document);
  return applyEdits(text, [{ from: 0, to: text.length, text: document.toString({ lineWidth: 0 }) }]);
}
