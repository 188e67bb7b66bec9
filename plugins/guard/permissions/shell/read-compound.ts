import type { Node } from "./grammar.js";
import { readWord, readWords, WORDS } from "./read-word.js";
import { readTest } from "./read-test.js";
import { partsOf, type Reader } from "./reader.js";
import type { Block, Choice, Loop, Statement, Word } from "./script.js";

/** Handed in, as compounds hold statements and statements hold compounds. */
export interface Readers {
  statement(node: Node, reader: Reader): Statement;
  sequence(parts: readonly Node[], range: { readonly start: number; readonly end: number }, reader: Reader): Block;
}

/** A statement with a body of its own; undefined for what is none of those that are known. */
export function readCompound(node: Node, reader: Reader, readers: Readers): Statement | undefined {
  switch (node.type) {
    case "compound_statement":
      return readGroup(node, reader, readers);
    case "if_statement":
      return readIf(node, reader, readers);
    case "case_statement":
      return readCase(node, reader, readers);
    case "for_statement":
      return readFor(node, reader, readers);
    case "c_style_for_statement":
      return readCounting(node, reader, readers);
    case "while_statement":
      return readWhile(node, reader, readers);
    case "test_command":
      return readTest(node, reader);
    default:
      return undefined;
  }
}

/** The statements between two keywords, which have to be what they are said to be. */
function between(
  parts: readonly Node[],
  [opening, closing]: readonly [Node | undefined, Node | undefined],
  reader: Reader,
  { sequence }: Readers,
): Block {
  if (!opening || !closing || opening.missing || closing.missing || parts.length === 0)
    reader.doubt("a part of it is missing");
  const start = opening?.end ?? 0;
  return sequence(parts, { start, end: closing?.start ?? start }, reader);
}

function readGroup(node: Node, reader: Reader, readers: Readers): Statement | undefined {
  const parts = partsOf(node);
  const [first, last] = [parts[0], parts.at(-1)];
  if (first?.type !== "{" || last?.type !== "}") return undefined;
  if (!/^\{[ \t\n]/.test(reader.raw(node))) reader.doubt("a bracket is not certain");
  closes(last, reader);
  return { ...between(parts.slice(1, -1), [first, last], reader, readers), braced: true };
}

/** Before a closing keyword a command has to be over. */
function closes(keyword: Node, reader: Reader): void {
  const before = reader.text.slice(0, keyword.start).replace(/(?:[ \t]|\\\n)+$/, "");
  if (!/[;&\n)}]$|(?:^|[\s;])(?:fi|done|esac|then|do|else|\{|\]\])$/.test(before))
    reader.doubt(`it is not certain what ${keyword.type} ends`);
}

function at(parts: readonly Node[], type: string): number {
  return parts.findIndex((part) => !part.named && part.type === type);
}

function readDo(node: Node | undefined, reader: Reader, readers: Readers): Block {
  const parts = node?.type === "do_group" ? partsOf(node) : [];
  const [first, last] = [parts[0], parts.at(-1)];
  if (first?.type !== "do" || last?.type !== "done") reader.doubt("a loop has no body");
  else closes(last, reader);
  return between(parts.slice(1, -1), [first, last], reader, readers);
}

function readWhile(node: Node, reader: Reader, readers: Readers): Loop | undefined {
  const parts = partsOf(node);
  const [first, body] = [parts[0], parts.at(-1)];
  if (!/^(?:while|until)$/.test(first?.type ?? "") || parts.length < 3) return undefined;
  closes(body!, reader);
  const test = between(parts.slice(1, -1), [first, body], reader, readers);
  return { kind: "loop", words: [], test, body: readDo(body, reader, readers), redirects: [] };
}

function readFor(node: Node, reader: Reader, readers: Readers): Loop | undefined {
  const parts = partsOf(node);
  const [first, name, sign] = parts;
  const body = parts.at(-1)!;
  if (first?.type !== "for" || !name || !/^[A-Za-z_]\w*$/.test(reader.raw(name)) || sign?.type !== "in")
    return undefined;
  const words: Word[] = [];
  let place = sign.end;
  let ended = false;
  reader.gap(first.end, name.start, false);
  reader.gap(name.end, sign.start, true);
  for (const part of parts.slice(3, -1)) {
    reader.gap(place, part.start, ended);
    if (part.type === ";" && !ended) ended = true;
    else if (WORDS.has(part.type) && !ended && part.start > place && !part.missing)
      words.push(...readWords(part, reader));
    else reader.doubt("a loop is not understood");
    place = part.end;
  }
  reader.gap(place, body.start, true);
  if (!ended && !reader.breaks(place, body.start)) reader.doubt("it is not certain where a loop begins");
  return { kind: "loop", name: reader.raw(name), words, body: readDo(body, reader, readers), redirects: [] };
}

