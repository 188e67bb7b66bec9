import { parse, type Node } from "./grammar.js";
import { oddCharacter } from "./odd-character.js";
import { readCompound } from "./read-compound.js";
import { readRedirected, readSimple } from "./read-simple.js";
import { partsOf, Reader } from "./reader.js";
import type { Block, Definition, Hidden, Link, Script, Simple, Statement } from "./script.js";

/** Longer command lines are not read. */
const MAX_COMMAND = 10_000;

const NOTHING: Block = { kind: "block", parts: [], subshell: false, redirects: [] };

/**
 * Reads a line of bash. What the grammar's tree says is believed only as far as every byte of the line is accounted
 * for: each word by its own signs, each operator by its text, and what stands between them by being blank. Whatever
 * else there is makes the line unclear. Only after `loadGrammar`.
 */
export function readScript(line: string): Script {
  const text = line.slice(0, MAX_COMMAND);
  const root = parse(text);
  if (typeof root === "string") return { body: NOTHING, commands: [], unclear: root };
  const reader = new Reader(text, root, bracketed);
  if (line.length > MAX_COMMAND) reader.doubt(`it is longer than ${MAX_COMMAND} characters`);
  const odd = oddCharacter(text, true);
  if (odd !== undefined) reader.doubt(`it contains the character ${odd}`);
  const body = readSequence(partsOf(root), { start: 0, end: text.length }, reader);
  const isComment = root.children.length > 0 && root.children.every(({ type }) => type === "comment");
  if (body.parts.length === 0 && !isComment) reader.doubt("it is empty");
  const { unclear, commands } = reader;
  return { body, commands, ...(unclear !== undefined && { unclear }) };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

const LINKS: ReadonlyMap<string, Link> = new Map([
  [";", "then"],
  ["&", "background"],
]);

/** Statements one after the other, parted by `;`, `&` or the end of a line. */
function readSequence(parts: readonly Node[], { start, end }: Range, reader: Reader): Block {
  const found: { statement: Statement; link: Link }[] = [];
  let place = start;
  let open = false;
  for (const part of parts) {
    const link = part.named ? undefined : LINKS.get(part.type);
    const breaks = reader.breaks(place, part.start);
    reader.gap(place, part.start, true);
    if (part.missing) reader.doubt("a part of it is missing");
    if (link !== undefined) {
      if (!open || breaks) reader.doubt(`${part.type} ends nothing`);
      open = false;
      const last = found.pop();
      if (last) found.push({ ...last, link });
    } else {
      if (open && !breaks) reader.doubt("it is not certain where a command ends");
      found.push({ statement: readStatement(part, reader), link: "then" });
      open = true;
    }
    place = part.end;
  }
  reader.gap(place, end, true);
  return { ...NOTHING, parts: found };
}

/** What stands in `( )`, `$( )`, backticks or `<( )`. */
function bracketed(node: Node, reader: Reader): Statement {
  const parts = partsOf(node);
  const [first, last] = [parts[0], parts.at(-1)];
  if (!first || !last || first === last || first.named || last.named || last.missing) {
    reader.doubt("a bracket is not closed");
    return NOTHING;
  }
  const block = readSequence(parts.slice(1, -1), { start: first.end, end: last.start }, reader);
  return { ...block, subshell: true };
}

/** `from` is the command whose output this one reads. */
function readStatement(node: Node, reader: Reader, from?: Simple): Statement {
  switch (node.type) {
    case "command":
      return readTimed(node, reader) ?? readSimple(node, reader, from);
    case "variable_assignment":
    case "variable_assignments":
    case "declaration_command":
    case "unset_command":
      return readSimple(node, reader, from);
    case "redirected_statement":
    case "file_redirect":
      return readRedirected(node, reader, from, readStatement);
    case "list":
    case "pipeline":
      return readJoined(node, reader, from);
    case "negated_command":
      return readNegated(node, reader, from);
    case "subshell":
      return bracketed(node, reader);
    case "function_definition":
      return readDefinition(node, reader) ?? unknown(node, reader);
    default:
      return readCompound(node, reader, { statement: readStatement, sequence: readSequence }) ?? unknown(node, reader);
  }
}

/** `time ( ... )`, where the grammar takes a keyword for a command. */
function readTimed(node: Node, reader: Reader): Statement | undefined {
  const [name, body, ...more] = partsOf(node);
  if (name?.type !== "command_name" || reader.raw(name) !== "time" || body?.type !== "subshell") return undefined;
  reader.gap(name.end, body.start, false);
  if (more.length > 0 || body.end !== node.end) reader.doubt("a part of it is not understood");
  return bracketed(body, reader);
}

const JOINS: ReadonlyMap<string, Link> = new Map([
  ["&&", "and"],
  ["||", "or"],
  ["|", "pipe"],
  ["|&", "pipe"],
]);

function readJoined(node: Node, reader: Reader, from: Simple | undefined): Statement {
  const found: { statement: Statement; link: Link }[] = [];
  let place = node.start;
  let link: Link = "then";
  let expected = true;
  for (const part of partsOf(node)) {
    const join = part.named ? undefined : JOINS.get(part.type);
    reader.gap(place, part.start, expected);
    if (part.missing || (join === undefined) !== expected) reader.doubt("a part of it is missing");
    place = part.end;
    expected = join !== undefined;
    if (join !== undefined) {
      link = join;
      continue;
    }
    const source = link === "pipe" ? lastSimple(found.at(-1)?.statement) : found.length === 0 ? from : undefined;
    const last = found.pop();
    if (last) found.push({ ...last, link });
    found.push({ statement: readStatement(part, reader, source), link: "then" });
  }
  if (expected || place !== node.end) reader.doubt("a part of it is missing");
  return { ...NOTHING, parts: found };
}

/** The command at the end of a statement, whose output goes on. */
export function lastSimple(statement: Statement | undefined): Simple | undefined {
  if (statement?.kind === "simple") return statement;
  return statement?.kind === "block" ? lastSimple(statement.parts.at(-1)?.statement) : undefined;
}

function readNegated(node: Node, reader: Reader, from: Simple | undefined): Statement {
  const [sign, part, ...more] = partsOf(node);
  if (!sign || sign.type !== "!" || !part || more.length > 0) return unknown(node, reader);
  if (part.start === sign.end) reader.doubt("it is not certain what ! stands for");
  reader.gap(sign.end, part.start, false);
  return readStatement(part, reader, from);
}

/** What is read far enough to see what is in it, and no further. */
const SEEN: ReadonlyMap<string, RegExp> = new Map([
  ["function_definition", /^(?:function[ \t]+)?([\w-]+)[ \t]*(?:\([ \t]*\))?[ \t\n]*[{(]/],
  ["c_style_for_statement", /^for[ \t]*\(\([\w\s+\-*/%<>=!&|^~?:,;$]*\)\)[ \t]*;?[ \t\n]*do\s/],
  ["compound_statement", /^\(\([\w\s+\-*/%<>=!&|^~?:,$]*\)\)$/],
]);

const BODY = /^(?:compound_statement|subshell)$/;

/** A function in braces; its name and its body are all there is. */
function readDefinition(node: Node, reader: Reader): Definition | undefined {
  const body = partsOf(node).at(-1);
  const [head, name] = SEEN.get(node.type)!.exec(reader.raw(node)) ?? [];
  const isWhole = head !== undefined && body?.type === "compound_statement" && body.end === node.end;
  if (!isWhole || node.start + head.length - 1 !== body.start) return undefined;
  return { kind: "definition", name: name!, body: readStatement(body, reader) };
}

/** Sees what is in something that is not understood, and says that it is not. */
function unknown(node: Node, reader: Reader): Hidden {
  const name = node.type.replaceAll("_", " ");
  if (node.type === "ERROR" || node.missing) reader.doubt("it is not a complete line of shell");
  const last = partsOf(node).at(-1);
  const hasBody = node.type !== "function_definition" || (last?.end === node.end && BODY.test(last.type));
  if (!hasBody || !SEEN.get(node.type)?.test(reader.raw(node)))
    reader.doubt(`a part of it is not understood (${name})`);
  return { kind: "hidden", why: `it has a ${name}`, inner: statementsIn(node, reader) };
}

function statementsIn(node: Node, reader: Reader): readonly Statement[] {
  return partsOf(node).flatMap((part) => {
    if (STATEMENTS.has(part.type)) return [readStatement(part, reader)];
    if (part.type.endsWith("_substitution")) return [bracketed(part, reader)];
    return statementsIn(part, reader);
  });
}

const STATEMENTS: ReadonlySet<string> = new Set(
  [
    "command variable_assignments declaration_command unset_command redirected_statement list pipeline subshell",
    "negated_command compound_statement if_statement case_statement for_statement while_statement test_command",
    "function_definition c_style_for_statement",
  ].flatMap((line) => line.split(" ")),
);
