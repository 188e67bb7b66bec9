import type { CallEvent, EndEvent, ResultEvent, TurnEvent } from "../../../schemas/event.js";
import { textOf } from "../../../schemas/message.js";
import type { Chunk } from "../../../schemas/provider.js";
import { oneLine, sanitize } from "../../../schemas/printable.js";
import { Sanitizer } from "../../../schemas/sanitizer.js";
import { callWords, outcomeWords, outputLines } from "../tool-words.js";
import type { Screen } from "./screen.js";

/** Characters of one line of an answer that are shown. */
const LINE = 20_000;

/** Tells a turn as it goes: text as it comes, a line for each call. */
export class Narrator {
  readonly #screen: Screen;
  readonly #verbose: boolean;
  #text = new Sanitizer({ line: LINE });
  /** The call whose line is still open. */
  #open: string | undefined;
  readonly #calls = new Map<string, string>();

  constructor(screen: Screen, verbose: boolean) {
    this.#screen = screen;
    this.#verbose = verbose;
  }

  take(event: TurnEvent): void {
    if (event.type === "chunk") this.#chunk(event.chunk);
    else if (event.type === "call") this.#call(event);
    else if (event.type === "result") this.#result(event);
    else if (event.type === "notice") {
      if (event.level === "info") this.#line(`Note: ${sanitize(event.text)}`);
      else this.#line(`Warning: ${sanitize(event.text)}`, "yellow");
    } else if (event.type === "checkpoint" && !event.stopped) {
      this.#line(`Checkpoint: ${event.turn} model calls so far; going on. Ctrl-C stops.`);
    } else if (event.type === "prompt" && event.origin === "hook") {
      this.#line(`A hook says: ${oneLine(textOf(event.content), 500)}`);
    } else if (event.type === "end") this.#end(event);
  }

  #chunk(chunk: Chunk): void {
    if (chunk.type === "text") this.#say(this.#text.take(chunk.text));
    else if (chunk.type === "block" && chunk.block.type === "text") this.#say(this.#text.take(chunk.block.text));
    else if (chunk.type === "block_end" || chunk.type === "stop") {
      this.#say(this.#text.end());
      if (this.#open === undefined) this.#screen.endLine();
    } else if (chunk.type === "retry") {
      this.#text = new Sanitizer({ line: LINE });
      const seconds = Math.round(chunk.delayMs / 100) / 10;
      const why = sanitize(chunk.error.message).replace(/\.$/, "");
      this.#line(`${why}; try ${chunk.attempt + 1} of ${chunk.maxAttempts} in ${seconds} s. What came before is void.`);
    }
  }

  #say(text: string): void {
    if (text === "") return;
    this.#closeCall();
    this.#screen.write(text);
  }

  #line(text: string, style?: "yellow" | "red"): void {
    this.#closeCall();
    this.#screen.line(text, style);
  }

  /** The line begins with the call and ends with its outcome, if nothing comes in between. */
  #call({ id, name, input }: CallEvent): void {
    this.#closeCall();
    this.#screen.endLine();
    const words = callWords(name, input);
    this.#calls.set(id, words);
    this.#open = id;
    this.#screen.write(words);
  }

  #closeCall(): void {
    if (this.#open === undefined) return;
    this.#open = undefined;
    this.#screen.endLine();
  }

  #result(event: ResultEvent): void {
    const words = this.#calls.get(event.id) ?? event.name;
    this.#calls.delete(event.id);
    const outcome = outcomeWords(event);
    if (this.#open === event.id) {
      this.#open = undefined;
      this.#screen.write(`: ${outcome}\n`);
    } else this.#line(`${words}: ${outcome}`);
    const output = this.#verbose ? outputLines(event) : "";
    if (output !== "") this.#screen.line(output, "dim");
  }

  #end({ reason, message }: EndEvent): void {
    this.#closeCall();
    this.#screen.endLine();
    if (reason === "completed") {
      if (message !== undefined) this.#screen.line(sanitize(message));
    } else if (reason === "aborted") this.#screen.line("Stopped.");
    else this.#screen.line(sanitize(message ?? reason), reason === "model_error" ? "red" : "yellow");
  }
}
