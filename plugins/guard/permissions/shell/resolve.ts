import { resolve } from "node:path";
import type { Argument, Unknown } from "./argument.js";
import { deepNames } from "./deep-names.js";
import { globNames, isGlob, quoteGlob, unquoteGlob } from "./glob-names.js";
import type { Place } from "../paths/judge-path.js";
import type { Piece, Word } from "./script.js";
import { ANY, isNumber, mayBeNothing, MOST_TEXTS, texts, type Value } from "./value.js";

/** What resolving a word has to know. */
export interface Around {
  readonly cwds: readonly string[];
  readonly place: Place;
  /** Blanks part words no more, or not all of them. */
  readonly strict?: boolean;
  /** `**` stands for folders within folders as well. */
  readonly deep?: boolean;
  /** What the function here is handed. */
  readonly args?: readonly Argument[];
  /** What an expansion is replaced by. */
  valueOf(piece: Exclude<Piece, { kind: "text" }>): Value;
}

/** The ways a word can come out: each is the arguments it stands for then. */
export type Outcomes = readonly (readonly Argument[])[];

/** What a word stands for as an argument of a command. */
export function outcomes(word: Word, around: Around): Outcomes {
  const { raw, tilde } = word;
  if (!word.dynamic && !word.glob) return [[{ text: word.text, raw, tilde }]];
  const [only] = word.pieces;
  if (word.pieces.length === 1 && isMany(only!) && only!.quoted && only!.plain) return [elements(only!, word, around)];
  const found = patternsOf(word, around);
  if (!Array.isArray(found)) return [[found as Argument]];
  const quoted = word.pieces.some((piece) => piece.quoted);
  const rows = (found as readonly (readonly string[])[]).map((row) =>
    // What is not in quotes can be nothing at all.
    row
      .filter((pattern) => quoted || pattern !== "")
      .flatMap((pattern) =>
        isGlob(pattern) ? globbed(pattern, word, around) : [{ text: unquoteGlob(pattern), raw, tilde }],
      ),
  );
  return rows.length > 0 ? rows : [[]];
}

type Variable = Piece & { readonly kind: "variable" };

/** Stands for all elements of something, each a word of its own. */
function isMany(piece: Piece): piece is Variable {
  return piece.kind === "variable" && !piece.raw.startsWith("${#") && /^@$|\[@\]$/.test(piece.name);
}

/** All elements of an array, or all that a function is handed. */
function elements(piece: Variable, { raw }: Word, around: Around): readonly Argument[] {
  const value: Value = piece.name === "@" && around.args ? { kind: "list", items: around.args } : around.valueOf(piece);
  const here = around.cwds.length === 1 ? around.cwds[0] : undefined;
  // Names that were found in one folder are others in another one.
  if (value.kind === "list" && value.items.every(({ base }) => base === undefined || base === here)) return value.items;
  if (value.kind === "names" && value.base === here) {
    const name: Argument = { text: value.sample, raw, tilde: false, base: here };
    return [name, name];
  }
  return [{ text: raw, raw, tilde: false, unknown: { kind: "any", head: "", loose: true } }];
}

/** What a word stands for where it is neither split nor taken for a pattern. */
export function valueOfWord(word: Word, around: Around): Value {
  if (!word.dynamic)
    return { kind: "texts", texts: [word.tilde ? word.text.replace(/^~/, around.place.home) : word.text] };
  const [only] = word.pieces;
  if (word.pieces.length === 1 && only!.kind !== "text") return around.valueOf(only!);
  const found = patternsOf({ ...word, pieces: word.pieces.map((piece) => ({ ...piece, quoted: true })) }, around);
  if (Array.isArray(found))
    return { kind: "texts", texts: (found as readonly (readonly string[])[]).flatMap((row) => row.map(unquoteGlob)) };
  const { unknown } = found as Argument;
  return unknown?.kind === "id" ? { kind: "id" } : ANY;
}

