import { expandBraces } from "./braces.js";
import type { Node } from "./grammar.js";
import { partsOf, type Reader } from "./reader.js";
import { NO_SUBSTITUTION, readExpansion } from "./read-expansion.js";
import type { Expansion, Piece, Text, Word } from "./script.js";

/** Node types that can be a word of a command. */
export const WORDS: ReadonlySet<string> = new Set(
  [
    "word number string raw_string concatenation ansi_c_string translated_string brace_expression regex",
    "simple_expansion expansion command_substitution process_substitution arithmetic_expansion extglob_pattern",
  ].flatMap((line) => line.split(" ")),
);

/** Reads one word; it can stand for several where braces are written out. */
export function readWords(node: Node, reader: Reader): readonly Word[] {
  const raw = reader.raw(node);
  const pieces = readPieces(node, reader);
  if (pieces.length === 0) reader.doubt("a word of it is empty");
  const first = pieces[0];
  if (raw.startsWith("#")) reader.doubt("a word of it begins with #");
  const texts = pieces.every((piece) => piece.kind === "text") ? pieces : undefined;
  const braced = texts && expandBraces(texts);
  if (braced === undefined && hasBraces(pieces)) return [wordOf(raw, [hide(raw, "its braces are not understood")])];
  if (first?.kind === "text" && !first.quoted && (isOddTilde(first.text, pieces) || /^=\w/.test(first.text))) {
    return [wordOf(raw, [hide(raw, `the beginning of ${raw.slice(0, 40)} can mean something else`)])];
  }
  return braced ? braced.map((one) => wordOf(braced.length === 1 ? raw : undefined, one)) : [wordOf(raw, pieces)];
}

/** Reads a word that has to be one. */
export function readWord(node: Node, reader: Reader): Word {
  const words = readWords(node, reader);
  const raw = reader.raw(node);
  return words.length === 1 ? words[0]! : wordOf(raw, [hide(raw, "it stands for several words")]);
}

/** A word of these pieces; without `raw` it is written as its text. */
export function wordOf(raw: string | undefined, pieces: readonly Piece[]): Word {
  const text = pieces.map((piece) => (piece.kind === "text" ? piece.text : piece.raw)).join("");
  const first = pieces[0];
  return {
    raw: raw ?? text,
    text,
    plain: pieces.length <= 1 && (raw === undefined || !raw.includes("\\")),
    dynamic: pieces.some(({ kind }) => kind !== "text"),
    glob: pieces.some((piece) => piece.kind === "text" && !piece.quoted && /[*?[]/.test(piece.text)),
    tilde: first?.kind === "text" && !first.quoted && first.text.startsWith("~"),
    pieces,
  };
}

function hide(raw: string, why: string): Expansion {
  return { kind: "hidden", why, raw, quoted: false };
}

function isOddTilde(text: string, pieces: readonly Piece[]): boolean {
  if (text.startsWith("~")) return !(text.startsWith("~/") || (text === "~" && pieces.length === 1));
  return /[:=]~/.test(text);
}

function hasBraces(pieces: readonly Piece[]): boolean {
  return pieces.some((piece) => piece.kind === "text" && !piece.quoted && /[{}]/.test(piece.text));
}

function readPieces(node: Node, reader: Reader): readonly Piece[] {
  const raw = reader.raw(node);
  switch (node.type) {
    case "word":
    case "number":
    case "regex":
    case "extglob_pattern":
    case "variable_name":
    case "test_operator":
      return node.children.length > 0 && node.type !== "word" ? readParts(node, reader) : unquoted(raw, reader);
    case "brace_expression":
      return unquoted(raw, reader);
    case "raw_string":
      if (!/^'[^']*'$/.test(raw)) reader.doubt("a quote is not certain");
      return [{ kind: "text", text: raw.slice(1, -1), quoted: true }];
    case "string":
      return doubleQuoted(node, reader);
    case "ansi_c_string":
      return [ansi(raw)];
    case "concatenation":
      return readParts(node, reader);
    default:
      return [readExpansion(node, reader, false)];
  }
}

/** The parts of one word, which follow on each other without anything between. */
function readParts(node: Node, reader: Reader): readonly Piece[] {
  const pieces: Piece[] = [];
  let place = node.start;
  for (const part of partsOf(node)) {
    if (part.start !== place) reader.doubt("a word of it has a gap");
    pieces.push(...(part.named ? readPieces(part, reader) : unquoted(reader.raw(part), reader)));
    place = part.end;
  }
  if (place !== node.end) reader.doubt("a word of it has a gap");
  return merged(pieces);
}

/** Neighbours that are quoted alike are one piece. */
function merged(pieces: readonly Piece[]): readonly Piece[] {
  const found: Piece[] = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (piece.kind === "text" && last?.kind === "text" && last.quoted === piece.quoted) {
      found[found.length - 1] = { ...last, text: last.text + piece.text };
    } else found.push(piece);
  }
  return found;
}

