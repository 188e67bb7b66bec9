/** A piece of a text, from and to. */
type Span = readonly [number, number];

/** A text after its replacements. */
export interface Replaced {
  readonly text: string;
  /** The line of each place that was found, 1-based, also where nothing was replaced. */
  readonly lines: readonly number[];
}

/**
 * Replaces all occurrences of a piece. Line breaks in it fit both kinds in the text, and those of the replacement
 * become the kind that is used around there; only the part that really differs is touched.
 */
export function replaceIn(text: string, old: string, replacement: string): Replaced {
  const named = old.includes("\r");
  const exact = named || !old.includes("\n") || !text.includes("\r\n") ? spansOf(text, old) : [];
  if (exact.length > 0 && (named || replacement.includes("\r"))) return splice(text, exact, () => replacement);
  const [plainOld, plainNew] = named ? [plain(old), plain(replacement)] : [old, replacement];
  const spans = exact.length > 0 ? exact : looseSpansOf(text, plainOld);
  if (plainNew.includes("\r")) return splice(text, spans, () => plainNew);
  const change = changeOf(plainOld, plainNew);
  return splice(text, spans, (span) => fitted(text, span, change));
}

function plain(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function spansOf(text: string, piece: string): readonly Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(piece); at !== -1; at = text.indexOf(piece, at + piece.length)) {
    spans.push([at, at + piece.length]);
  }
  return spans;
}

/** Where a piece with plain line breaks stands in a text with breaks of both kinds. */
function looseSpansOf(text: string, piece: string): readonly Span[] {
  const lines = piece.split("\n");
  const longest = lines.reduce((best, line, place) => (line.length > lines[best]!.length ? place : best), 0);
  const anchor = lines[longest] === "" ? "\n" : lines[longest]!;
  const spans: Span[] = [];
  for (let at = text.indexOf(anchor); at !== -1; at = text.indexOf(anchor, at + 1)) {
    const start = anchor === "\n" ? beforeBreak(text, at) : startOf(text, at, lines.slice(0, longest));
    const end = anchor === "\n" ? endOf(text, start, lines) : endOf(text, at, lines.slice(longest));
    if (start !== -1 && end !== -1 && start >= (spans.at(-1)?.[1] ?? 0)) spans.push([start, end]);
  }
  return spans;
}

/** Where the break begins that ends with the line feed at a place. */
function beforeBreak(text: string, feed: number): number {
  return text[feed - 1] === "\r" ? feed - 1 : feed;
}

/** Where lines begin that end just before a place, each with its break; -1 when they do not. */
function startOf(text: string, place: number, lines: readonly string[]): number {
  let at = place;
  for (const line of lines.toReversed()) {
    if (text[at - 1] !== "\n") return -1;
    at = beforeBreak(text, at - 1) - line.length;
    if (at < 0 || !text.startsWith(line, at)) return -1;
  }
  return at;
}

/** Where lines end that begin at a place, with a break between two of them; -1 when they do not. */
function endOf(text: string, place: number, lines: readonly string[]): number {
  let at = place;
  for (const [index, line] of lines.entries()) {
    if (index > 0) {
      if (text.startsWith("\r\n", at)) at += 2;
      else if (text[at] === "\n") at += 1;
      else return -1;
    }
    if (!text.startsWith(line, at)) return -1;
    at += line.length;
  }
  return at;
}

/** A replacement without the ends that stay: from and to where, in a text with plain line breaks, and by what. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly middle: string;
}

function changeOf(old: string, replacement: string): Change {
  const from = commonStart(old, replacement);
  const tail = commonEnd(old.slice(from), replacement.slice(from));
  return { from, to: old.length - tail, middle: replacement.slice(from, replacement.length - tail) };
}

/** The new text of one place: its unchanged ends as they are, the rest with the line breaks that are used there. */
function fitted(text: string, [start, end]: Span, { from, to, middle }: Change): string {
  const current = text.slice(start, end);
  const crlf = middle.includes("\n") && breakAround(text, start, end) === "\r\n";
  const fit = crlf ? middle.replaceAll("\n", "\r\n") : middle;
  return current.slice(0, inOriginal(current, from)) + fit + current.slice(inOriginal(current, to));
}

/** A place in a text with plain line breaks as a place in the original, where CR LF is one character longer. */
function inOriginal(text: string, place: number): number {
  let original = place;
  for (let at = text.indexOf("\r\n"); at !== -1 && at < original; at = text.indexOf("\r\n", at + 2)) original++;
  return original;
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

function commonEnd(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[one.length - 1 - length] === other[other.length - 1 - length]) length++;
  return length;
}

/** The line break that prevails in a piece; of one that has none, the last before it, or else the first after it. */
function breakAround(text: string, start: number, end: number): string {
  const breaks = text.slice(start, end).match(/\r?\n/g) ?? [];
  const crlf = breaks.filter((one) => one.length === 2).length;
  if (breaks.length > 0) return crlf * 2 >= breaks.length ? "\r\n" : "\n";
  const before = start === 0 ? -1 : text.lastIndexOf("\n", start - 1);
  const near = before === -1 ? text.indexOf("\n", end) : before;
  return near > 0 && text[near - 1] === "\r" ? "\r\n" : "\n";
}

function splice(text: string, spans: readonly Span[], make: (span: Span) => string): Replaced {
  let result = "";
  let done = 0;
  let line = 1;
  const lines: number[] = [];
  for (const span of spans) {
    for (let at = text.indexOf("\n", done); at !== -1 && at < span[0]; at = text.indexOf("\n", at + 1)) line++;
    lines.push(line);
    result += text.slice(done, span[0]) + make(span);
    for (let at = text.indexOf("\n", span[0]); at !== -1 && at < span[1]; at = text.indexOf("\n", at + 1)) line++;
    done = span[1];
  }
  return { text: result + text.slice(done), lines };
}
