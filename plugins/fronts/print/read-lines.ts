/** Longest line, in bytes. */
const MOST = 16 * 1024 * 1024;
const NEWLINE = 0x0a;

export interface LineReader {
  line(text: string, number: number): void;
  /** A line was too long and is skipped. */
  tooLong(number: number): void;
  end(): void;
}

/** Reads lines as they come, in bounded memory. A last line without its end counts. */
export function readLines(input: NodeJS.ReadableStream, reader: LineReader): void {
  let parts: Buffer[] = [];
  let size = 0;
  let number = 1;
  let ended = false;
  const add = (part: Buffer): void => {
    size += part.length;
    if (size <= MOST) parts.push(part);
    else parts = [];
  };
  const finish = (): void => {
    if (size > MOST) reader.tooLong(number);
    else if (size > 0) reader.line(Buffer.concat(parts, size).toString("utf8"), number);
    parts = [];
    size = 0;
    number++;
  };
  const end = (): void => {
    if (ended) return;
    ended = true;
    if (size > 0) finish();
    reader.end();
  };
  input.on("data", (chunk: Buffer | string) => {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    let start = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, start)) {
      add(bytes.subarray(start, at));
      finish();
      start = at + 1;
    }
    if (start < bytes.length) add(bytes.subarray(start));
  });
  input.on("end", end).on("close", end).on("error", end);
}
