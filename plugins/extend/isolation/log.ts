import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { oneLine, sanitize } from "../../../schemas/printable.js";
import { Rate } from "./rate.js";

const MOST = 32 * 1024;
const MOST_WORDS = 300;
/** Bytes that are read in a second. Whoever writes more waits. */
const MOST_PER_SECOND = 8 * 1024 * 1024;
const PAUSE = 500;

/** The end of what a plugin's process writes to its standard streams. It never reaches a terminal as it stands. */
export class Log {
  #text = "";

  /** Reads a stream to its end, whoever floods it. */
  read(stream: Readable): void {
    const decoder = new StringDecoder("utf8");
    const rate = new Rate(MOST_PER_SECOND);
    stream.on("data", (chunk: Buffer) => {
      this.#text = (this.#text + decoder.write(chunk.subarray(-MOST))).slice(-MOST);
      if (rate.take(chunk.length)) return;
      stream.pause();
      setTimeout(() => stream.resume(), PAUSE).unref();
    });
    stream.on("error", () => undefined);
  }

  /** Safe to show. */
  get text(): string {
    return sanitize(this.#text);
  }

  /** The last thing that was said, on one line: the message of an error rather than its stack. */
  get words(): string {
    const lines = this.#text
      .split("\n")
      .filter((line) => line.trim() !== "" && !/^\s+at |^Node\.js v|^\s*\^+\s*$/.test(line));
    const error = lines.findLast((line) => /^(\w*Error|FATAL ERROR)\b/.test(line));
    return oneLine(error ?? lines.at(-1) ?? "", MOST_WORDS);
  }
}
