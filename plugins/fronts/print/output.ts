import { codeOf, messageOf } from "../../../schemas/errors.js";

/** So much is gathered before it is written in one go. */
const FULL = 64 * 1024;

/** Standard output, written in few large pieces. When nobody reads any more, that is told once and writing stops. */
export class Output {
  readonly #stream: NodeJS.WritableStream;
  readonly #onGone: (sentence: string | undefined) => void;
  #waiting = "";
  #scheduled = false;
  #gone = false;
  readonly #onError = (error: unknown): void => {
    if (this.#gone) return;
    this.#gone = true;
    this.#onGone(codeOf(error) === "EPIPE" ? undefined : `Standard output cannot be written to: ${messageOf(error)}.`);
  };

  /** `onGone` gets a sentence when writing failed, and none when the reader simply stopped reading. */
  constructor(stream: NodeJS.WritableStream, onGone: (sentence: string | undefined) => void) {
    this.#stream = stream;
    this.#onGone = onGone;
    // Before whoever ends the program at such an error.
    stream.prependListener("error", this.#onError);
  }

  /** Writes soon, in order. */
  write(text: string): void {
    if (this.#gone) return;
    this.#waiting += text;
    if (this.#waiting.length >= FULL) this.#flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#flush();
      });
    }
  }

  /** Resolves when everything is with the operating system, or cannot be. */
  async done(): Promise<void> {
    this.#flush();
    if (!this.#gone) await new Promise<void>((resolve) => void this.#stream.write("", () => resolve()));
    // A failed write is reported after its callback.
    await new Promise((resolve) => void setImmediate(resolve));
    this.#stream.off("error", this.#onError);
  }

  #flush(): void {
    const text = this.#waiting;
    this.#waiting = "";
    if (text !== "" && !this.#gone) this.#stream.write(text);
  }
}
