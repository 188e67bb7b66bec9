import type { Node } from "./grammar.js";
import { seeInside } from "./read-expansion.js";
import { readWord, readWords, wordOf, WORDS } from "./read-word.js";
import { isRedirect, readRedirect, type Found } from "./read-redirect.js";
import { partsOf, type Reader } from "./reader.js";
import type { Assignment, Redirect, Simple, Statement, Word } from "./script.js";

/** Words that are no command but begin something else. `time` is left to be looked through. */
const RESERVED: ReadonlySet<string> = new Set(
  "if then elif else fi for while until do done case esac select function in coproc [[ ]] { } !".split(" "),
);

interface Draft {
  readonly assignments: Assignment[];
  readonly words: Word[];
  readonly redirects: Redirect[];
  /** Where its own text ends. */
  end: number;
}

/** A simple command, or assignments alone. */
export function readSimple(node: Node, reader: Reader, from: Simple | undefined): Simple {
  const draft: Draft = { assignments: [], words: [], redirects: [], end: node.start };
  const at = reserve(reader);
  const parts = node.type === "variable_assignment" ? [node] : partsOf(node);
  let place = node.start;
  for (const part of parts) {
    reader.gap(place, part.start, false);
    if (place !== node.start && !isRedirect(part) && reader.touch(place, part.start))
      reader.doubt("two words of it touch");
    readPart(part, reader, draft);
    place = part.end;
  }
  if (place !== node.end) reader.doubt("a part of it is not understood");
  return finish(node, draft, { reader, from, at });
}

/** Commands stand in the order in which they begin, before those that are in their words. */
function reserve({ commands }: Reader): number {
  return commands.push(PLACE_HOLDER) - 1;
}

const PLACE_HOLDER: Simple = { kind: "simple", text: "", assignments: [], words: [], redirects: [] };

function finish(
  { start }: Node,
  { assignments, words, redirects, end }: Draft,
  { reader, from, at }: { readonly reader: Reader; readonly from: Simple | undefined; readonly at: number },
): Simple {
  const text = reader.text.slice(start, end);
  const simple: Simple = { kind: "simple", text, assignments, words, redirects, ...(from && { from }) };
  reader.commands[at] = simple;
  const [head] = words;
  if (head) {
    if (head.dynamic || head.glob) reader.doubt("its command word is computed");
    if (RESERVED.has(head.raw)) reader.doubt(`the word ${head.raw} does not belong there`);
    if (head.text === "") reader.doubt("its command word is empty");
  }
  return simple;
}

function readPart(part: Node, reader: Reader, draft: Draft): void {
  if (part.missing) reader.doubt("a part of it is missing");
  if (isRedirect(part)) {
    take(readRedirect(part, reader), draft);
    return;
  }
  draft.end = part.end;
  if (part.type === "command_name") {
    const [inner, ...more] = part.children;
    if (!inner || more.length > 0) reader.doubt("its command word is not understood");
    else draft.words.push(...readWords(inner, reader));
  } else if (part.type === "variable_assignment") {
    if (draft.words.length > 0 && !DECLARING.has(draft.words[0]!.text))
      reader.doubt("an assignment is not where it belongs");
    readAssignment(part, reader, draft);
  } else if (WORDS.has(part.type) || part.type === "variable_name") draft.words.push(...readWords(part, reader));
  else if (!part.named && DECLARING.has(part.type)) draft.words.push(wordOf(part.type, [textPiece(part.type)]));
  else reader.doubt(`a word of it is not understood (${part.type})`);
}

const DECLARING: ReadonlySet<string> = new Set("export declare typeset local readonly unset unsetenv".split(" "));

const textPiece = (text: string): Word["pieces"][number] => ({ kind: "text", text, quoted: false });

/** Takes what a redirection says; words after its target belong to the command. */
function take({ redirects, words }: Found, draft: Pick<Draft, "redirects" | "words">): void {
  draft.redirects.push(...redirects);
  draft.words.push(...words);
}

function readAssignment(node: Node, reader: Reader, draft: Draft): void {
  const [name, sign, value, ...more] = partsOf(node);
  const known = name && /^[A-Za-z_]\w*$/.test(reader.raw(name)) && (sign?.type === "=" || sign?.type === "+=");
  if (known && value?.type === "array" && more.length === 0 && sign.end === value.start && name.end === sign.start) {
    const elements = readElements(value, reader);
    const raw = reader.raw(node);
    if (draft.words.length === 0 && !elements.some((word) => word.raw.startsWith("["))) {
      const text = wordOf(raw, [textPiece(raw)]);
      draft.assignments.push({ name: reader.raw(name), value: text, elements, more: sign.type === "+=" });
      return;
    }
    draft.assignments.push(hiddenArray(raw));
    return;
  }
  if (!known || more.length > 0 || (value && !WORDS.has(value.type))) {
    // An element of an array, or an array: what is in it can be seen, and what it means cannot be told.
    for (const part of partsOf(node)) {
      if (part.type !== "array") seeInside({ ...node, children: [part] }, reader);
      else readElements(part, reader);
    }
    draft.assignments.push(hiddenArray(reader.raw(node)));
    return;
  }
  if (name.end !== sign!.start || (value ? sign!.end !== value.start : sign!.end !== node.end)) {
    reader.doubt("an assignment is not certain to be one");
  }
  const read = value ? readWord(value, reader) : wordOf("", []);
  const assignment = { name: reader.raw(name), value: read, more: sign!.type === "+=" };
  if (draft.words.length > 0) draft.words.push(declared(assignment, reader.raw(node)));
  draft.assignments.push(assignment);
}

