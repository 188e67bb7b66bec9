import { parse } from "smol-toml";
import { appendItem, removeItem, type Layout } from "./enclosed.js";
import { samePath, startsWith, type Path, type SettingsFormat } from "./settings-format.js";
import { findToml, tomlDocument, type TomlDocument, type TomlPair, type TomlTable } from "./toml-document.js";
import { tomlKey, tomlValue } from "./toml-value.js";
import { applyEdits, HASH, indentBefore, restOfLine, wholeLines } from "./text-edit.js";

const INLINE: Layout = { lone: { before: " ", after: " " }, comments: HASH };
const ARRAY: Layout = { lone: { before: "", after: "" }, comments: HASH };

/** TOML: tables, dotted keys, inline tables and quoted keys are all edited where they stand. */
export const tomlFormat: SettingsFormat = {
  parse: (text) => parse(text),
  find: (text, path) => findToml(tomlDocument(text), path),
  set,
  unset,
  append(text, path, item) {
    return appendItem(text, listAt(text, path), tomlValue(item), ARRAY);
  },
  remove(text, path, place) {
    return removeItem(text, listAt(text, path), place, HASH);
  },
};

function set(text: string, path: Path, value: unknown): string {
  const document = tomlDocument(text);
  const exact = document.all.find((pair) => samePath(pair.path, path));
  if (exact) return applyEdits(text, [{ ...exact.value, text: tomlValue(value) }]);
  if (findToml(document, path) !== undefined) return set(unset(text, path), path, value);
  const inline = document.all.findLast((pair) => pair.kind === "inline table" && startsWith(path, named(pair.path)));
  if (inline?.inside) {
    const item = `${tomlKey(path.slice(inline.path.length))} = ${tomlValue(value)}`;
    return appendItem(text, inline.inside, item, INLINE);
  }
  return addPair(text, document, path, value);
}

/** Adds a pair outside all inline tables: beside its dotted siblings, else in its own table, else in a new one. */
function addPair(text: string, document: TomlDocument, path: Path, value: unknown): string {
  for (let depth = path.length - 1; depth > 0; depth--) {
    const parent = path.slice(0, depth);
    const table = document.tables.find((one) => samePath(one.path, parent));
    const own = table && depth === path.length - 1;
    if (own) return addLine(text, table, table.pairs.at(-1), { path: path.slice(depth), value });
    const sibling = document.all.findLast(
      (pair) => !pair.inline && startsWith(pair.path, parent) && (pair.table?.path.length ?? 0) < depth,
    );
    if (!sibling) continue;
    const rest = path.slice(sibling.table?.path.length ?? 0);
    return addLine(text, sibling.table, sibling, { path: rest, value });
  }
  if (path.length > 1) return addTable(text, path, value);
  const last = document.pairs.at(-1);
  const first = document.tables[0];
  if (last || !first) return addLine(text, undefined, last, { path, value });
  const at = aboveComments(text, first.range.from);
  return applyEdits(text, [{ from: at, to: at, text: `${tomlKey(path)} = ${tomlValue(value)}\n\n` }]);
}

interface Added {
  readonly path: Path;
  readonly value: unknown;
}

/** A line below a pair, or below the header of a table, or at the end of a text that has neither. */
function addLine(text: string, table: TomlTable | undefined, after: TomlPair | undefined, added: Added): string {
  const line = `${tomlKey(added.path)} = ${tomlValue(added.value)}`;
  const end = after?.range.to ?? table?.range.to;
  if (end === undefined) return atEnd(text, line);
  const indent = indentBefore(text, after?.range.from ?? table?.range.from ?? 0) ?? "";
  const at = restOfLine(text, end, HASH) ?? end;
  return applyEdits(text, [{ from: at, to: at, text: `\n${indent}${line}` }]);
}

function addTable(text: string, path: Path, value: unknown): string {
  const table = `[${tomlKey(path.slice(0, -1))}]\n${tomlKey(path.slice(-1))} = ${tomlValue(value)}`;
  return atEnd(text, /\S/.test(text) ? `\n${table}` : table);
}

/** Adds lines at the end; whether the text ends with a line break stays as it is. */
function atEnd(text: string, lines: string): string {
  const closed = text === "" || text.endsWith("\n");
  const added = closed ? `${lines}\n` : `\n${lines}`;
  return applyEdits(text, [{ from: text.length, to: text.length, text: added }]);
}

/** Above the comments that stand directly over a place: they belong to it. */
function aboveComments(text: string, at: number): number {
  let start = text.lastIndexOf("\n", at - 1) + 1;
  while (start > 0) {
    const above = text.lastIndexOf("\n", start - 2) + 1;
    if (!/^[ \t]*#/.test(text.slice(above, start))) break;
    start = above;
  }
  return start;
}

function unset(text: string, path: Path): string {
  for (let rest = text; ;) {
    const document = tomlDocument(rest);
    const table = document.tables.find((one) => startsWith(one.path, path));
    const pair = document.all.find((one) => startsWith(one.path, path));
    if (table) rest = cutLines(rest, table.range);
    else if (!pair) return rest;
    else if (pair.inline) rest = removeItem(rest, pair.inline.table, pair.inline.place, HASH);
    else rest = cutLines(rest, pair.range);
  }
}

function cutLines(text: string, { from, to }: { readonly from: number; readonly to: number }): string {
  return applyEdits(text, [{ ...wholeLines(text, from, restOfLine(text, to, HASH) ?? to), text: "" }]);
}

function listAt(text: string, path: Path): NonNullable<TomlPair["inside"]> {
  const pair = tomlDocument(text).all.find((one) => samePath(one.path, path));
  if (pair?.kind !== "array" || !pair.inside) throw new Error(`${path.join(".")} is not written as a list`);
  return pair.inside;
}

/** A path that goes through no array of tables; one that matches nothing otherwise. */
function named(path: readonly (string | number)[]): Path {
  return path.map((part) => (typeof part === "string" ? part : "\0"));
}
