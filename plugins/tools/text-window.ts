/** Short pieces are joined up to this length, so that a flood of single characters stays a short list. */
const PIECE = 4_096;

/** The beginning and the end of a text of any length, in bounded memory. */
export class TextWindow {
  /** Characters so far, those left out included. */
  length = 0;
  readonly #half: number;
  readonly #tail: string[] = [];
  #head = "";
  #tailLength = 0;

  /** Keeps a text of up to `room` characters whole. */
  constructor(room: number) {
    this.#half = Math.ceil(room / 2);
  }

  add(text: string): void {
    this.length += text.length;
    const taken = Math.min(text.length, this.#half - this.#head.length);
    if (taken > 0) this.#head += text.slice(0, taken);
    if (taken < text.length) this.#addToTail(taken > 0 ? text.slice(taken) : text);
  }

  #addToTail(text: string): void {
    const tail = this.#tail;
    const last = tail.length - 1;
    if (last >= 0 && tail[last]!.length < PIECE) tail[last] += text;
    else tail.push(text);
    this.#tailLength += text.length;
    while (this.#tailLength - tail[0]!.length >= this.#half) this.#tailLength -= tail.shift()!.length;
  }

  /** The whole text where it fits in `room` characters; otherwise its two ends, around what `gap` says. */
  text(room: number, gap: (leftOut: number) => string): string {
    const tail = this.#tail.join("");
    if (this.length <= Math.min(room, 2 * this.#half)) return this.#head + tail;
    const half = Math.min(Math.ceil(room / 2), this.#half);
    const start = whole(this.#head.slice(0, half));
    const end = whole(tail.length >= half ? tail.slice(-half) : (this.#head + tail).slice(-half));
    return `${start}${gap(this.length - start.length - end.length)}${end}`;
  }

  /** The last characters. */
  end(characters: number): string {
    const tail = this.#tail.join("");
    return whole((tail.length >= characters ? tail : this.#head + tail).slice(-characters));
  }
}

/** Without the half of a character that a cut left at either end: JSON has no way to say it. */
function whole(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, "");
}
