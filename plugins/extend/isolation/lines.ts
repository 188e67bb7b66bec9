/** Cuts a stream of bytes into lines. A line that grows beyond `most` bytes is given to `tooLong`, once. */
export class Lines {
  readonly #most: number;
  readonly #line: (line: string) => void;
  readonly #tooLong: () => void;
  #pieces: Buffer[] = [];
  #size = 0;

  constructor(most: number, line: (line: string) => void, tooLong: () => void) {
    this.#most = most;
    this.#line = line;
    this.#tooLong = tooLong;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const rest = chunk.subarray(start, end);
      start = end + 1;
      const isFirst = this.#pieces.length === 0;
      const line = isFirst ? rest : Buffer.concat([...this.#pieces, rest]);
      this.#pieces = [];
      this.#size = 0;
      if (line.length > this.#most) return this.#tooLong();
      this.#line(line.toString("utf8"));
    }
    if (start === chunk.length) return;
    this.#size += chunk.length - start;
    if (this.#size > this.#most) return this.#tooLong();
    this.#pieces.push(start === 0 ? chunk : chunk.subarray(start));
  }
}
