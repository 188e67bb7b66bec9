import type { Plugin } from "../../../core/types.js";
import type { Answer, Question } from "../../../schemas/decision.js";
import type { CallEvent, ResultEvent, TurnEvent } from "../../../schemas/event.js";
import type { JsonObject } from "../../../schemas/json.js";
import { printable, shortened } from "../../../schemas/printable.js";
import { wrap } from "../table.js";
import { approve } from "./approve.js";

const WIDTH = 96;
/** Lines of an output that are shown. */
const SHOWN = 12;

/** Tells what happens, line by line. */
export class Narrator {
  /** Whether the last command went well. */
  green = false;
  stopped = 0;
  hooked = 0;
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** A labelled paragraph, its later lines below its first. */
  say(label: string, text: string): void {
    const head = `${label}: `.padEnd(10);
    const lines = wrap(text, WIDTH - head.length);
    this.#write(lines.map((line, at) => `${at === 0 ? head : " ".repeat(head.length)}${line}\n`).join(""));
  }

  title(text: string): void {
    this.#write(`\n== ${text} ==\n\n`);
  }

  /** The plugin that listens. */
  plugin(): Plugin {
    return { name: "demo-narrator", setup: (ctx) => ctx.tap("Event", (event) => this.#tell(event)) };
  }

  /** Answers in the person's place, and says so. */
  ask(question: Question): Answer {
    const { call, reason } = question;
    this.say("  gate", `asks before ${callWords(call.name, call.input)}: ${reason}`);
    const answer = approve(question);
    if (answer.behavior === "allow") this.say("  demo", `demo approves: ${callWords(call.name, call.input)}`);
    else this.say("  demo", `demo refuses: ${callWords(call.name, call.input)}`);
    return answer;
  }

  hook(path: string, line: string): void {
    this.hooked++;
    this.say("  hook", `changed this call: ${path} gets the first line "${line}". The gate judges the changed call.`);
  }

  #tell(event: TurnEvent): void {
    if (event.type === "reply") return this.#reply(event.message.content);
    if (event.type === "call") return this.#call(event);
    if (event.type === "result") return this.#result(event);
    if (event.type === "notice") this.say("  note", event.text);
    if (event.type === "end" && event.reason !== "completed")
      this.say("ended", `${event.reason}. ${event.error?.message ?? event.message ?? ""}`);
  }

  #reply(content: Extract<TurnEvent, { type: "reply" }>["message"]["content"]): void {
    for (const block of content) {
      if (block.type === "text") {
        this.#write("\n");
        this.say("Agent", block.text);
      } else if (block.type === "tool_use") this.say("  wants", callWords(block.name, block.input as JsonObject));
    }
  }

  #call({ name, input, decision }: CallEvent): void {
    if (decision.by === "user") return;
    this.say("  gate", `allows ${callWords(name, input)}: ${decision.reason}`);
  }

  #result({ name, content, isError, refused }: ResultEvent): void {
    if (refused) {
      this.stopped++;
      return this.say("  gate", `stopped ${name}: it did not run. ${refused.reason}`);
    }
    if (name === "Bash") this.green = !isError;
    this.say("  result", isError ? `${name} failed` : `${name} is done`);
    const text = typeof content === "string" ? content : content.map((b) => (b.type === "text" ? b.text : "")).join("");
    const lines = text
      .replaceAll("\t", "  ")
      .split("\n")
      .filter((line) => line.trim() !== "");
    for (const line of lines.slice(0, SHOWN)) this.#write(`          | ${shortened(line, WIDTH - 12)}\n`);
    if (lines.length > SHOWN) this.#write(`          | (${lines.length - SHOWN} more lines)\n`);
  }
}

/** A call in one line: what it does, and to what. */
function callWords(name: string, input: JsonObject): string {
  const telling = ["command", "file_path", "pattern", "path"].find((key) => typeof input[key] === "string");
  return shortened(printable(`${name} ${telling === undefined ? "" : String(input[telling])}`.trim()), WIDTH);
}
