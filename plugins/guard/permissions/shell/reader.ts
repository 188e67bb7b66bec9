import type { Node } from "./grammar.js";
import type { Simple, Statement } from "./script.js";

/** What reading a line has at hand: the text, what was found in it, and why it is not certain. */
export class Reader {
  readonly text: string;
  /** Every simple command, in the order of the text. */
  readonly commands: Simple[] = [];
  #unclear: string | undefined;
  /** The text with spaces in place of comments, to look at what stands between nodes. */
  readonly #gaps: string;
  /** Reads the statements in a bracket; handed in, as words hold statements and statements hold words. */
  readonly inside: (node: Node, reader: Reader) => Statement;

  constructor(text: string, root: Node, inside: (node: Node, reader: Reader) => Statement) {
    this.text = text;
    this.inside = inside;
    let gaps = text;
    for (const { start, end } of commentsIn(root)) {
      const isComment =
        /^#[^\n]*$/.test(text.slice(start, end)) && /^(?:[ \t\n;&|()])?$/.test(text.slice(start - 1, start));
      if (!isComment || /^[^\n]/.test(text.slice(end))) this.doubt("a comment is not certain to be one");
      gaps = gaps.slice(0, start) + " ".repeat(end - start) + gaps.slice(end);
    }
    this.#gaps = gaps;
  }

  get unclear(): string | undefined {
    return this.#unclear;
  }

  doubt(why: string): void {
    this.#unclear ??= why;
  }

  raw({ start, end }: Node): string {
    return this.text.slice(start, end);
  }

  /** Nothing but blanks may stand between two parts, and line breaks where `lines` says so. */
  gap(from: number, to: number, lines: boolean): void {
    const between = this.#gaps.slice(from, to);
    const empty = lines ? /^(?:[ \t\n]|\\\n)*$/ : /^(?:[ \t]|\\\n)*$/;
    if (from > to || !empty.test(between)) this.doubt("a part of it is not understood");
  }

  /** Whether two parts are one word to a shell: nothing but a continued line stands between them. */
  touch(from: number, to: number): boolean {
    return this.#gaps.slice(from, to).replaceAll("\\\n", "") === "";
  }

  /** Whether a line ends between two parts. */
  breaks(from: number, to: number): boolean {
    return this.#gaps.slice(from, to).replaceAll("\\\n", "").includes("\n");
  }
}

function commentsIn(node: Node): readonly Node[] {
  if (node.type === "comment") return [node];
  return node.children.flatMap((child) => commentsIn(child));
}

/** A node's parts without comments. */
export function partsOf({ children }: Node): readonly Node[] {
  return children.filter(({ type }) => type !== "comment");
}