/** One variable, which goes from one number to another in steps. */
const COUNTING =
  /^for[ \t]*\(\([ \t]*([A-Za-z_]\w*)[ \t]*=[ \t]*\d+[ \t]*;[ \t]*\1[ \t]*(?:[<>]=?|!=)[ \t]*\d+[ \t]*;[ \t]*(?:\1(?:\+\+|--)|(?:\+\+|--)\1|\1[ \t]*[-+]=[ \t]*\d+)[ \t]*\)\)[ \t]*;?[ \t\n]*$/;

function readCounting(node: Node, reader: Reader, readers: Readers): Loop | undefined {
  const body = partsOf(node).at(-1);
  const name = body && COUNTING.exec(reader.text.slice(node.start, body.start))?.[1];
  if (name === undefined || body?.type !== "do_group" || body.end !== node.end) return undefined;
  return { kind: "loop", name, counts: true, words: [], body: readDo(body, reader, readers), redirects: [] };
}

interface Branch {
  readonly test?: Statement;
  readonly body: Statement;
}

function readIf(node: Node, reader: Reader, readers: Readers): Choice | undefined {
  const parts = partsOf(node);
  const last = parts.at(-1);
  const clauses = parts.filter(({ type }) => type === "elif_clause" || type === "else_clause");
  if (parts[0]?.type !== "if" || last?.type !== "fi") return undefined;
  closes(last, reader);
  const first = parts.slice(0, parts.length - 1 - clauses.length);
  const ends = [...clauses, last];
  if (parts.slice(first.length, -1).some((part) => !clauses.includes(part)))
    reader.doubt("a condition is not understood");
  const branches: Branch[] = [readBranch([...first, ends[0]!], reader, readers)];
  for (const [place, clause] of clauses.entries()) {
    closes(clause, reader);
    if (clause.end > ends[place + 1]!.start) reader.doubt("a condition is not understood");
    branches.push(readBranch([...partsOf(clause), ends[place + 1]!], reader, readers));
  }
  return { kind: "choice", words: [], branches, redirects: [] };
}

/** `if A; then B`, `elif A; then B` or `else B`, and what stands behind it. */
function readBranch(parts: readonly Node[], reader: Reader, readers: Readers): Branch {
  const then = at(parts, "then");
  const end = parts.at(-1);
  if (parts[0]?.type === "else") return { body: between(parts.slice(1, -1), [parts[0], end], reader, readers) };
  if (then < 0) reader.doubt("a condition is not understood");
  else closes(parts[then]!, reader);
  const test = between(parts.slice(1, then), [parts[0], parts[then]], reader, readers);
  return { test, body: between(parts.slice(then + 1, -1), [parts[then], end], reader, readers) };
}

function readCase(node: Node, reader: Reader, readers: Readers): Choice | undefined {
  const [first, subject, sign, ...others] = partsOf(node);
  const last = others.pop();
  if (first?.type !== "case" || !subject || sign?.type !== "in" || last?.type !== "esac") return undefined;
  reader.gap(first.end, subject.start, false);
  reader.gap(subject.end, sign.start, true);
  const words = [readWord(subject, reader)];
  const branches: Branch[] = [];
  let place = sign.end;
  for (const item of others) {
    reader.gap(place, item.start, true);
    place = item.end;
    if (item.type === "case_item") branches.push({ body: readItem(item, reader, readers, words) });
    else reader.doubt("a case is not understood");
  }
  reader.gap(place, last.start, true);
  return { kind: "choice", words, branches, redirects: [] };
}

function readItem(node: Node, reader: Reader, readers: Readers, words: Word[]): Statement {
  const parts = partsOf(node);
  const close = at(parts, ")");
  const end = parts.at(-1)!;
  let place = node.start;
  let expected = true;
  for (const part of parts.slice(0, close)) {
    reader.gap(place, part.start, false);
    if (part.type === "(" && part.start === node.start) expected = true;
    else if (part.type === "|" && !expected) expected = true;
    else if (WORDS.has(part.type) && expected) {
      words.push(readWord(part, reader));
      expected = false;
    } else reader.doubt("a case is not understood");
    place = part.end;
  }
  if (close < 0 || expected || !/^;;&?$|^;&$/.test(end.type)) reader.doubt("a case is not understood");
  reader.gap(place, parts[close]?.start ?? place, false);
  const inner = parts.slice(close + 1, -1);
  const range = { start: parts[close]?.end ?? node.start, end: end.start };
  return readers.sequence(inner, range, reader);
}
