import { parseTOML, type AST } from "toml-eslint-parser";
import type { Enclosed } from "./enclosed.js";
import { startsWith, type Path } from "./settings-format.js";
import type { Range } from "./text-edit.js";

/** A `key = value`, wherever it stands. */
export interface TomlPair {
  /** From the root of the file. A number stands for a place in an array of tables. */
  readonly path: readonly (string | number)[];
  readonly range: Range;
  readonly value: Range;
  /** The table it stands in; undefined at the top of the file. */
  readonly table: TomlTable | undefined;
  /** The inline table it stands in, and its place there. */
  readonly inline: { readonly table: Enclosed; readonly place: number } | undefined;
  /** When the value is an inline table or an array. */
  readonly inside: Enclosed | undefined;
  readonly kind: "inline table" | "array" | "value";
}

/** A `[header]` with what follows it. */
export interface TomlTable {
  readonly path: readonly (string | number)[];
  readonly key: Range;
  /** Ends with its last pair, or with the header. */
  readonly range: Range;
  readonly pairs: readonly TomlPair[];
}

export interface TomlDocument {
  /** Those at the top of the file. */
  readonly pairs: readonly TomlPair[];
  readonly tables: readonly TomlTable[];
  /** Those everywhere, inline tables before what is in them. */
  readonly all: readonly TomlPair[];
}

/** Reads a text into pairs and tables that know their places. */
export function tomlDocument(text: string): TomlDocument {
  const all: TomlPair[] = [];
  const pairs: TomlPair[] = [];
  const tables: TomlTable[] = [];
  for (const node of parseTOML(text).body[0].body) {
    if (node.type === "TOMLKeyValue") pairs.push(readPair(node, { base: [], table: undefined, all }));
    else {
      const own: TomlPair[] = [];
      const table: TomlTable = { path: node.resolvedKey, key: rangeOf(node.key), range: rangeOf(node), pairs: own };
      tables.push(table);
      for (const pair of node.body) own.push(readPair(pair, { base: node.resolvedKey, table, all }));
    }
  }
  return { pairs, tables, all };
}

/** Where a path, or the first thing below it, is written. */
export function findToml(document: TomlDocument, path: Path): number | undefined {
  const places = [
    ...document.all.filter((pair) => startsWith(pair.path, path)).map((pair) => pair.range.from),
    ...document.tables.filter((table) => startsWith(table.path, path)).map((table) => table.key.from),
  ];
  return places.length === 0 ? undefined : Math.min(...places);
}

interface Around {
  readonly base: readonly (string | number)[];
  readonly table: TomlTable | undefined;
  readonly all: TomlPair[];
  readonly inline?: TomlPair["inline"];
}

function readPair(node: AST.TOMLKeyValue, { base, table, all, inline }: Around): TomlPair {
  const path = [...base, ...node.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value))];
  const { value } = node;
  const items = value.type === "TOMLInlineTable" ? value.body : value.type === "TOMLArray" ? value.elements : undefined;
  const inside = items && { ...rangeOf(value), items: items.map(rangeOf) };
  const kind =
    value.type === "TOMLInlineTable" ? "inline table" : value.type === "TOMLArray" ? "array" : ("value" as const);
  const pair = { path, range: rangeOf(node), value: rangeOf(value), table, inline, inside, kind } as const;
  all.push(pair);
  if (value.type === "TOMLInlineTable" && inside) {
    for (const [place, child] of value.body.entries()) {
      readPair(child, { base: path, table, all, inline: { table: inside, place } });
    }
  }
  return pair;
}

function rangeOf({ range: [from, to] }: AST.HasLocs): Range {
  return { from, to };
}
