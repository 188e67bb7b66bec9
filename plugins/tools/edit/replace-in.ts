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
  const exact = spansOf(text, old);
  const mixed = text.includes("\r\n");
  if (!mixed && exact.length > 0) return splice(text, exact, () => replacement);
  const literal = old.includes("\r");
  if (literal && exact.length > 0) return splice(text, exact, () => replacement);
  const [plainOld, plainNew] = literal ? [plain(old), plain(replacement)] : [old, replacement];
  const spans = mixed ? inOriginal(text, spansOf(plain(text), plainOld)) : spansOf(text, plainOld);
  if (plainNew.includes("\r")) return splice(text, spans, () => plainNew);
  return splice(text, spans, (span) => fitted(text, span, { old: plainOld, replacement: plainNew }));
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

/** Places in the plain text as places in the original, where each CR LF is one character longer. */
function inOriginal(text: string, spans: readonly Span[]): readonly Span[] {
  let original = 0;
  let plain = 0;
  const moveTo = (place: number): number => {
    for (;;) {
      const next = text.indexOf("\r\n", original);
      const atBreak = plain + next - original;
      if (next === -1 || atBreak >= place) return original + place - plain;
      original = next + 2;
      plain = atBreak + 1;
    }
  };
  return spans.map(([start, end]) => [moveTo(start), moveTo(end)]);
}

/** The new text of one place: its unchanged ends as they are, the rest with the line breaks that are used there. */
function fitted(text: string, [start, end]: Span, { old, replacement }: { old: string; replacement: string }): string {
  const current = text.slice(start, end);
  const head = commonStart(old, replacement);
  const tail = commonEnd(old.slice(head), replacement.slice(head));
  const [[headEnd], [tailStart]] = inOriginal(current, [
    [head, head],
    [old.length - tail, old.length - tail],
  ]) as [Span, Span];
  const middle = replacement.slice(head, replacement.length - tail);
  const fit =
    middle.includes("\n") && breakAround(text, start, end) === "\r\n" ? middle.replaceAll("\n", "\r\n") : middle;
  return current.slice(0, headEnd) + fit + current.slice(tailStart);
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