/** Signs that mean themselves, escaped signs, and a `$` that begins nothing. */
const UNQUOTED = /^(?:[\w\-./:,@%+=^~!*?[\]{}#]|\\[\s\S]|\$(?![\w{('"#?@*$!-])|[^\0-\x7f])*$/;

function unquoted(raw: string, reader: Reader): readonly Text[] {
  if (!UNQUOTED.test(raw)) reader.doubt("a word of it holds a sign that can mean something else");
  const found: Text[] = [];
  for (const [part] of raw.matchAll(/\\[\s\S]|(?:[^\\])+/g)) {
    if (part === "\\\n") continue;
    const escaped = part.startsWith("\\");
    if (!escaped && !isLettersOnly(part)) reader.doubt("a letter in it can be read as a blank");
    found.push({ kind: "text", text: escaped ? part.slice(1) : part, quoted: escaped });
  }
  if (raw.includes("\r")) reader.doubt("it holds a carriage return");
  return merged(found) as readonly Text[];
}

/** Beyond ASCII, what no shell in any locale takes for a blank: some look at single bytes. */
function isLettersOnly(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text) || !/[\x85\xa0]/.test(Buffer.from(text).toString("latin1"));
}

/** Escapes whose meaning is the same everywhere. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\n", "\n"],
  ["\\t", "\t"],
  ["\\\\", "\\"],
  ["\\'", "'"],
  ['\\"', '"'],
]);

function ansi(raw: string): Piece {
  if (!/^\$'(?:[^'\\]|\\[nt\\'"])*'$/.test(raw)) return hide(raw, "it uses $'...'");
  const text = raw.slice(2, -1).replaceAll(/\\./g, (one) => ESCAPES.get(one)!);
  return { kind: "text", text, quoted: true };
}

function doubleQuoted(node: Node, reader: Reader): readonly Piece[] {
  const raw = reader.raw(node);
  if (!/^".*"$/s.test(raw) || raw.length < 2) reader.doubt("a quote is not closed");
  const children = node.children.filter(({ named, type }) => named && type !== "string_content");
  return readQuoted({ from: node.start + 1, to: node.end - 1, children, heredoc: false }, reader);
}

/** Text in which expansions count and nothing else does. */
export interface Quoted {
  readonly from: number;
  readonly to: number;
  /** The expansions in it, by the tree. */
  readonly children: readonly Node[];
  /** A here-document, where a quote is a sign like others. */
  readonly heredoc: boolean;
}

/** Reads such text sign by sign; only at a `$` or a backtick the tree has to say where it ends. */
export function readQuoted({ from, to, children, heredoc }: Quoted, reader: Reader): readonly Piece[] {
  const pieces: Piece[] = [{ kind: "text", text: "", quoted: true }];
  const escapes = heredoc ? /^\\(?:[$`\\\n]|)/ : /^\\(?:[$`"\\\n]|)/;
  const plains = heredoc ? /^[^$`\\]+/ : /^[^$`"\\]+/;
  let next = 0;
  const add = (text: string): void => void pieces.push({ kind: "text", text, quoted: true });
  for (let place = from; place < to;) {
    const rest = reader.text.slice(place, to);
    const plain = plains.exec(rest) ?? /^\$(?![\w{(#?@*$!-])/.exec(rest);
    const escape = escapes.exec(rest);
    if (plain) {
      add(plain[0]);
      place += plain[0].length;
    } else if (escape) {
      add(escape[0].length === 1 ? "\\" : escape[0].slice(1).replace("\n", ""));
      place += escape[0].length;
    } else {
      const child = children[next++];
      const isHere = child && child.start <= place && reader.text.slice(child.start, place).trim() === "";
      if (!isHere || child.end > to || child.end <= place) {
        reader.doubt("what stands in a quote is not understood");
        return [hide(reader.text.slice(from, to), NO_SUBSTITUTION)];
      }
      pieces.push(readExpansion({ ...child, start: place }, reader, true));
      place = child.end;
    }
  }
  if (next < children.length) reader.doubt("what stands in a quote is not understood");
  return merged(pieces).filter((piece, at, all) => all.length === 1 || piece.kind !== "text" || piece.text !== "");
}
