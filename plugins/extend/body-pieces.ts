import type { Fill } from "./fill-body.js";

/** A part of a body: text that is done, a command whose output belongs there, or a file. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | ShellPiece
  | {
      readonly kind: "file";
      readonly path: string;
      /** The mention as it stands in the text. */
      readonly text: string;
      /** Whether the content stands in the mention's place or below the body. */
      readonly place: "here" | "below";
    };

export interface ShellPiece {
  readonly kind: "shell";
  readonly command: string;
  /** The place in the body as its author wrote it. */
  readonly pattern: string;
  /** What stands for a command that fails is its output; otherwise the whole body is given up. */
  readonly lenient?: boolean;
}

/**
 * A command in backticks, a code span, or a file; commands and files only at the start of a line or after a blank. Of
 * backticks only runs of up to 20 open a code span: each length that is never closed searches the whole line once.
 */
const INLINE =
  /(?<=^|\s)!`([^`\n]+)`|(?<!`)(`{1,20})(?!`)[^\n]*?[^`\n]\2(?!`)|(?<=^|\s)@(?:"([^"\n]+)"|((?:\$\{[\w.]+\}|[^\s`"'<>(){}[\],;|])+))/g;

const FENCE = /^[ \t]*(`{3,}|~{3,})(.*)$/;

/**
 * Cuts a Markdown body into pieces: `` !`command` ``, blocks opened with ` ```! `, and `@file` outside of code. They are
 * looked for in the body as it is written and never in what `fill` puts into it.
 */
export function markdownPieces(body: string, fill: Fill): readonly Piece[] {
  const cutter = new Cutter(fill);
  const lines = body.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const open = FENCE.exec(lines[at]!);
    if (!open) {
      cutter.line(lines[at]!, at < lines.length - 1, true);
      continue;
    }
    const end = closing(lines, at, open[1]!);
    const inner = lines.slice(at + 1, end);
    if (open[2]!.startsWith("!") && end < lines.length) {
      cutter.shell(inner.join("\n"), lines.slice(at, end + 1).join("\n"));
      if (end < lines.length - 1) cutter.text("\n");
    } else {
      for (let line = at; line <= Math.min(end, lines.length - 1); line++) {
        cutter.line(lines[line]!, line < lines.length - 1, false);
      }
    }
    at = end;
  }
  return cutter.pieces;
}

function closing(lines: readonly string[], open: number, mark: string): number {
  for (let at = open + 1; at < lines.length; at++) {
    const text = lines[at]!.trim();
    if (text.startsWith(mark) && text === mark[0]!.repeat(text.length)) return at;
  }
  return lines.length;
}

class Cutter {
  readonly pieces: Piece[] = [];
  readonly #fill: Fill;

  constructor(fill: Fill) {
    this.#fill = fill;
  }

  text(raw: string): void {
    if (raw !== "") this.pieces.push({ kind: "text", text: this.#fill(raw) });
  }

  shell(raw: string, pattern: string): void {
    this.pieces.push({ kind: "shell", command: this.#fill(raw), pattern });
  }

  /** One line; files are left alone inside of code. */
  line(line: string, broken: boolean, files: boolean): void {
    let from = 0;
    for (const found of line.matchAll(INLINE)) {
      const [whole, command, span, quoted, bare] = found;
      if (span !== undefined || (command === undefined && !files)) continue;
      const path = quoted ?? bare?.replace(/[.,:;!?]+$/, "");
      if (path === "") continue;
      this.text(line.slice(from, found.index));
      if (command !== undefined) this.shell(command, whole);
      else this.#mention(path!, quoted === undefined ? `@${path!}` : whole);
      from = found.index + (command === undefined && quoted === undefined ? path!.length + 1 : whole.length);
    }
    this.text(line.slice(from) + (broken ? "\n" : ""));
  }

  #mention(path: string, whole: string): void {
    this.pieces.push({ kind: "file", path: this.#fill(path), text: this.#fill(whole), place: "below" });
  }
}
