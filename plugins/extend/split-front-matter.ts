/** A text cut into front matter and body. Lines count from 1. */
export interface Cut {
  /** What stands between the fences; undefined where a text has no front matter. */
  readonly block?: string;
  /** Line of the block's first line. */
  readonly blockLine: number;
  readonly body: string;
  readonly bodyLine: number;
  /** The word behind the opening fence, such as `js`. */
  readonly language?: string;
  /** There is no closing fence. */
  readonly open?: boolean;
  /** The whole text stood in a Markdown code fence. */
  readonly fenced?: boolean;
}

const OPENING = /^(?:[ \t]*\n)*---[ \t]*([A-Za-z]\w*)?[ \t]*(?:\n|$)/;
const CLOSING = /^---[ \t]*$/m;
const CODE_FENCE = /^(?:[ \t]*\n)*(`{3,}|~{3,})[ \t]*(?:markdown|md|mdx|yaml)?[ \t]*\n(?=---[ \t]*\n)/i;

/**
 * Cuts off the front matter. Takes what is found in the wild: a byte order mark, Windows line ends, empty lines before
 * the fence, a whole file inside of a code fence, no closing fence.
 */
export function cut(given: string): Cut {
  const text = (given.startsWith("\uFEFF") ? given.slice(1) : given).replaceAll("\r\n", "\n");
  const fence = CODE_FENCE.exec(text);
  if (!fence) return cutPlain(text);
  const inner = text.slice(fence[0].length).trimEnd();
  const without = inner.endsWith(`\n${fence[1]}`) ? inner.slice(0, -fence[1]!.length) : inner;
  return { ...cutPlain(without, linesIn(fence[0])), fenced: true };
}

function cutPlain(text: string, before = 0): Cut {
  const opening = OPENING.exec(text);
  if (!opening) return { blockLine: 1 + before, body: text, bodyLine: 1 + before };
  const start = opening[0].length;
  const blockLine = 1 + before + linesIn(opening[0]);
  const language = opening[1] !== undefined && { language: opening[1] };
  const closing = CLOSING.exec(text.slice(start));
  if (!closing) return { ...cutOpen(text, start, blockLine), ...language };
  const end = start + closing.index + closing[0].length;
  const block = text.slice(start, start + closing.index);
  const body = text.slice(end + 1);
  return { block, blockLine, body, bodyLine: blockLine + linesIn(block) + 1, ...language };
}

/** Without a closing fence the first paragraph is taken for the front matter, where it looks like one. */
function cutOpen(text: string, start: number, blockLine: number): Cut {
  const rest = text.slice(start);
  const gap = rest.search(/\n[ \t]*(?:\n|$)/);
  const block = gap < 0 ? rest : rest.slice(0, gap + 1);
  if (!/^[\w-]+:(?:\s|$)/.test(block)) return { blockLine: 1, body: text, bodyLine: blockLine - 1 };
  return { block, blockLine, body: rest.slice(block.length), bodyLine: blockLine + linesIn(block), open: true };
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
