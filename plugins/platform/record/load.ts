import { readFile, stat } from "node:fs/promises";
import { codeOf } from "../../../schemas/errors.js";
import { isObject } from "../../../schemas/json.js";
import type { Message } from "../../../schemas/message.js";
import {
  VERSION,
  type AnswerLine,
  type AskLine,
  type CallLine,
  type Head,
  type HeaderLine,
  type Line,
  type OutputLine,
} from "./recording.js";

/** How many times and ids had been handed out by the end of a line. */
export interface Position {
  readonly line: number;
  readonly now: number;
  readonly ids: number;
}

/** A request with its answer, if one was recorded. */
export interface Ask {
  readonly line: AskLine;
  readonly at: Position;
  readonly before: Ask | undefined;
  answer?: { readonly line: AnswerLine; readonly at: Position };
  used: boolean;
}

/** A tool call with its output, if it came back. */
export interface Run {
  readonly line: CallLine;
  readonly at: Position;
  output?: { readonly line: OutputLine; readonly at: Position };
  used: boolean;
}

export interface Recording {
  readonly path: string;
  readonly header: HeaderLine;
  readonly asks: readonly Ask[];
  readonly runs: readonly Run[];
  readonly now: readonly number[];
  readonly ids: readonly string[];
}

const NEWLINE = 0x0a;

/** Reads a recording. Throws a sentence that names file and line. A cut last line is left out. */
export async function load(path: string): Promise<Recording> {
  const unread = (error: unknown): never => {
    const why = codeOf(error) === "ENOENT" ? "does not exist" : `cannot be read (${codeOf(error)})`;
    throw new Error(`The recording ${path} ${why}.`, { cause: error });
  };
  // A pipe may wait for ever, and a device does not end.
  if (!(await stat(path).catch(unread)).isFile()) throw new Error(`The recording ${path} is no regular file.`);
  const bytes = await readFile(path).catch(unread);
  const collector = new Collector(path);
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found === -1 ? bytes.length : found;
    const value = parse(bytes.toString("utf8", start, end));
    if (value === undefined && found !== -1)
      throw new Error(`${path}:${line} is damaged; record it again with --record.`);
    if (value !== undefined) collector.take(value, line);
    start = end + 1;
  }
  return collector.recording();
}

/** The messages of a recorded request, put together from those before it. */
export function messagesOf(ask: Ask): readonly Message[] {
  const parts: (readonly Message[])[] = [];
  let wanted = Infinity;
  for (let one: Ask | undefined = ask; one && wanted > 0; one = one.before) {
    const { keep, messages } = one.line;
    parts.unshift(messages.slice(0, Math.max(0, wanted - keep)));
    wanted = Math.min(wanted, keep);
  }
  return parts.flat();
}

/** Everything else of a recorded request. */
export function headOf(ask: Ask): Head | undefined {
  let one: Ask | undefined = ask;
  while (one && !one.line.head) one = one.before;
  return one?.line.head;
}

class Collector {
  readonly #path: string;
  readonly #asks = new Map<number, Ask>();
  readonly #runs = new Map<number, Run>();
  readonly #last = new Map<number, Ask>();
  readonly #now: number[] = [];
  readonly #ids: string[] = [];
  #header: HeaderLine | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  take(value: object, line: number): void {
    if (line === 1) {
      this.#header = value as HeaderLine;
      return this.#check(this.#header);
    }
    const entry = value as Line;
    for (const time of entry.now ?? []) this.#now.push(time);
    for (const id of entry.ids ?? []) this.#ids.push(id);
    const at: Position = { line, now: this.#now.length, ids: this.#ids.length };
    if (entry.type === "ask") {
      const ask: Ask = { line: entry, at, before: this.#last.get(entry.session), used: false };
      this.#last.set(entry.session, ask);
      this.#asks.set(entry.call, ask);
    } else if (entry.type === "call") this.#runs.set(entry.call, { line: entry, at, used: false });
    else if (entry.type === "answer") Object.assign(this.#asks.get(entry.call) ?? {}, { answer: { line: entry, at } });
    else if (entry.type === "output") Object.assign(this.#runs.get(entry.call) ?? {}, { output: { line: entry, at } });
  }

  recording(): Recording {
    if (!this.#header) throw new Error(`${this.#path} is empty, so there is nothing to replay.`);
    const lists = { asks: [...this.#asks.values()], runs: [...this.#runs.values()] };
    return { path: this.#path, header: this.#header, ...lists, now: this.#now, ids: this.#ids };
  }

  #check({ type, version }: HeaderLine): void {
    if (type !== "recording") throw new Error(`${this.#path} is no recording of nacre; make one with --record.`);
    if (version === VERSION) return;
    throw new Error(`${this.#path} has format ${version}, this nacre plays ${VERSION}; record it again with --record.`);
  }
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