function globbed(pattern: string, { raw, tilde }: Word, { cwds, place, deep }: Around): readonly Argument[] {
  return cwds.flatMap((cwd): readonly Argument[] => {
    const full = tilde ? pattern.replace(/^~/, quoteGlob(place.home)) : pattern;
    const value = deep && full.includes("**") ? deepNames(full, cwd, place) : globNames(full, cwd, place);
    const head = /^[^*?[\\]*/.exec(pattern)![0];
    const wild = head === "";
    if (value.kind === "texts") return value.texts.map((text) => ({ text, raw, tilde: false, wild }));
    if (value.kind === "names") return [{ text: value.sample, raw, tilde: false, wild, base: cwd }];
    return [{ text: raw, raw, tilde: false, unknown: { kind: "any", head, loose: true } }];
  });
}

/**
 * The patterns that a word can become, as rows of what it is split into; or the one argument it is when that is not
 * known.
 */
function patternsOf(word: Word, around: Around): readonly (readonly string[])[] | Argument {
  let rows: readonly (readonly string[])[] = [[""]];
  let head = "";
  let unknown: Unknown | undefined;
  /** Its texts, with nothing in place of numbers; undefined when there is more to it. */
  let parts: (string | undefined)[] | undefined = [];
  /** The same, with names of commits among the numbers. */
  let without: string | undefined = "";
  let canBeNothing = false;
  for (const piece of word.pieces) {
    if (piece.kind === "text") {
      parts?.push(piece.text);
      if (without !== undefined) without += piece.text;
      rows = rows.map((row) => joined(row, [piece.quoted ? quoteGlob(piece.text) : piece.text]));
      if (!unknown) head += piece.text;
      continue;
    }
    const value = around.valueOf(piece);
    const alone = word.pieces.length === 1;
    if (isNumber(value)) parts?.push(undefined);
    else parts = undefined;
    if (!isNumber(value) && value.kind !== "id") without = undefined;
    canBeNothing ||= mayBeNothing(value);
    const splits =
      around.strict && !piece.quoted && value.kind === "texts" && value.texts.some((one) => /[ \t]/.test(one));
    const isLines = !alone && "lines" in value && value.lines === true;
    if (isMany(piece) || splits) {
      unknown = { kind: "any", head: unknown?.head ?? head, loose: true };
    } else if (value.kind === "texts" && (alone || value.texts.length > 0) && !(isLines && piece.quoted)) {
      rows = rows.flatMap((row) =>
        value.texts.flatMap((text) => rowsWith(row, text, { quoted: piece.quoted, isLines })),
      );
      if (rows.length > MOST_TEXTS) unknown ??= { kind: "any", head, loose: !piece.quoted };
    } else if (value.kind === "names" && alone && around.cwds.length === 1 && around.cwds[0] === value.base) {
      return { text: value.sample, raw: word.raw, tilde: false, base: value.base };
    } else if (value.kind === "names" && !isLines && isIn(value.base, word, around)) {
      return { text: value.sample, raw: word.raw, tilde: false, base: around.cwds[0]! };
    } else {
      unknown = unknownWith(unknown, value, { head, alone, quoted: piece.quoted });
    }
  }
  return unknown
    ? {
        text: word.text,
        raw: word.raw,
        tilde: false,
        unknown: completed(unknown, word, { parts, without, canBeNothing }),
      }
    : rows;
}

/** A row with a text after it. */
function rowsWith(
  row: readonly string[],
  text: string,
  { quoted, isLines }: { readonly quoted: boolean; readonly isLines: boolean },
): readonly (readonly string[])[] {
  const more = quoted ? [quoteGlob(text)] : split(text);
  // Only the first of several lines stands beside what is before it.
  return isLines ? [joined(row, more), joined(row, ["", ...more, ""])] : [joined(row, more)];
}

interface Beside {
  readonly head: string;
  readonly alone: boolean;
  readonly quoted: boolean;
}

function unknownWith(unknown: Unknown | undefined, value: Value, { head, alone, quoted }: Beside): Unknown {
  const kind = value.kind === "number" || value.kind === "id" ? value.kind : "any";
  const before = unknown?.kind ?? kind;
  return {
    kind: before === kind && (alone || kind !== "number") ? kind : kind === "any" || before === "any" ? "any" : "id",
    head: unknown?.head ?? head,
    loose: (unknown?.loose ?? false) || (!quoted && kind !== "number"),
  };
}

interface Parts {
  readonly parts: readonly (string | undefined)[] | undefined;
  readonly without: string | undefined;
  readonly canBeNothing: boolean;
}

/** What all parts of a word together say about what is not known of it. */
function completed(unknown: Unknown, { glob }: Word, { parts, without, canBeNothing }: Parts): Unknown {
  // A pattern can find any name, whatever stands beside its stars; a text that a variable holds can lead anywhere.
  if (glob) return { ...unknown, kind: "any", loose: true };
  return {
    ...unknown,
    ...(without === undefined && { kind: "any" }),
    ...(parts && !unknown.loose && { numbered: (number: string) => parts.map((part) => part ?? number).join("") }),
    ...(canBeNothing && without && { without }),
  };
}

/** `src/$f`, where the names are those in that folder. */
function isIn(folder: string, { pieces: [before, , more], tilde, glob }: Word, { cwds }: Around): boolean {
  if (before?.kind !== "text" || more || tilde || glob || cwds.length !== 1) return false;
  return before.text.endsWith("/") && resolve(cwds[0]!, before.text) === folder;
}

/** The last of one row and the first of the next are one word. */
function joined(row: readonly string[], more: readonly string[]): readonly string[] {
  if (more.length === 0) return row;
  return [...row.slice(0, -1), row.at(-1)! + more[0]!, ...more.slice(1)];
}

function split(text: string): readonly string[] {
  return text.split(/[ \t\n]+/).filter((one) => one !== "");
}

/** What a word stands for that a loop goes through. */
export function valuesOf(word: Word, around: Around): readonly Value[] {
  const [only, ...more] = word.pieces;
  const value = only && only.kind !== "text" && more.length === 0 ? valueOfWord(word, around) : undefined;
  const isArray = only?.kind === "variable" && only.plain && only.quoted && only.name.endsWith("[@]");
  if (value?.kind === "list" && isArray) return value.items.map(valueOfArgument);
  return value?.kind === "names" || (value?.kind === "texts" && isArray)
    ? [value]
    : outcomes(word, around).flatMap((row) => row.map(valueOfArgument));
}

/** What an argument can be, where it is one of the words that a loop goes through. */
function valueOfArgument({ text, unknown, base }: Argument): Value {
  if (base !== undefined) return { kind: "names", base, sample: text };
  if (!unknown) return texts(text);
  return unknown.head === "" && unknown.kind !== "any" ? { kind: unknown.kind } : ANY;
}