function hiddenArray(raw: string): Assignment {
  const hidden = { kind: "hidden", why: "it sets an array", raw, quoted: false } as const;
  return { name: "", value: wordOf(raw, [hidden]), more: false };
}

/** What is in an array can be seen, and nothing in it may be left out. */
function readElements(node: Node, reader: Reader): readonly Word[] {
  const found: Word[] = [];
  let place = node.start;
  for (const part of partsOf(node)) {
    reader.gap(place, part.start, true);
    if (WORDS.has(part.type)) found.push(...readWords(part, reader));
    else if (part.missing || !/^[()]$/.test(part.type)) reader.doubt("a part of an array is not understood");
    place = part.end;
  }
  if (place !== node.end) reader.doubt("a part of an array is not understood");
  return found;
}

/** `export A=b` hands the assignment to a command of the shell's own. */
function declared({ name, value, more }: Assignment, raw: string): Word {
  return wordOf(raw, [textPiece(`${name}${more ? "+" : ""}=`), ...value.pieces]);
}

/** A statement with redirections. They belong to its last command, or to the whole of what is in brackets. */
export function readRedirected(
  node: Node,
  reader: Reader,
  from: Simple | undefined,
  read: (node: Node, reader: Reader, from?: Simple) => Statement,
): Statement {
  const parts = node.type === "file_redirect" ? [node] : partsOf(node);
  const body = parts[0] && !isRedirect(parts[0]) ? parts[0] : undefined;
  let statement: Statement | undefined = body && read(body, reader, from);
  let place = body?.end ?? node.start;
  for (const part of body ? parts.slice(1) : parts) {
    if (!isRedirect(part)) {
      reader.doubt("a part of it is not understood");
      continue;
    }
    const lone = part.type === "heredoc_redirect" && /^[ \t]+-[ \t]+$/.test(reader.text.slice(place, part.start));
    if (!lone) reader.gap(place, part.start, false);
    const found = readRedirect(part, reader);
    // The grammar leaves out a word that is nothing but a dash before a here-document.
    const words = lone ? [wordOf("-", [textPiece("-")]), ...found.words] : found.words;
    statement = attached(statement, { ...found, words }, reader, from);
    for (const { link, node: rest } of found.rest) {
      const next = read(rest, reader, link === "pipe" ? lastOf(statement) : undefined);
      statement = {
        kind: "block",
        subshell: false,
        redirects: [],
        parts: [
          { statement, link },
          { statement: next, link: "then" },
        ],
      };
    }
    place = part.end;
  }
  if (place !== node.end || !statement) reader.doubt("a part of it is not understood");
  return statement ?? { kind: "hidden", why: "it is not understood", inner: [] };
}

function lastOf(statement: Statement): Simple | undefined {
  if (statement.kind === "simple") return statement;
  return statement.kind === "block" && statement.parts.length > 0
    ? lastOf(statement.parts.at(-1)!.statement)
    : undefined;
}

/** Gives a redirection to the command it follows. */
function attached(to: Statement | undefined, found: Found, reader: Reader, from: Simple | undefined): Statement {
  const { redirects, words } = found;
  if (!to || to.kind === "simple") {
    const base: Simple = to ?? { ...PLACE_HOLDER, ...(from && { from }) };
    const simple: Simple = {
      ...base,
      words: [...base.words, ...words],
      redirects: [...base.redirects, ...redirects],
      text: [base.text, ...words.map(({ raw }) => raw)].filter((one) => one !== "").join(" "),
    };
    const at = to ? reader.commands.indexOf(to) : -1;
    if (at < 0) reader.commands.push(simple);
    else reader.commands[at] = simple;
    return simple;
  }
  if (to.kind === "block" && !to.subshell && to.parts.length > 0 && !to.braced) {
    const last = to.parts.at(-1)!;
    return {
      ...to,
      parts: [...to.parts.slice(0, -1), { ...last, statement: attached(last.statement, found, reader, from) }],
    };
  }
  if (words.length > 0) reader.doubt("a word of it is not where it belongs");
  if (to.kind === "definition") {
    reader.doubt("a function has redirections of its own");
    return to;
  }
  reader.commands.push({ ...PLACE_HOLDER, redirects });
  if (to.kind === "test" || to.kind === "hidden") {
    return { kind: "block", parts: [{ statement: to, link: "then" }], subshell: true, redirects };
  }
  return { ...to, redirects: [...to.redirects, ...redirects] };
}
