/** Most lines of a file in one result, most characters of a line, most bytes of all (security-reliability, section 10). */
export const MOST_LINES = 2_000;
const LONGEST_LINE = 2_000;
export const MOST_BYTES: number = 256 * 1024;

/** Takes some lines out of a text that comes in pieces of any size, keeping no more than it shows. */
export class Page {
  readonly from: number;
  /** Lines so far, counted from the first one of the text. */
  total = 0;
  /** The lines that were taken, as they are but for the length. */
  readonly lines: string[] = [];
  readonly #limit: number;
  #bytes = 0;
  /** Set once a line did not fit. */
  #full = false;
  /** The beginning of a line whose end has not come. */
  #rest = "";
  #restLength = 0;

  constructor(from: number, limit: number) {
    this.from = from;
    this.#limit = limit;
  }

  /** Nothing that comes now will be taken. */
  get full(): boolean {
    return this.#full || this.lines.length >= this.#limit;
  }

  /** The number of the last line that was taken. */
  get to(): number {
    return this.from + this.lines.length - 1;
  }

  feed(text: string): void {
    let start = 0;
    for (;;) {
      const end = text.indexOf("\n", start);
      if (end === -1) break;
      if (this.#restLength > 0) {
        this.#hold(text.slice(start, end));
        this.#endRest();
      } else this.#take(text, start, end);
      start = end + 1;
    }
    if (start < text.length) this.#hold(text.slice(start));
  }

  /** No more comes: a last line without an end counts as well. */
  finish(): void {
    if (this.#restLength > 0) this.#endRest();
  }

  #hold(piece: string): void {
    this.#restLength += piece.length;
    const room = LONGEST_LINE + 2 - this.#rest.length;
    if (room > 0) this.#rest += piece.slice(0, room);
  }

  #endRest(): void {
    const missing = this.#restLength - this.#rest.length;
    const rest = this.#rest;
    this.#rest = "";
    this.#restLength = 0;
    this.#take(rest, 0, rest.length, missing);
  }

  #take(text: string, start: number, end: number, missing = 0): void {
    this.total++;
    if (this.total < this.from || this.full) return;
    const stop = missing === 0 && end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    const length = stop - start + missing;
    const line = length > LONGEST_LINE ? cut(text.slice(start, start + LONGEST_LINE), length) : text.slice(start, stop);
    this.#bytes += Buffer.byteLength(line) + String(this.total).length + 2;
    if (this.#bytes > MOST_BYTES && this.lines.length > 0) this.#full = true;
    else this.lines.push(line);
  }

  /** Each line behind its number and a tab. */
  numbered(): string {
    let text = "";
    let number = this.from;
    for (const line of this.lines) text += `${number === this.from ? "" : "\n"}${number++}\t${line}`;
    return text;
  }
}

function cut(beginning: string, length: number): string {
  const whole = beginning.replace(/[\uD800-\uDBFF]$/, "");
  return `${whole}… [${length - whole.length} more characters]`;
}
