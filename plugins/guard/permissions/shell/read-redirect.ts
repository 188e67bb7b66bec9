import type { Node } from "./grammar.js";
import { readQuoted, readWord, readWords, wordOf, WORDS } from "./read-word.js";
import { partsOf, type Reader } from "./reader.js";
import type { Link, Redirect, Word } from "./script.js";

const REDIRECTS: ReadonlySet<string> = new Set(["file_redirect", "herestring_redirect", "heredoc_redirect"]);

export function isRedirect({ type }: Node): boolean {
  return REDIRECTS.has(type);
}

/** What a redirection says. */
export interface Found {
  readonly redirects: readonly Redirect[];
  /** Words of the command that stand behind it. */
  readonly words: readonly Word[];
  /** What the rest of a here-document's first line holds. */
  readonly rest: readonly { readonly link: Link; readonly node: Node }[];
}

const OPERATORS: ReadonlySet<string> = new Set([
  "<",
  ">",
  ">>",
  ">|",
  "&>",
  "&>>",
  ">&",
  "<&",
  "<>",
  ">&-",
  "<&-",
  "<<<",
]);

export function readRedirect(node: Node, reader: Reader): Found {
  return node.type === "heredoc_redirect" ? readHeredoc(node, reader) : readFile(node, reader);
}

function readFile(node: Node, reader: Reader): Found {
  const parts = [...partsOf(node)];
  const first = parts[0]?.type === "file_descriptor" ? parts.shift()! : undefined;
  const sign = parts.shift();
  const descriptor = first ? reader.raw(first) : "";
  const operator = sign ? reader.raw(sign) : "";
  // A number counts only when a word could begin before it and nothing stands behind it.
  const before = reader.text.slice(node.start - 1, node.start);
  const certain = first ? /^\d$/.test(descriptor) && /^[\s;&|()]?$/.test(before) : !/[\d}]/.test(before);
  if (!certain || !OPERATORS.has(operator) || (first && first.end !== sign!.start))
    reader.doubt("a redirection is not certain");
  let place = sign?.end ?? node.start;
  const words: Word[] = [];
  for (const [at, part] of parts.entries()) {
    reader.gap(place, part.start, false);
    if (!WORDS.has(part.type) || part.missing) reader.doubt("a redirection is not understood");
    if (at > 0 && reader.touch(place, part.start)) reader.doubt("two words of it touch");
    words.push(...(at === 0 ? [readWord(part, reader)] : readWords(part, reader)));
    place = part.end;
  }
  const [target, ...more] = operator.endsWith("-") ? [wordOf("-", []), ...words] : words;
  if (!target) reader.doubt("a redirection leads nowhere");
  if (operator.endsWith("&") && target && !/^(?:\d|-)$/.test(target.raw) && descriptor !== "")
    reader.doubt("a redirection is not certain");
  return { redirects: target ? [{ operator, descriptor, target }] : [], words: more, rest: [] };
}

const DELIMITER = /^(?:([A-Za-z_]\w*)|'([^'\n\\$`"]+)'|"([^"\n\\$`']+)"|\\([A-Za-z_]\w*))$/;
const NONE: readonly Node[] = [];

function readHeredoc(node: Node, reader: Reader): Found {
  const [sign, start, ...others] = partsOf(node);
  const last = others.at(-1);
  const found = start && DELIMITER.exec(reader.raw(start));
  if (!found || last?.type !== "heredoc_end" || !/^<<-?$/.test(sign?.type ?? "")) {
    reader.doubt("a here-document is not understood");
    return { redirects: [], words: [], rest: [] };
  }
  const literal = found[1] === undefined;
  const delimiter = found.slice(1).find((one) => one !== undefined)!;
  const { from, to, end } = bodyOf(reader.text, start.end, { delimiter, tabs: sign!.type === "<<-" });
  if (end !== last.end) reader.doubt("the end of a here-document is not certain");
  const body = others.find(({ type }) => type === "heredoc_body");
  const raw = reader.text.slice(from, to);
  const children = (body?.children ?? NONE).filter(({ type }) => type !== "heredoc_content");
  const pieces = literal
    ? [{ kind: "text", text: raw, quoted: true } as const]
    : readQuoted({ from, to, children, heredoc: true }, reader);
  const redirect: Redirect = {
    operator: sign!.type,
    descriptor: "",
    target: wordOf(delimiter, []),
    body: { ...wordOf(raw, pieces), raw },
  };
  const between = others.filter(({ type }) => type !== "heredoc_body" && type !== "heredoc_end");
  return restOf(between, { redirect, place: start.end, end: from - 1 }, reader);
}

/** What stands on the line of a here-document behind its beginning. */
function restOf(
  nodes: readonly Node[],
  { redirect, place, end }: { readonly redirect: Redirect; place: number; readonly end: number },
  reader: Reader,
): Found {
  const redirects = [redirect];
  const rest: { link: Link; node: Node }[] = [];
  const words: Word[] = [];
  let at = place;
  let link: Link | undefined;
  for (const node of nodes) {
    if (isRedirect(node) && rest.length === 0) {
      reader.gap(at, node.start, false);
      const found = readRedirect(node, reader);
      redirects.push(...found.redirects);
      words.push(...found.words);
      if (found.rest.length > 0) reader.doubt("a here-document is not understood");
    } else if (node.type === "&&" || node.type === "||") {
      reader.gap(at, node.start, false);
      link = node.type === "&&" ? "and" : "or";
    } else if (node.type === "pipeline" && node.children[0]?.type === "|" && node.children.length === 2) {
      const [sign, next] = node.children as [Node, Node];
      reader.gap(at, sign.start, false);
      reader.gap(sign.end, next.start, false);
      rest.push({ link: "pipe", node: next });
    } else if (link && rest.length === 0) {
      reader.gap(at, node.start, false);
      rest.push({ link, node });
      link = undefined;
    } else reader.doubt("the line of a here-document is not understood");
    at = node.end;
  }
  reader.gap(at, end, false);
  if (link) reader.doubt("a part of it is missing");
  return { redirects, words, rest };
}

interface Delimiter {
  readonly delimiter: string;
  /** Tabs before its lines do not count. */
  readonly tabs: boolean;
}

/** Where a here-document's text stands: from the line after `start` to the line that is its delimiter. */
function bodyOf(
  text: string,
  start: number,
  { delimiter, tabs }: Delimiter,
): { readonly from: number; readonly to: number; readonly end: number } {
  const feed = text.indexOf("\n", start);
  const from = feed < 0 ? text.length : feed + 1;
  for (let place = from; place < text.length;) {
    const next = text.indexOf("\n", place);
    const stop = next < 0 ? text.length : next;
    const line = text.slice(place, stop);
    if ((tabs ? line.replace(/^\t+/, "") : line) === delimiter) return { from, to: place, end: stop };
    place = stop + 1;
  }
  return { from, to: text.length, end: -1 };
}
