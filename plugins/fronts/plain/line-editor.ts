import { createInterface, type Interface } from "node:readline";
import type { Io } from "../../../schemas/front.js";
import type { Keyboard } from "./keyboard.js";
import { LineOutput } from "./line-output.js";
import { asTyped } from "./paste.js";

/** A second Ctrl-C within so long leaves. */
const TWICE_MS = 1000;

/** Reads lines that are edited in the terminal. */
export class LineEditor {
  readonly #keyboard: Keyboard;
  readonly #output: LineOutput;
  readonly #readline: Interface;
  #resolve: ((line: string | undefined) => void) | undefined;
  #interrupted = -Infinity;
  #closed = false;
  #asking = false;

  constructor(keyboard: Keyboard, io: Io) {
    this.#keyboard = keyboard;
    this.#output = new LineOutput(io.stdout);
    this.#readline = createInterface({ input: keyboard.input, output: this.#output, terminal: true });
    this.#readline.on("line", (line) => this.#settle(line));
    this.#readline.on("close", () => {
      this.#closed = true;
      this.#settle(undefined);
    });
    this.#readline.on("SIGINT", () => this.#interrupt());
    this.#readline.on("SIGCONT", () => this.#readline.prompt(true));
    keyboard.onPaste = (text) => this.#readline.write(text);
  }

  /** A line, with the line breaks of what was pasted into it. Undefined when the person leaves. */
  async read(prompt: string): Promise<string | undefined> {
    if (this.#closed) return undefined;
    return this.#edit(prompt);
  }

  /** The answer to a question: nothing that was typed before it counts. Undefined at Ctrl-C too. */
  async ask(prompt: string): Promise<string | undefined> {
    if (this.#closed) return undefined;
    this.#clear();
    this.#asking = true;
    const answer = await this.#edit(prompt);
    this.#asking = false;
    return answer;
  }

  async #edit(prompt: string): Promise<string | undefined> {
    this.#readline.setPrompt(prompt);
    this.#output.editing = true;
    this.#readline.prompt(true);
    const line = new Promise<string | undefined>((resolve) => (this.#resolve = resolve));
    this.#keyboard.edit();
    const text = await line;
    this.#output.editing = false;
    this.#keyboard.rest();
    return text === undefined ? undefined : asTyped(text);
  }

  close(): void {
    this.#closed = true;
    this.#readline.close();
    this.#output.release();
  }

  #clear(): void {
    if (this.#readline.line === "") return;
    this.#readline.write(null, { ctrl: true, name: "e" });
    this.#readline.write(null, { ctrl: true, name: "u" });
  }

  #settle(line: string | undefined): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.(line);
  }

  /** Ctrl-C clears what was typed; twice on an empty line leaves. */
  #interrupt(): void {
    const now = performance.now();
    if (this.#asking) {
      this.#output.write("^C\n");
      this.#clear();
      return this.#settle(undefined);
    }
    if (this.#readline.line !== "") {
      this.#output.write("^C\n");
      this.#clear();
      return this.#readline.prompt();
    }
    if (now - this.#interrupted < TWICE_MS) return this.close();
    this.#interrupted = now;
    this.#output.write("\nCtrl-C once more, or Ctrl-D, leaves.\n");
    this.#readline.prompt();
  }
}
