/**
 * What must not reach a terminal as it stands: C0 except newline and tab, DEL, C1, bidi controls, line separators and
 * lone surrogates.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const UNSAFE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu;

/** Beside those, what shows nothing or passes for a space: it can hide in a command that is to be approved. */
const INVISIBLE = /(?! )[\p{Default_Ignorable_Code_Point}\p{Space_Separator}\ufff9-\ufffb]/gu;

// oxlint-disable-next-line no-control-regex -- the escape character begins a colour
const COLOUR = /\x1b\[[\d;:]*m/g;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0d) return "\\r";
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}

/** Foreign text as it may be shown: no byte of it acts as a control sequence, and what would have is visible. */
export function sanitize(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(UNSAFE, escaped);
}

/** The same for output of commands, whose colours are dropped instead of shown. */
export function sanitizeOutput(text: string): string {
  return sanitize(text.replace(COLOUR, ""));
}

/** Text that is to be approved: every character that hides or misleads is visible, line breaks and tabs included. */
export function reveal(text: string): string {
  return text.replace(UNSAFE, escaped).replace(INVISIBLE, escaped).replaceAll("\t", "\\t").replaceAll("\n", "\\n\n");
}

/** Foreign text on one line, cut to so many characters. */
export function oneLine(text: string, most: number): string {
  const line = sanitizeOutput(text).replace(/\s+/g, " ").trim();
  if (line.length <= most) return line;
  const cut = line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "");
  return `${cut}\u2026`;
}

/** Sanitises a text that arrives in pieces: what a piece leaves unfinished waits for the next. */
export class Sanitizer {
  #rest = "";

  take(piece: string): string {
    const text = this.#rest + piece;
    this.#rest = /[\r\ud800-\udbff]$/.exec(text)?.[0] ?? "";
    return sanitize(text.slice(0, text.length - this.#rest.length));
  }

  /** What is left at the end of the text. */
  end(): string {
    const rest = sanitize(this.#rest);
    this.#rest = "";
    return rest;
  }
}
