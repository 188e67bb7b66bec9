import { closeSync, openSync, readSync, statSync, writeSync } from "node:fs";
import type { Clock } from "../../../schemas/clock.js";
import type { ToolCall } from "../../../schemas/decision.js";
import { codeOf, messageOf } from "../../../schemas/errors.js";
import type { Middleware } from "../../../schemas/kinds.js";
import type { Chunk, ModelRequest } from "../../../schemas/provider.js";
import type { Session } from "../../../schemas/session.js";
import type { ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { writeAll } from "../../../schemas/write-all.js";
import { joined } from "./chunks.js";
import { Fingerprints } from "./fingerprint.js";
import type { Head, HeaderLine, Line } from "./recording.js";

interface Told {
  readonly number: number;
  head: string;
  digests: readonly string[];
}

/** Writes down what crosses the borders, and the times and ids handed out meanwhile, line by line as it happens. */
export class Recorder implements Middleware, Clock {
  readonly name = "record";
  readonly #file: number;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #redact: (json: string) => string;
  readonly #fingerprints: Fingerprints;
  readonly #sessions = new Map<Session, Told>();
  #calls = 0;
  #now: number[] = [];
  #ids: string[] = [];
  #failed = false;

  /** Throws a sentence when the file cannot be written, or is there and no recording. */
  constructor(path: string, header: HeaderLine, clock: Clock, redact: (json: string) => string) {
    this.#path = path;
    this.#clock = clock;
    this.#redact = redact;
    this.#fingerprints = new Fingerprints(redact);
    this.#file = create(path);
    writeSync(this.#file, `${JSON.stringify(header)}\n`);
  }

  now(): number {
    const now = this.#clock.now();
    this.#now.push(now);
    return now;
  }

  id(): string {
    const id = this.#clock.id();
    this.#ids.push(id);
    return id;
  }

  async *model(
    request: ModelRequest,
    signal: AbortSignal,
    next: (request: ModelRequest, signal: AbortSignal) => AsyncIterable<Chunk>,
    session: Session,
  ): AsyncIterable<Chunk> {
    const call = this.#calls++;
    this.#ask(call, request, session);
    const chunks: Chunk[] = [];
    try {
      for await (const chunk of next(request, signal)) {
        chunks.push(chunk);
        yield chunk;
      }
    } finally {
      const plain = joined(chunks);
      // A key that came in two pieces is only found in the whole.
      const isClean = this.#redact(JSON.stringify(plain)) === JSON.stringify(plain);
      this.#write({ type: "answer", call, chunks: isClean ? chunks : plain }, session);
    }
  }

  async tool(
    { id, name, input }: ToolCall,
    { session }: ToolContext,
    next: () => Promise<ToolOutput>,
  ): Promise<ToolOutput> {
    const call = this.#calls++;
    this.#write({ type: "call", call, session: this.#told(session).number, id, name, input }, session);
    try {
      const output = await next();
      this.#write({ type: "output", call, output }, session);
      return output;
    } catch (error) {
      this.#write({ type: "output", call, error: messageOf(error) }, session);
      throw error;
    }
  }

  close(): void {
    this.#write({ type: "end" });
    if (!this.#failed) closeSync(this.#file);
    this.#failed = true;
  }

  #ask(call: number, request: ModelRequest, session: Session): void {
    const told = this.#told(session);
    const { digest, digests, head, message } = this.#fingerprints.of(request);
    let keep = 0;
    while (keep < digests.length && digests[keep] === told.digests[keep]) keep++;
    const messages = digests.slice(keep).map((_, place) => JSON.parse(message(keep + place)) as never);
    const changed = head === told.head ? {} : { head: JSON.parse(head) as Head };
    Object.assign(told, { head, digests });
    this.#write({ type: "ask", call, session: told.number, digest, ...changed, keep, messages }, session);
  }

  #told(session: Session): Told {
    let told = this.#sessions.get(session);
    if (!told) this.#sessions.set(session, (told = { number: this.#sessions.size, head: "", digests: [] }));
    return told;
  }

  #write(line: Line, session?: Session): void {
    if (this.#failed) return;
    const stamps = { ...(this.#now.length > 0 && { now: this.#now }), ...(this.#ids.length > 0 && { ids: this.#ids }) };
    [this.#now, this.#ids] = [[], []];
    try {
      writeAll(this.#file, Buffer.from(`${this.#redact(json({ ...line, ...stamps }))}\n`));
    } catch (error) {
      this.#failed = true;
      const text = `The recording ${this.#path} ends here and cannot be played to its end: ${messageOf(error)}.`;
      session?.emit({ type: "notice", at: this.#clock.now(), level: "error", plugin: "record", text });
    }
  }
}

/** What a tool tells screens can be anything; what is no JSON stays out. */
function json(line: Line): string {
  try {
    return JSON.stringify(line);
  } catch (error) {
    if (line.type !== "output" || line.output === undefined) throw error;
    return JSON.stringify({ ...line, output: { ...line.output, details: undefined } });
  }
}

/** A new file, readable by nobody else. An earlier recording is replaced, any other file is not. */
function create(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    if (codeOf(error) !== "EEXIST")
      throw new Error(`The recording ${path} cannot be written (${codeOf(error)}).`, { cause: error });
  }
  if (statSync(path).isFIFO()) throw new Error(`${path} is a named pipe; name a file for --record.`);
  const old = openSync(path, "r");
  const beginning = Buffer.alloc(20);
  const length = readSync(old, beginning, 0, beginning.length, 0);
  closeSync(old);
  if (length === 0 || beginning.toString("latin1", 0, length).startsWith('{"type":"recording"'))
    return openSync(path, "w", 0o600);
  throw new Error(`${path} is there and is no recording; name another file for --record.`);
}
