import { printable } from "../../schemas/printable.js";

export interface TableOptions {
  /** Titles, in the first line. */
  readonly head?: readonly string[];
  /** Places of columns that hold numbers. */
  readonly right?: readonly number[];
  /** Put before every line. */
  readonly indent?: string;
}

/** Lines with aligned columns, two spaces between them, none at the end. Foreign text in cells is made safe. */
export function table(rows: readonly (readonly string[])[], { head, right, indent = "" }: TableOptions = {}): string {
  const all = [...(head ? [head] : []), ...rows].map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of all) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return all
    .map((row) => {
      const cells = row.map((cell, at) =>
        right?.includes(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      );
      return `${indent}${cells.join("  ")}`.trimEnd() + "\n";
    })
    .join("");
}

/** Breaks text into lines of at most so many characters, between words. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).split(/ +/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
