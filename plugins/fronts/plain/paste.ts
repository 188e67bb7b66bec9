/** What a terminal puts around a paste. */
export const PASTE_BEGIN = "\u001b[200~";
export const PASTE_END = "\u001b[201~";
/** Stand for a line break and a tab in a line that is being edited. */
const LINE_BREAK = "\u23ce";
const TAB = "\u21e5";

// oxlint-disable-next-line no-control-regex -- what a paste must not bring along
const CONTROL = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** What was typed, or what was pasted. */
export interface Typed {
  readonly text: string;
  readonly pasted: boolean;
}

/** Tells typed from pasted text by the marks a terminal puts around a paste, however the bytes are cut. */
export class PasteReader {
  #rest = "";
  #inside = false;

  take(piece: string): readonly Typed[] {
    const found: Typed[] = [];
    let text = this.#rest + piece;
    for (;;) {
      const mark = this.#inside ? PASTE_END : PASTE_BEGIN;
      const at = text.indexOf(mark);
      if (at < 0) {
        const whole = text.length - unfinished(mark, text);
        this.#rest = text.slice(whole);
        this.#add(found, text.slice(0, whole));
        return found;
      }
      this.#add(found, text.slice(0, at));
      this.#inside = !this.#inside;
      text = text.slice(at + mark.length);
    }
  }

  #add(found: Typed[], text: string): void {
    if (text !== "") found.push({ text: this.#inside ? asLine(text) : text, pasted: this.#inside });
  }
}

/** Length of the longest end of the text that the next piece could go on with: a mark begun, half a line break. */
function unfinished(mark: string, text: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return mark === PASTE_END && text.endsWith("\r") ? 1 : 0;
}

/** A pasted text on one line that can be edited; `asTyped` gives it back. */
function asLine(text: string): string {
  return text
    .replace(/\r\n?|\n/g, LINE_BREAK)
    .replaceAll("\t", TAB)
    .replace(CONTROL, "");
}

/** The prompt that an edited line stands for. */
export function asTyped(line: string): string {
  return line.replaceAll(LINE_BREAK, "\n").replaceAll(TAB, "\t");
}
