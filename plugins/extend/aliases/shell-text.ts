import type { Name } from "./language/syntax.js";

/** How the shell reads the place where a value is put. */
export type Quoting = "bare" | "single" | "double";

/** Why no value can be put somewhere. */
export type Hard = { readonly hard: string };

type Frame = "'" | '"' | "$'" | "$(" | "${" | "`" | "#";

const NAMES: Readonly<Record<string, string>> = {
  "$'": "$'...'",
  "$(": "$(...)",
  "${": "${...}",
  "`": "`...`",
  "#": "a comment",
};

/**
 * Follows a command through the shell's quotes, as far as that is certain: substitutions are skipped, and after what
 * cannot be skipped with certainty (here-documents, arithmetic, `case` in a substitution) no place is certain any more.
 */
export class ShellText {
  readonly #frames: Frame[] = [];
  /** What made the rest uncertain. */
  #lost: string | undefined;
  /** Parentheses inside of each `$(`. */
  readonly #depths: number[] = [];
  #before = "";
  #escaped = false;

  /** Reads a piece of the command. */
  take(text: string): void {
    for (let at = 0; at < text.length && this.#lost === undefined;) at += this.#step(text, at);
  }

  /** How a value that comes next is to be quoted. */
  place(): Quoting | Hard {
    if (this.#lost !== undefined) return { hard: `after ${this.#lost}` };
    const hard = this.#frames.find((frame) => frame !== "'" && frame !== '"');
    if (hard) return { hard: hard === "#" ? "in a comment" : `inside of ${NAMES[hard]}` };
    if (this.#escaped) return { hard: "after a backslash" };
    const frame = this.#frames.at(-1);
    if (!frame && this.#before === "$") return { hard: 'after "$"' };
    return frame === "'" ? "single" : frame === '"' ? "double" : "bare";
  }

  /** A value was put in: the word goes on. */
  passed(): void {
    this.#before = "x";
  }

  /** Takes what begins at one place; answers with how many characters that was. */
  #step(text: string, at: number): number {
    const sign = text[at]!;
    const before = this.#before;
    this.#before = sign;
    if (this.#escaped) {
      this.#escaped = false;
      this.#before = "x";
      return 1;
    }
    const frame = this.#frames.at(-1);
    if (frame === "'") return this.#until("'", sign);
    if (frame === "#") return this.#until("\n", sign);
    if (sign === "\\") {
      this.#escaped = true;
      return 1;
    }
    if (frame === "$'") return this.#until("'", sign);
    if (frame === "`") return this.#until("`", sign);
    if (frame === "${") return this.#brace(sign);
    if (sign === '"') return frame === '"' ? this.#close() : this.#open('"');
    if (sign === "`") return this.#open("`");
    if (sign === "$") return this.#dollar(text.slice(at, at + 3), frame);
    return frame === '"' ? 1 : this.#plain(text, at, before);
  }

  #dollar(three: string, frame: Frame | undefined): number {
    const two = three.slice(0, 2);
    if (three === "$((" || two === "$[") return this.#lose("arithmetic");
    if (two === "$(" || two === "${" || (two === "$'" && frame !== '"')) {
      if (two === "$(") this.#depths.push(0);
      this.#frames.push(two);
      this.#before = "(";
      return 2;
    }
    return 1;
  }

  /** What stands outside of quotes. */
  #plain(text: string, at: number, before: string): number {
    const sign = text[at]!;
    const two = text.slice(at, at + 2);
    if (sign === "'") return this.#open("'");
    if (text.startsWith("<<<", at)) return 3;
    if (two === "<<") return this.#lose("a here-document");
    if (two === "((") return this.#lose("arithmetic");
    if (two === "<(" || two === ">(") return this.#lose("a process substitution");
    if (sign === "#" && /^[\s;&|()]?$/.test(before)) return this.#open("#");
    if (this.#frames.at(-1) !== "$(") return 1;
    if (/^case\b/.test(text.slice(at, at + 5)) && !/\w/.test(before)) return this.#lose("case in a substitution");
    const depth = this.#depths.length - 1;
    if (sign === "(") this.#depths[depth]!++;
    if (sign === ")" && this.#depths[depth]!-- === 0) {
      this.#depths.pop();
      return this.#close();
    }
    return 1;
  }

  /** Quotes inside of `${...}` mean different things in different shells. */
  #brace(sign: string): number {
    if (sign === "}") return this.#close();
    return /["'`\\${]/.test(sign) ? this.#lose("quotes inside of ${...}") : 1;
  }

  #until(end: string, sign: string): number {
    return sign === end ? this.#close() : 1;
  }

  #open(frame: Frame): number {
    if (this.#frames.length > 100) return this.#lose("too many quotes in each other");
    this.#frames.push(frame);
    return 1;
  }

  #close(): number {
    if (this.#frames.pop() !== "#") this.#before = "x";
    return 1;
  }

  #lose(what: string): number {
    this.#lost = what;
    return 1;
  }
}

/** The first place in a command where no value can be put, and why. */
export function unquotable(
  parts: readonly (string | Name)[],
): { readonly name: Name; readonly why: string } | undefined {
  const shell = new ShellText();
  for (const part of parts) {
    if (typeof part === "string") {
      shell.take(part);
      continue;
    }
    const place = shell.place();
    if (typeof place === "object") return { name: part, why: place.hard };
    shell.passed();
  }
  return undefined;
}

/**
 * Puts values into a command so that the shell reads each as it is: as one word, or as several where it is a list outside
 * of quotes. Throws where that cannot be had.
 */
export function commandText(parts: readonly (string | Name)[], words: (name: Name) => readonly string[]): string {
  const shell = new ShellText();
  let command = "";
  for (const part of parts) {
    if (typeof part === "string") {
      shell.take(part);
      command += part;
      continue;
    }
    const place = shell.place();
    if (typeof place === "object") throw new Error(`"\${${part.name}}" cannot be quoted ${place.hard}.`);
    command += put(words(part), place);
    shell.passed();
  }
  return command;
}

function put(words: readonly string[], place: Quoting): string {
  if (place === "bare") return words.map(quoted).join(" ");
  const mark = place === "single" ? "'" : '"';
  return `${mark}${quoted(words.join(" "))}${mark}`;
}

/** One word of a shell, whatever is in it. */
function quoted(text: string): string {
  if (text.includes("\0")) throw new Error("A value with a NUL character cannot be put into a command.");
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
