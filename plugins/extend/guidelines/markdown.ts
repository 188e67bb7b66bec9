/** One line of a Markdown file. */
export interface Line {
  readonly text: string;
  /** "fence": code and the fences around it. "comment": a comment that is a block of its own. */
  readonly kind: "text" | "fence" | "comment";
}

const FENCE = /^ {0,3}(?:[-*+] +|\d+[.)] +)?\s*(`{3,}|~{3,})/;
const OPENING = /^ {0,3}<!--/;

/** Tells for each line whether it is text, code in a fence, or a comment between blocks. */
export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let fence: string | undefined;
  let comment = false;
  const rows = text.split(/\r?\n/);
  const lastEnd = rows.findLastIndex((row) => row.includes("-->"));
  for (const [place, row] of rows.entries()) {
    if (fence !== undefined) {
      lines.push({ text: row, kind: "fence" });
      const closing = /^\s*(`{3,}|~{3,})\s*$/.exec(row)?.[1];
      if (closing?.startsWith(fence)) fence = undefined;
      continue;
    }
    // A comment without an end is text.
    const opens: boolean =
      !comment && OPENING.test(row) && (place < lastEnd || row.includes("-->", row.indexOf("<!--") + 4));
    if (comment || opens) {
      lines.push({ text: row, kind: "comment" });
      comment = !row.includes("-->", opens ? row.indexOf("<!--") + 4 : 0);
      continue;
    }
    fence = FENCE.exec(row)?.[1];
    lines.push({ text: row, kind: fence === undefined ? "text" : "fence" });
  }
  return lines;
}

/** The text without comments that are blocks of their own. What stands behind their end on the line goes with them. */
export function withoutComments(text: string): string {
  if (!text.includes("<!--")) return text;
  return linesOf(text)
    .filter(({ kind }) => kind !== "comment")
    .map((line) => line.text)
    .join("\n");
}

/** A piece of code within a line, without its backticks. */
export interface Span {
  readonly text: string;
  /** Where the opening backtick stands, and where what follows the closing one begins. */
  readonly start: number;
  readonly end: number;
}

/** The code spans of a line: each from some backticks to the next equally many. */
function spansOf(line: string): readonly Span[] {
  const runs = [...line.matchAll(/`+/g)].map(({ index, 0: ticks }) => ({ at: index, length: ticks.length }));
  const next = new Map<number, number>();
  const partner = runs.map(() => -1);
  for (let place = runs.length - 1; place >= 0; place--) {
    partner[place] = next.get(runs[place]!.length) ?? -1;
    next.set(runs[place]!.length, place);
  }
  const spans: Span[] = [];
  for (let place = 0; place < runs.length; place++) {
    const closing = runs[partner[place]!];
    if (!closing) continue;
    const { at: start, length } = runs[place]!;
    spans.push({ text: line.slice(start + length, closing.at).trim(), start, end: closing.at + length });
    place = partner[place]!;
  }
  return spans;
}

/** The line with its code spans made blank; everything else keeps its column. */
export function withoutSpans(line: string): string {
  let plain = "";
  let from = 0;
  for (const { start, end } of spansOf(line)) {
    plain += line.slice(from, start) + " ".repeat(end - start);
    from = end;
  }
  return plain + line.slice(from);
}
