import { open } from "node:fs/promises";
import { LONGEST_LINE } from "./append-file.js";

const PIECE = 1024 * 1024;
const NEWLINE = 0x0a;

export interface Line {
  /** Undefined when the line is longer than any that is written. */
  readonly text: string | undefined;
  /** Byte position behind it. */
  readonly end: number;
  /** False for a last line without its newline. */
  readonly whole: boolean;
}

/**
 * The lines of a file, up to a byte position, one list for each piece of `size` bytes. At no time more than one piece
 * and one line are in memory.
 */
export async function* linesOf(
  path: string,
  until: number = Infinity,
  size: number = PIECE,
): AsyncGenerator<readonly Line[]> {
  const file = await open(path, "r");
  try {
    const piece = Buffer.allocUnsafe(size);
    const cutter = new Cutter();
    for (let position = 0; position < until;) {
      const { bytesRead } = await file.read(piece, 0, Math.min(size, until - position), position);
      if (bytesRead === 0) break;
      position += bytesRead;
      yield cutter.take(piece.subarray(0, bytesRead));
    }
    yield cutter.rest();
  } finally {
    await file.close();
  }
}

/** Cuts bytes into lines. Bytes that are kept for later are copied: the caller may use its buffer again. */
export class Cutter {
  #carried: Buffer[] = [];
  #length = 0;
  #position = 0;

  take(piece: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let at = piece.indexOf(NEWLINE); at !== -1; at = piece.indexOf(NEWLINE, start)) {
      lines.push(this.#line(piece, start, at));
      start = at + 1;
    }
    if (start < piece.length) this.#carry(piece.subarray(start));
    return lines;
  }

  rest(): Line[] {
    if (this.#length === 0) return [];
    return [{ text: this.#carriedText(), end: this.#position, whole: false }];
  }

  #line(piece: Buffer, start: number, at: number): Line {
    if (this.#length === 0) {
      this.#position += at - start + 1;
      return { text: piece.toString("utf8", start, at), end: this.#position, whole: true };
    }
    if (at > start) this.#carry(piece.subarray(start, at));
    const text = this.#carriedText();
    this.#carried = [];
    this.#length = 0;
    return { text, end: ++this.#position, whole: true };
  }

  #carry(bytes: Buffer): void {
    this.#position += bytes.length;
    this.#length += bytes.length;
    if (this.#length > LONGEST_LINE) this.#carried = [];
    else this.#carried.push(Buffer.from(bytes));
  }

  #carriedText(): string | undefined {
    return this.#length > LONGEST_LINE ? undefined : Buffer.concat(this.#carried, this.#length).toString("utf8");
  }
}
