import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../../schemas/clock.js";
import type { ToolCall } from "../../../schemas/decision.js";
import type { Middleware } from "../../../schemas/kinds.js";
import type { Chunk, ModelRequest } from "../../../schemas/provider.js";
import type { Session } from "../../../schemas/session.js";
import type { ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { joined } from "./chunks.js";
import { strangeCall, strangeRequest } from "./divergence.js";
import { canonical, Fingerprints } from "./fingerprint.js";
import type { Ask, Position, Recording, Run } from "./load.js";
import type { Places } from "./places.js";

export interface PlayOptions {
  readonly places: Places;
  readonly redact: (json: string) => string;
  /** Where times and ids come from once the recorded ones are used up. */
  readonly clock: Clock;
  /** Tools run instead of being played. */
  readonly liveTools: boolean;
}

/** How long an output waits for one that came earlier in the recording and may not come at all now. */
const PATIENCE_MS = 100;

/** Plays a recording: requests and calls get what they got then; one that was not there ends the run. */
export class Player implements Middleware, Clock {
  readonly name = "record";
  readonly #recording: Recording;
  readonly #options: PlayOptions;
  readonly #clean: (json: string) => string;
  readonly #fingerprints: Fingerprints;
  readonly #asks: ReadonlyMap<string, readonly Ask[]>;
  readonly #runs: ReadonlyMap<string, readonly Run[]>;
  readonly #sessions = new Map<Session, number>();
  readonly #finished = new Map<Run, () => void>();
  /** For each run the promise of the one whose output came before its own. */
  readonly #before = new Map<Run, Promise<void>>();
  #time = 0;
  #id = 0;
  #asked = 0;
  #diverged: string | undefined;

  constructor(recording: Recording, options: PlayOptions) {
    this.#recording = recording;
    this.#options = options;
    this.#clean = (json) => options.redact(options.places.toRecorded(json));
    this.#fingerprints = new Fingerprints(this.#clean);
    this.#asks = byKey(recording.asks, (ask) => ask.line.digest);
    this.#runs = byKey(recording.runs, ({ line }) => `${line.name} ${canonical(line.input)}`);
    this.#chainOutputs();
  }

  now(): number {
    return this.#recording.now[this.#time++] ?? this.#options.clock.now();
  }

  id(): string {
    return this.#recording.ids[this.#id++] ?? this.#options.clock.id();
  }

  async *model(request: ModelRequest, signal: AbortSignal, _next: unknown, session: Session): AsyncIterable<Chunk> {
    this.#asked++;
    const ask = this.#find(request, session);
    if (typeof ask === "string") return yield { type: "error", error: { kind: "diverged", message: ask } };
    ask.used = true;
    this.#reach(ask.at);
    await turn();
    for (const chunk of this.#chunks(ask)) {
      if (signal.aborted) return yield { type: "error", error: { kind: "aborted", message: "Stopped." } };
      yield chunk;
    }
    if (ask.answer) this.#reach(ask.answer.at);
  }

  async tool(call: ToolCall, context: ToolContext, next: () => Promise<ToolOutput>): Promise<ToolOutput> {
    if (this.#options.liveTools) return next();
    const run = this.#run(call, context);
    if (typeof run === "string") return { content: run, isError: true };
    run.used = true;
    this.#reach(run.at);
    await Promise.race([this.#before.get(run), sleep(PATIENCE_MS, undefined, { ref: false })]);
    // Whoever waits for the output before goes on first, as then.
    await turn();
    if (run.output) this.#reach(run.output.at);
    this.#finished.get(run)?.();
    const { output, error } = run.output?.line ?? {};
    if (error !== undefined) throw new Error(error);
    return this.#here(output ?? { content: "The recorded run ended while this call ran.", isError: true });
  }

  /** The recorded request that this one is; the sentence that says why there is none. */
  #find(request: ModelRequest, session: Session): Ask | string {
    if (this.#diverged !== undefined) return this.#diverged;
    const got = this.#fingerprints.of(request);
    const number = this.#numberOf(session);
    const same = this.#asks.get(got.digest)?.find((ask) => !ask.used);
    if (same) return same;
    const left = this.#recording.asks.filter((ask) => !ask.used);
    const expected = left.find((ask) => ask.line.session === number) ?? left[0];
    return (this.#diverged = strangeRequest(this.#recording, got, expected, this.#asked));
  }

  /** The recorded call that this one is: the same tool with the same input, by id where two are alike. */
  #run({ id, name, input }: ToolCall, { session }: ToolContext): Run | string {
    if (this.#diverged !== undefined) return this.#diverged;
    this.#numberOf(session);
    const json = this.#clean(canonical(input));
    const alike = this.#runs.get(`${name} ${json}`)?.filter((run) => !run.used) ?? [];
    const found = alike.find((run) => run.line.id === id) ?? alike[0];
    if (found) return found;
    const left = this.#recording.runs.filter((run) => !run.used && run.line.name === name);
    const expected = left.find((run) => run.line.id === id) ?? left[0];
    return (this.#diverged = strangeCall(this.#recording, name, JSON.parse(json), expected));
  }

  #numberOf(session: Session): number {
    const number = this.#sessions.get(session) ?? this.#sessions.size;
    this.#sessions.set(session, number);
    return number;
  }

  #chunks(ask: Ask): readonly Chunk[] {
    const chunks = ask.answer?.line.chunks ?? [];
    const last = chunks.at(-1)?.type;
    const message = "The recorded run was stopped in this answer.";
    const whole = last === "stop" || last === "error";
    const all: Chunk[] = whole ? [...chunks] : [...chunks, { type: "error", error: { kind: "aborted", message } }];
    return this.#options.places.differ ? this.#here(joined(all)) : all;
  }

  /** Times and ids go on from where the recording was at this line. */
  #reach(position: Position): void {
    this.#time = Math.max(this.#time, position.now);
    this.#id = Math.max(this.#id, position.ids);
  }

  /** With the folders of this run in place of the recorded ones. */
  #here<T>(value: T): T {
    const { places } = this.#options;
    return places.differ ? (JSON.parse(places.toHere(JSON.stringify(value))) as T) : value;
  }

  /** Outputs of one session come in the order in which they came then, whatever was started first. */
  #chainOutputs(): void {
    const runs = this.#recording.runs.filter((run) => run.output !== undefined);
    const last = new Map<number, Promise<void>>();
    for (const run of runs.toSorted((a, b) => a.output!.at.line - b.output!.at.line)) {
      this.#before.set(run, last.get(run.line.session) ?? Promise.resolve());
      const done = new Promise<void>((resolve) => this.#finished.set(run, resolve));
      last.set(run.line.session, done);
    }
  }
}

function byKey<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
