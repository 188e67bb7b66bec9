import type { Launched } from "./launch.js";
import { cpuOf, memoryOf } from "./usage.js";

export interface WatchLimits {
  /** Bytes of memory. */
  readonly memory: number;
  /** Milliseconds without a sign of life while something is asked of it. */
  readonly silence: number;
}

export interface Watched {
  ping(id: number): void;
  /** Time has passed while something was asked of it. */
  beat(): void;
  cut(why: string): void;
}

/** How often a process is looked at while it works, and while it rests, in ms. */
const WORKING = 250;
const RESTING = 5000;
/** A call looks at its memory, but not more often than this, in ms. */
const PACE = 100;
const MB = 1024 * 1024;

/** Looks after a process: whether it answers, and how much memory it uses. */
export class Watch {
  memory = 0;
  peak = 0;
  readonly #process: Pick<Launched, "pid">;
  readonly #limits: WatchLimits;
  readonly #watched: Watched;
  #timer: NodeJS.Timeout | undefined;
  #isWorking = false;
  #looked = 0;
  #asked = 0;
  #answered = 0;
  /** Looks in a row at which a question was open. Counted, not timed: nacre itself may have slept. */
  #silent = 0;

  constructor(process: Pick<Launched, "pid">, limits: WatchLimits, watched: Watched) {
    this.#process = process;
    this.#limits = limits;
    this.#watched = watched;
  }

  /** Processor time in seconds. */
  get cpu(): number {
    const pid = this.#process.pid();
    return pid === undefined ? 0 : cpuOf(pid);
  }

  /** What the system says of its memory, in bytes. */
  get #told(): number | undefined {
    const pid = this.#process.pid();
    return pid === undefined ? undefined : memoryOf(pid);
  }

  work(): void {
    const now = performance.now();
    if (now - this.#looked > PACE) this.look();
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#silent = 0;
    this.#every(WORKING, () => this.#beat());
  }

  rest(): void {
    this.#isWorking = false;
    this.#every(RESTING, () => this.look());
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  pong(id: number, memory: number): void {
    if (id > this.#asked) return this.#watched.cut("it answered a question that was never asked");
    if (id <= this.#answered) return this.#watched.cut("it answered the same question twice");
    this.#answered = id;
    // What it says of itself counts only where the system says nothing.
    if (this.#told === undefined) this.#seen(memory);
  }

  #every(ms: number, look: () => void): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(look, ms).unref();
  }

  #beat(): void {
    this.look();
    this.#watched.beat();
    if (!this.#isWorking) return;
    this.#silent = this.#answered < this.#asked ? this.#silent + 1 : 0;
    if (this.#silent * WORKING >= this.#limits.silence) {
      return this.#watched.cut(`it has not given a sign of life for ${this.#limits.silence / 1000} s`);
    }
    if (this.#silent === 0) this.#watched.ping(++this.#asked);
  }

  /** Looks at its memory, in bytes. */
  look(): number {
    this.#looked = performance.now();
    const memory = this.#told;
    if (memory !== undefined) this.#seen(memory);
    return this.memory;
  }

  #seen(memory: number): void {
    this.memory = memory;
    this.peak = Math.max(this.peak, memory);
    if (memory <= this.#limits.memory) return;
    const [used, most] = [memory, this.#limits.memory].map((bytes) => Math.round(bytes / MB));
    this.#watched.cut(`it uses ${used} MB of memory, and ${most} MB are allowed`);
  }
}
