import { PassThrough } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { Io } from "../../../schemas/front.js";
import { PASTE_BEGIN, PASTE_END, PasteReader, type Typed } from "./paste.js";

/** So much may be typed ahead while a turn runs. */
const AHEAD = 64 * 1024;
/** What was typed before a question is read away for so long. */
const DRAIN_MS = 20;
/** A lone escape is the key itself when nothing follows it for so long. */
const ESCAPE_MS = 40;

/** Node's line editor puts all but the last character of a piece at the end of the line, wherever the caret is. */
const AT_ONCE = 64;

const INTERRUPT = "\u0003";
const ESCAPE = "\u001b";

type Stdin = Io["stdin"] & { setRawMode?(on: boolean): unknown };

/** Input for a line editor: a terminal as far as the editor can see. */
export type LineInput = PassThrough & { readonly isTTY: true; setRawMode(on: boolean): void };

/**
 * Who gets what is typed: the line editor, the question that waits for a key, or, while a turn runs, nobody: it is kept
 * for the next line, except Ctrl-C.
 */
export class Keyboard {
  readonly input: LineInput;
  /** Called for text that was pasted into the line. */
  onPaste: (text: string) => void = () => {};
  /** Called for Ctrl-C while no line is edited. */
  onInterrupt: () => void = () => {};
  /** Called when nothing more can be typed. */
  onEnd: () => void = () => {};
  readonly #stdin: Stdin;
  readonly #decoder = new StringDecoder("utf8");
  readonly #paste = new PasteReader();
  #editing = false;
  /** What nobody has taken yet. */
  #ahead: Typed[] = [];
  #aheadSize = 0;
  /** A paste that came while a question waited for a key goes on. */
  #inPaste = false;
  #onKey: ((key: string) => void) | undefined;

  constructor(stdin: Stdin) {
    this.#stdin = stdin;
    this.input = Object.assign(new PassThrough({ objectMode: true }), {
      isTTY: true as const,
      setRawMode: (on: boolean) => void stdin.setRawMode?.(on),
    });
    stdin.setRawMode?.(true);
    stdin.on("data", this.#take).on("end", this.#end).on("close", this.#end).on("error", this.#end);
    stdin.resume(); // Whoever read before may have paused it.
  }

  /** Until the next end of a line the line editor gets what is typed, beginning with what was typed ahead. */
  edit(): void {
    this.#editing = true;
    this.#feed();
  }

  /** The line editor gets nothing more. */
  rest(): void {
    this.#editing = false;
  }

  /** Reads away everything typed so far. */
  async discard(): Promise<void> {
    const before = this.#onKey;
    this.#onKey = () => {};
    await new Promise((resolve) => void setTimeout(resolve, DRAIN_MS));
    this.#onKey = before;
    this.#forget();
  }

  /** The next key that is pressed on its own; a paste is none. Undefined when the signal is aborted. */
  key(signal: AbortSignal): Promise<string | undefined> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const done = (key: string | undefined): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
        this.#onKey = undefined;
        resolve(key);
      };
      const abort = (): void => done(undefined);
      if (signal.aborted) return resolve(undefined);
      signal.addEventListener("abort", abort, { once: true });
      this.#onKey = (text) => {
        const key = text.length > 1 ? text.replace(/[\r\n]+$/, "") : text;
        const waiting = timer !== undefined;
        clearTimeout(timer);
        timer = undefined;
        // An escape with something after it is the beginning of a sequence: an arrow, a function key.
        if (key === ESCAPE && !waiting) timer = setTimeout(() => done(key), ESCAPE_MS);
        else if ([...key].length === 1 && !waiting) done(key);
      };
    });
  }

  close(): void {
    this.#stdin.off("data", this.#take).off("end", this.#end).off("close", this.#end).off("error", this.#end);
    this.#stdin.setRawMode?.(false);
    this.#stdin.pause();
  }

  readonly #take = (bytes: Buffer | string): void => {
    const text = typeof bytes === "string" ? bytes : this.#decoder.write(bytes);
    if (!this.#editing && text.includes(INTERRUPT)) {
      this.#forget();
      return this.onInterrupt();
    }
    if (this.#onKey) return this.#press(text);
    for (const typed of this.#paste.take(text)) {
      this.#aheadSize += typed.text.length;
      if (this.#editing || this.#aheadSize <= AHEAD) this.#ahead.push(typed);
    }
    if (this.#editing) this.#feed();
  };

  readonly #end = (): void => {
    this.input.end();
    this.onEnd();
  };

  #forget(): void {
    this.#ahead = [];
    this.#aheadSize = 0;
  }

  #press(text: string): void {
    const begins = text.includes(PASTE_BEGIN);
    const isPaste = this.#inPaste || begins;
    if (isPaste) this.#inPaste = !text.includes(PASTE_END);
    else this.#onKey?.(text);
  }

  /** Hands over what was typed up to the end of a line; what follows waits for the next one. */
  #feed(): void {
    for (let next = this.#ahead.shift(); next; next = this.#editing ? this.#ahead.shift() : undefined) {
      const { text, pasted } = next;
      if (pasted) {
        this.onPaste(text);
        continue;
      }
      const end = text.search(/[\r\n]/) + 1 || text.length;
      if (end < text.length) this.#ahead.unshift({ text: text.slice(end), pasted });
      const part = text.slice(0, end);
      if (/[\r\n]$/.test(part)) this.#editing = false;
      for (const key of part.length <= AT_ONCE ? part : [part]) this.input.write(key);
    }
    if (this.#ahead.length === 0) this.#aheadSize = 0;
  }
}
