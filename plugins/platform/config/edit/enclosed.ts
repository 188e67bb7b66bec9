import {
  applyEdits,
  indentBefore,
  nextToken,
  restOfLine,
  wholeLines,
  type Comments,
  type Edit,
  type Range,
} from "./text-edit.js";

/** Items between brackets, separated by commas. The range includes both brackets. */
export interface Enclosed extends Range {
  readonly items: readonly Range[];
}

/** What the item looks like as the only one, with all that stands between it and the brackets. */
export interface Lone {
  readonly before: string;
  readonly after: string;
}

/** Adds an item as the last one, on a line of its own where the last one has a line of its own. */
export function appendItem(text: string, list: Enclosed, item: string, { lone, comments }: Layout): string {
  const last = list.items.at(-1);
  if (!last) return applyEdits(text, [firstItem(text, list, item, { lone, comments })]);
  const indent = indentBefore(text, last.from);
  const comma = commaAfter(text, last, comments);
  const end = restOfLine(text, comma ?? last.to, comments);
  if (indent === undefined || end === undefined) return insert(text, last.to, `, ${item}`);
  const line = `\n${indent}${item}`;
  if (comma !== undefined) return insert(text, end, `${line},`);
  if (end === last.to) return insert(text, end, `,${line}`);
  return applyEdits(text, [
    { from: last.to, to: last.to, text: "," },
    { from: end, to: end, text: line },
  ]);
}

export interface Layout {
  readonly lone: Lone;
  readonly comments: Comments;
}

/** Takes an item out, with its comma and, where it has them to itself, its lines. */
export function removeItem(text: string, list: Enclosed, place: number, comments: Comments): string {
  const item = list.items[place]!;
  const next = list.items[place + 1];
  const before = list.items[place - 1];
  const comma = commaAfter(text, item, comments);
  const end = restOfLine(text, comma ?? item.to, comments);
  if (end !== undefined && indentBefore(text, item.from) !== undefined) {
    const lines = { ...wholeLines(text, item.from, end), text: "" };
    if (comma !== undefined || !before) return applyEdits(text, [lines]);
    const left = commaAfter(text, before, comments);
    return applyEdits(text, left === undefined ? [lines] : [lines, { from: left - 1, to: left, text: "" }]);
  }
  if (next && comma !== undefined) {
    const clear = /^\s*$/.test(text.slice(comma, next.from));
    return applyEdits(text, [{ from: item.from, to: clear ? next.from : comma, text: "" }]);
  }
  if (before) {
    const clear = /^[\s,]*$/.test(text.slice(before.to, item.from));
    const left = commaAfter(text, before, comments) ?? item.from;
    if (clear) return applyEdits(text, [{ from: before.to, to: item.to, text: "" }]);
    return applyEdits(text, [
      { from: left - 1, to: left, text: "" },
      { from: item.from, to: item.to, text: "" },
    ]);
  }
  const to = comma ?? item.to;
  const alone = /^\s*$/.test(text.slice(list.from + 1, item.from) + text.slice(to, list.to - 1));
  return applyEdits(text, [
    alone ? { from: list.from + 1, to: list.to - 1, text: "" } : { from: item.from, to, text: "" },
  ]);
}

function firstItem(text: string, list: Enclosed, item: string, { lone, comments }: Layout): Edit {
  const close = list.to - 1;
  if (nextToken(text, list.from + 1, comments) === close && /^\s*$/.test(text.slice(list.from + 1, close))) {
    return { from: list.from + 1, to: close, text: `${lone.before}${item}${lone.after}` };
  }
  // There are comments inside: the item goes below them.
  const indent = indentBefore(text, close);
  if (indent === undefined) return { from: close, to: close, text: `${item} ` };
  return { from: close - indent.length, to: close, text: `${indent}  ${item}\n${indent}` };
}

/** The place after the comma that follows an item, if one does. */
function commaAfter(text: string, item: Range, comments: Comments): number | undefined {
  const at = nextToken(text, item.to, comments);
  return text[at] === "," ? at + 1 : undefined;
}

function insert(text: string, at: number, added: string): string {
  return applyEdits(text, [{ from: at, to: at, text: added }]);
}
