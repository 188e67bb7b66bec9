/** A stretch of a text, the end not included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Puts `text` in the place of a stretch. Line breaks are written `\n`, whatever the file uses. */
export interface Edit extends Range {
  readonly text: string;
}

/** How a format writes comments: what may follow on a line, and what may stand between two tokens. Both sticky. */
export interface Comments {
  readonly onLine: RegExp;
  readonly between: RegExp;
}

export const HASH: Comments = { onLine: /[ \t]*(?:#[^\r\n]*)?/y, between: /(?:\s+|#[^\n]*)*/y };
export const SLASHES: Comments = {
  onLine: /[ \t]*(?:\/\*(?:(?!\*\/)[^\r\n])*\*\/[ \t]*)*(?:\/\/[^\r\n]*)?/y,
  between: /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y,
};

/** Applies edits that do not overlap; places are those of the text as given. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  let result = text;
  for (const edit of edits.toSorted((a, b) => b.from - a.from)) {
    result = result.slice(0, edit.from) + edit.text.replaceAll("\n", eol) + result.slice(edit.to);
  }
  return result;
}

/** Where the line of a place begins. */
function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** What stands before a place on its line, when that is only space; undefined otherwise. */
export function indentBefore(text: string, at: number): string | undefined {
  const before = text.slice(lineStart(text, at), at);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/** Where the line ends, when only space and comments follow the place; undefined otherwise. The break is not part of it. */
export function restOfLine(text: string, at: number, { onLine }: Comments): number | undefined {
  const end = at + match(onLine, text, at);
  return end === text.length || text[end] === "\n" || text.startsWith("\r\n", end) ? end : undefined;
}

/** The next place that is neither space nor comment. */
export function nextToken(text: string, at: number, { between }: Comments): number {
  return at + match(between, text, at);
}

/** The place after the line break at `at`, or `at` where the text ends. */
function afterBreak(text: string, at: number): number {
  if (text.startsWith("\r\n", at)) return at + 2;
  return text[at] === "\n" ? at + 1 : at;
}

/** The whole lines of a stretch. At the end of a text without a final line break, the break before it goes as well. */
export function wholeLines(text: string, from: number, end: number): Range {
  const start = lineStart(text, from);
  const to = afterBreak(text, end);
  if (to > end || start === 0) return { from: start, to };
  return { from: text.startsWith("\r\n", start - 2) ? start - 2 : start - 1, to };
}

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
