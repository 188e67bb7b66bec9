import { leavesColour } from "./colour.js";
import { sanitizeAfter, type Manner } from "./printable.js";

/** The same of a text that comes in pieces. */
export interface StreamManner extends Manner {
  /** Characters of a line that are shown; a note stands for the rest. Unlimited otherwise. */
  readonly line?: number;
}

const ESCAPE = "\x1b";
/** What the next piece may give another meaning to: half a line break, half a pair, a joiner. */
const OPEN = /[\r\u200c\u200d]?[\ud800-\udbff]?$/;
/** The same where colours are read: one may have begun. */
const OPEN_COLOUR = new RegExp(`(?:[\\r\\u200c\\u200d]?[\\ud800-\\udbff]?|${ESCAPE}(?:\\[[\\d;:]{0,64})?)$`);

/**
 * Sanitises a text that arrives in pieces; the result is the same however it is cut. What a piece leaves unfinished
 * waits for the next, at most 70 characters.
 */
export class Sanitizer {
  readonly #manner: StreamManner;
  #rest = "";
  /** The last characters that were given out, as they came in. */
  #before = "";
  #coloured = false;
  #column = 0;
  #dropped = 0;

  constructor(manner: StreamManner = {}) {
    this.#manner = manner;
  }

  take(piece: string): string {
    const text = this.#rest + this.#shortLines(piece);
    const open = (this.#manner.colour ?? "show") === "show" ? OPEN : OPEN_COLOUR;
    this.#rest = open.exec(text.slice(-70))?.[0] ?? "";
    return this.#clean(text.slice(0, text.length - this.#rest.length));
  }

  /** What is left at the end of the text. */
  end(): string {
    const last = this.#clean(this.#rest + this.#note());
    const reset = this.#coloured ? "\x1b[0m" : "";
    this.#rest = this.#before = "";
    this.#coloured = false;
    this.#column = 0;
    return last + reset;
  }

  #clean(text: string): string {
    const shown = sanitizeAfter(this.#before, text, this.#manner);
    this.#before = (this.#before + text.slice(-4)).slice(-4);
    if (this.#manner.colour === "keep") this.#coloured = leavesColour(shown) ?? this.#coloured;
    return shown;
  }

  #shortLines(piece: string): string {
    const { line } = this.#manner;
    if (line === undefined || (piece.length + this.#column <= line && !piece.includes("\n"))) {
      this.#column += piece.length;
      return piece;
    }
    let shown = "";
    for (let from = 0; from < piece.length;) {
      const found = piece.indexOf("\n", from);
      const end = found < 0 ? piece.length : found;
      const kept = Math.min(end - from, line - this.#column);
      shown += piece.slice(from, from + kept);
      this.#column += kept;
      this.#dropped += end - from - kept;
      if (found >= 0) {
        shown += `${this.#note()}\n`;
        this.#column = 0;
      }
      from = end + 1;
    }
    return shown;
  }

  #note(): string {
    const note = this.#dropped > 0 ? ` [... ${this.#dropped} more characters in this line]` : "";
    this.#dropped = 0;
    return note;
  }
}

/** A whole text with its long lines cut. */
export function shortLines(text: string, manner: StreamManner): string {
  const sanitizer = new Sanitizer(manner);
  return sanitizer.take(text) + sanitizer.end();
}
