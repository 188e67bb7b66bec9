import { linesOf } from "../markdown.js";

/** One sentence of a guidelines file. */
export interface Statement {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Markdown without emphasis and links; code spans keep their backticks. */
  readonly text: string;
  /** What its headings say, the outermost first. */
  readonly headings: readonly string[];
}

interface Block {
  readonly line: number;
  readonly indent: number;
  readonly isItem: boolean;
  readonly headings: readonly string[];
  text: string;
  /** Where each source line begins in `text`. */
  readonly starts: { readonly at: number; readonly line: number }[];
}

const ITEM = /^(\s*)(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(.*)$/;
/** Whoever writes this behind a sentence wants it left alone. */
const UNCHECKED = /^.?\s*<!--\s*(?:nacre:\s*)?unchecked\s*-->/i;

/** Nobody writes a rule that is longer than this; a paragraph that is longer is none of guidelines. */
const LONGEST_SENTENCE = 1_000;
const LONGEST_BLOCK = 20_000;
const MOST = 20_000;

/** The sentences of a Markdown text. Code blocks and comments hold none. */
export function statementsOf(file: string, text: string): readonly Statement[] {
  const statements: Statement[] = [];
  let lead: { readonly indent: number; readonly text: string } | undefined;
  for (const block of blocksOf(text)) {
    if (lead && (!block.isItem || block.indent < lead.indent)) lead = undefined;
    if (block.text.length > LONGEST_BLOCK) continue;
    const plain = unmarked(block.text);
    if (/:\s*$/.test(plain)) {
      const own = plain.replace(/\s*:\s*$/, "");
      lead = { indent: block.isItem ? block.indent + 1 : 0, text: lead ? `${lead.text} ${own}` : own };
      continue;
    }
    for (const { at, end } of sentencesOf(block.text)) {
      if (end - at > LONGEST_SENTENCE || statements.length >= MOST) continue;
      const sentence = unmarked(block.text.slice(at, end)).trim();
      if (sentence === "" || UNCHECKED.test(block.text.slice(end, end + 60))) continue;
      const line = block.starts.findLast((start) => start.at <= at)!.line;
      statements.push({ file, line, text: lead ? `${lead.text} ${sentence}` : sentence, headings: block.headings });
    }
  }
  return statements;
}

function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let headings: readonly string[] = [];
  let open: Block | undefined;
  const begin = (line: number, row: string, indent: number, isItem: boolean): void => {
    open = { line, indent, isItem, headings, text: row, starts: [{ at: 0, line }] };
    blocks.push(open);
  };
  const front = frontMatterEnd(text);
  for (const [place, { text: row, kind }] of linesOf(text).entries()) {
    const line = place + 1;
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(row);
    if (kind !== "text" || row.trim() === "" || line <= front || /^\s*(?:[-*_]\s*){3,}$/.test(row)) open = undefined;
    else if (heading) {
      headings = [...headings.slice(0, heading[1]!.length - 1), unmarked(heading[2]!)];
      open = undefined;
    } else {
      const item = ITEM.exec(row);
      if (item) begin(line, item[2]!, item[1]!.length, true);
      else if (/^\s*\|/.test(row)) begin(line, row.replaceAll("|", " ").trim(), 0, false);
      else if (open) {
        open.starts.push({ at: open.text.length + 1, line });
        open.text += ` ${row.trim()}`;
      } else begin(line, row.trim().replace(/^>\s*/, ""), 0, false);
    }
  }
  return blocks;
}

function frontMatterEnd(text: string): number {
  if (!/^---\r?\n/.test(text)) return 0;
  const rows = text.split(/\r?\n/);
  return rows.indexOf("---", 1) + 1;
}

const ABBREVIATION = /\b(?:e\.g|i\.e|etc|vs|cf|approx|no|fig|incl)$/i;

/** Cuts at full stops and semicolons outside of code and brackets. */
function* sentencesOf(text: string): Generator<{ readonly at: number; readonly end: number }> {
  let at = 0;
  let ticks = false;
  let depth = 0;
  for (let place = 0; place < text.length; place++) {
    const character = text[place]!;
    if (character === "`") ticks = !ticks;
    else if (!ticks && character === "(") depth++;
    else if (!ticks && character === ")") depth = Math.max(0, depth - 1);
    const ends =
      character === ";" || (/[.!?]/.test(character) && /^[*_"')\]]*(?:\s|$)/.test(text.slice(place + 1, place + 6)));
    if (!ends || ticks || depth > 0 || ABBREVIATION.test(text.slice(Math.max(0, place - 8), place))) continue;
    yield { at, end: place };
    at = place + 1;
    while (text[at] === " ") at++;
  }
  if (at < text.length) yield { at, end: text.length };
}

/** Takes emphasis, links and inline comments out; code spans stay as they are. */
function unmarked(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, place) =>
      place % 2 === 1
        ? part
        : part
            .replace(/<!--.*?-->/g, "")
            .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
            .replace(/\*\*|__|~~|(?<![\w*])\*(?=\w)|(?<=\w)\*(?![\w*])/g, ""),
    )
    .join("");
}
