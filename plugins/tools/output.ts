import { StringDecoder } from "node:string_decoder";
import { codeOf, messageOf } from "../../schemas/errors.js";
import { KEPT, OutputFile } from "./output-file.js";
import type { OutputStream } from "./program.js";
import { TextWindow } from "./text-window.js";

/** Characters of output a model reads; beyond, head and tail. */
const INLINE = 30_000;

/** What a program wrote: its two ends in memory, the first 10 MB in a file once it is too much to show. */
export class Output {
  bytes = 0;
  readonly #windows: Readonly<Record<OutputStream | "both", TextWindow>>;
  readonly #decoders: Readonly<Record<OutputStream, StringDecoder>> = {
    stdout: new StringDecoder("utf8"),
    stderr: new StringDecoder("utf8"),
  };
  readonly #place: () => string;
  /** What has come while there is no file. */
  #waiting: Buffer[] = [];
  #file: OutputFile | undefined;
  #finished = false;
  /** Why there is no whole copy. */
  #problem: string | undefined;

  /** `place` names the file, if one is needed. It may throw. */
  constructor(place: () => string) {
    this.#place = place;
    this.#windows = { stdout: new TextWindow(INLINE), stderr: new TextWindow(INLINE), both: new TextWindow(INLINE) };
  }

  add(chunk: Buffer, stream: OutputStream): void {
    this.bytes += chunk.length;
    this.#show(this.#decoders[stream].write(chunk), stream);
    if (this.#file) return this.#file.write(chunk);
    if (this.#problem === undefined) this.#waiting.push(chunk);
    if (this.#windows.both.length > INLINE) this.keep();
  }

  /** Writes everything so far, and what is to come, into the file. Its path, or undefined when that fails. */
  keep(): string | undefined {
    if (!this.#file && this.#problem === undefined) this.#open();
    this.#problem ??= this.#file?.problem;
    return this.#problem === undefined ? this.#file?.path : undefined;
  }

  #open(): void {
    const waiting = this.#waiting.splice(0);
    try {
      this.#file = new OutputFile(this.#place());
    } catch (error) {
      this.#problem = codeOf(error) ?? messageOf(error);
      return;
    }
    for (const chunk of waiting) this.#file.write(chunk);
    if (this.#finished) this.#file.close();
  }

  /** The program has ended; `lastLine` is added to the file, if there is one. */
  finish(lastLine = ""): void {
    for (const stream of ["stdout", "stderr"] as const) this.#show(this.#decoders[stream].end(), stream);
    this.#finished = true;
    this.#file?.close(lastLine);
  }

  /** What both streams wrote, in the order it came, for a model: at most `room` characters. */
  text(room: number): string {
    if (this.#windows.both.length > room) this.keep();
    return this.#windows.both.text(
      room,
      (leftOut) => `\n\n[... ${leftOut} characters left out; ${this.#whereabouts()} ...]\n\n`,
    );
  }

  /** What one stream wrote, for programs. */
  stream(name: OutputStream): string {
    return this.#windows[name].text(INLINE, (leftOut) => `\n[... ${leftOut} characters left out ...]\n`);
  }

  /** The last lines so far, for a screen. */
  lastLines(lines: number): string {
    return this.#windows.both.end(1_000).trimEnd().split("\n").slice(-lines).join("\n");
  }

  #show(text: string, stream: OutputStream): void {
    if (text === "") return;
    // NUL is the one character that some JSON readers and servers do not take.
    const clean = text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text;
    this.#windows[stream].add(clean);
    this.#windows.both.add(clean);
  }

  #whereabouts(): string {
    const path = this.keep();
    if (path === undefined) return `they could not be saved (${this.#problem})`;
    return this.bytes > KEPT ? `the first 10 MB of ${this.bytes} bytes are in ${path}` : `everything is in ${path}`;
  }
}
