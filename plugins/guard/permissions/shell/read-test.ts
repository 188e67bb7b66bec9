import type { Node } from "./grammar.js";
import { readWord, WORDS, wordOf } from "./read-word.js";
import { partsOf, type Reader } from "./reader.js";
import type { Simple, Statement, Test, Word } from "./script.js";

interface Draft {
  readonly text: Word[];
  readonly files: Word[];
  readonly numbers: Word[];
  hidden?: string;
}

const FILE = /^-[abcdefghkprstuwxGLNOS]$/;
const TEXT = /^-[nz]$/;
const NUMBER = /^-(?:eq|ne|lt|le|gt|ge)$/;
/** Nothing in it is expanded. */
const HARMLESS = /^(?:[^$`'"\\<>\s]|\$(?=[)|]|$))+$/;
const BOTH_FILES = /^-(?:nt|ot|ef)$/;

/** `[ ... ]` is a command like others, with its words in a row; `[[ ... ]]` has a grammar of its own. */
export function readTest(node: Node, reader: Reader): Statement | undefined {
  const parts = partsOf(node);
  const [first, last] = [parts[0], parts.at(-1)];
  if (first?.type === "[" && last?.type === "]") return readBracket(node, reader);
  if (first?.type !== "[[" || last?.type !== "]]") return undefined;
  const draft: Draft = { text: [], files: [], numbers: [] };
  if (parts.length !== 3 || last.missing) reader.doubt("a test is not understood");
  else readExpression(parts[1]!, [first.end, last.start], reader, draft);
  if (draft.hidden !== undefined) return { kind: "hidden", why: draft.hidden, inner: [] };
  return { kind: "test", text: draft.text, files: draft.files, numbers: draft.numbers } satisfies Test;
}

/** The words between `[` and `]`, which are judged as those of `test` are. */
function readBracket(node: Node, reader: Reader): Simple {
  const words: Word[] = [wordOf("[", [{ kind: "text", text: "[", quoted: true }])];
  let place = node.start + 1;
  const at = reader.commands.push({ kind: "simple", text: "", assignments: [], words: [], redirects: [] }) - 1;
  const leaves = partsOf(node).slice(1, -1).flatMap(leavesOf);
  for (const part of leaves) {
    reader.gap(place, part.start, false);
    if (reader.touch(place, part.start) || part.missing) reader.doubt("two words of it touch");
    words.push(
      part.named && WORDS.has(part.type)
        ? readWord(part, reader)
        : readWord({ ...part, type: "word", children: [] }, reader),
    );
    place = part.end;
  }
  reader.gap(place, node.end - 1, false);
  if (place === node.end - 1 || !reader.raw(node).endsWith("]")) reader.doubt("a test is not closed");
  const closing = wordOf("]", [{ kind: "text", text: "]", quoted: true }]);
  const simple: Simple = {
    kind: "simple",
    text: reader.raw(node),
    assignments: [],
    words: [...words, closing],
    redirects: [],
  };
  reader.commands[at] = simple;
  return simple;
}

/** The words of an expression in the order of the text. */
function leavesOf(node: Node): readonly Node[] {
  if (WORDS.has(node.type) || node.children.length === 0) return [node];
  return partsOf(node).flatMap(leavesOf);
}

function readExpression(node: Node, [from, to]: readonly [number, number], reader: Reader, draft: Draft): void {
  reader.gap(from, node.start, true);
  reader.gap(node.end, to, true);
  if (reader.touch(from, node.start) || reader.touch(node.end, to)) reader.doubt("a test is not certain");
  readPart(node, reader, draft);
}

function readPart(node: Node, reader: Reader, draft: Draft): void {
  const parts = partsOf(node);
  if (WORDS.has(node.type)) return void draft.text.push(readWord(node, reader));
  for (const [place, part] of parts.entries()) if (place > 0) reader.gap(parts[place - 1]!.end, part.start, true);
  if (node.start !== parts[0]?.start || node.end !== parts.at(-1)?.end) reader.doubt("a test is not understood");
  if (node.type === "unary_expression" && parts.length === 2) return readUnary(parts as [Node, Node], reader, draft);
  if (node.type === "binary_expression" && parts.length === 3)
    return readBinary(parts as [Node, Node, Node], reader, draft);
  if (node.type === "parenthesized_expression" && parts.length === 3) return readPart(parts[1]!, reader, draft);
  reader.doubt("a test is not understood");
}

function readUnary([operator, operand]: readonly [Node, Node], reader: Reader, draft: Draft): void {
  const sign = reader.raw(operator);
  if (reader.touch(operator.end, operand.start)) reader.doubt("a test is not certain");
  if (sign === "!") return readPart(operand, reader, draft);
  if (!WORDS.has(operand.type)) return reader.doubt("a test is not understood");
  if (FILE.test(sign)) draft.files.push(readWord(operand, reader));
  else if (TEXT.test(sign)) draft.text.push(readWord(operand, reader));
  else draft.hidden = `${sign} in a test can run what it looks at`;
}

function readBinary([left, operator, right]: readonly [Node, Node, Node], reader: Reader, draft: Draft): void {
  const sign = reader.raw(operator);
  if (sign === "&&" || sign === "||") {
    readPart(left, reader, draft);
    return readPart(right, reader, draft);
  }
  if (!WORDS.has(left.type) || !WORDS.has(right.type)) return reader.doubt("a test is not understood");
  if (reader.touch(left.end, operator.start) || reader.touch(operator.end, right.start))
    reader.doubt("a test is not certain");
  const into = NUMBER.test(sign) ? draft.numbers : BOTH_FILES.test(sign) ? draft.files : draft.text;
  into.push(readWord(left, reader));
  if (/^(?:={1,2}|!=|=~|<|>)$/.test(sign) || into !== draft.text) {
    // A pattern or a regular expression runs nothing; only what is expanded in it could.
    const pattern = sign === "=~" || /^[!=]=?$/.test(sign);
    into.push(pattern && HARMLESS.test(reader.raw(right)) ? wordOf(reader.raw(right), []) : readWord(right, reader));
  } else reader.doubt("a test is not understood");
}
