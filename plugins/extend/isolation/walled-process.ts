import type { ChildProcess } from "node:child_process";
import type { Duplex } from "node:stream";
import { UserError } from "../../../schemas/errors.js";
import type { Launched } from "./launch.js";
import { answeredError } from "./answered-error.js";
import { Lines } from "./lines.js";
import { Log } from "./log.js";
import { messageIn } from "./message.js";
import { PendingCalls, type Pending } from "./pending.js";
import { MOST_BYTES, type FromChild, type ToChild, type WireError } from "./protocol.js";
import { Rate } from "./rate.js";
import { endGroup, endOf } from "./running.js";
import { Watch, type WatchLimits } from "./watch.js";

/** In one second a process may send so many messages that nobody asked for, and so many bytes. */
const MOST_UNASKED = 2000;
const MOST_PER_SECOND = 128 * 1024 * 1024;
/** Bytes that may wait to be read by the process before nothing more is sent. */
const MOST_UNREAD = 48 * 1024 * 1024;
/** How long after its death what it still had to say is waited for, in ms. */
const LAST_WORDS = 200;
/** How long a process may take to leave, in ms. */
const LEAVE = 1000;

/** How long a call that was stopped may still take, in ms. */
const GRACE = 1000;

/** A call could not be answered because the process has ended; the message goes on from "its process ...". */
export class ProcessEnded extends UserError {}

export interface CallLimits {
  readonly signal?: AbortSignal | undefined;
  /** Takes what a stream brings. */
  readonly piece?: Pending["piece"];
  /** Milliseconds. */
  readonly deadline?: number;
  /** Milliseconds without a word of the process, and the sentence with which the call is given up then. */
  readonly quiet?: { readonly ms: number; readonly sentence: string };
}

/** What a process says of itself, to be acted upon. A throw ends the process. */
export type Unasked = Extract<FromChild, { readonly do: "add" | "tap" | "ask" | "tell" }>;

export interface Handlers {
  take(message: Unasked): void;
  /** It has ended; `how` goes on from "its process ...". Not called when it was told to. */
  ended(how: string): void;
}

/** One process of a plugin: calls go in, answers come out, and whoever does not keep to the rules is ended. */
export class WalledProcess {
  readonly log: Log = new Log();
  readonly watch: Watch;
  readonly #launched: Launched;
  readonly #child: ChildProcess;
  readonly #pipe: Duplex;
  readonly #handlers: Handlers;
  readonly #pending = new PendingCalls();
  readonly #unasked = new Rate(MOST_UNASKED);
  readonly #bytes = new Rate(MOST_PER_SECOND);
  #over: string | undefined;
  /** Its questions that are still to be answered. */
  #asked = 0;
  #isLeaving = false;

  constructor(launched: Launched, handlers: Handlers, limits: WatchLimits) {
    const { child } = launched;
    this.#launched = launched;
    this.#child = child;
    this.#handlers = handlers;
    this.#pipe = child.stdio[3] as Duplex;
    this.watch = new Watch(launched, limits, {
      ping: (id) => this.#send({ do: "ping", id }),
      beat: () => this.#giveUp(),
      cut: (why) => this.cut(why),
    });
    const lines = new Lines(
      MOST_BYTES,
      (line) => this.#line(line),
      () => this.cut("it sent a message of more than 16 MB"),
    );
    this.#pipe.on("data", (chunk: Buffer) => {
      if (!this.#bytes.take(chunk.length)) return this.cut("it sent more than 128 MB in a second");
      lines.push(chunk);
    });
    this.#pipe.on("error", () => undefined);
    for (const stream of [child.stdout, child.stderr]) if (stream) this.log.read(stream);
    child.on("error", (error) => this.#ended(`could not be started: ${error.message}`));
    child.on("exit", (code, signal) => {
      const end = (): void => this.#ended(`ended by itself (${endOf(code, signal)})${this.#words()}`);
      if (this.#pipe.closed) return end();
      this.#pipe.once("close", end);
      setTimeout(end, LAST_WORDS).unref();
    });
    this.#rest();
  }

  get pid(): number | undefined {
    return this.#launched.pid();
  }

  /** True until it has ended, or has been told to. */
  get isOpen(): boolean {
    return this.#over === undefined && !this.#isLeaving;
  }

  /** Bytes that it has not read yet. */
  get unread(): number {
    return this.#pipe.writableLength;
  }

  /** Sends a call and resolves with its answer, as it came. Rejects with `ProcessEnded` when the process ends. */
  call(message: (id: number) => ToChild, options: CallLimits = {}): Promise<unknown> {
    const { signal, piece, quiet, deadline = quiet?.ms ?? Infinity } = options;
    return new Promise<unknown>((resolve, reject) => {
      if (!this.isOpen) return reject(new ProcessEnded(this.#over ?? "has been told to end"));
      const lateness = quiet?.sentence ?? `it did not answer within ${deadline / 1000} s`;
      const times = { until: performance.now() + deadline, lateness, ...(quiet && { quiet: quiet.ms }) };
      const id = this.#pending.add({ resolve, reject, allowed: 0, ...times, ...(piece && { piece }) });
      if (signal) this.#follow(signal, id);
      this.#work();
      try {
        if (this.unread > MOST_UNREAD) this.cut("it does not read what it is sent");
        else this.#send(message(id));
      } catch (error) {
        this.#pending.take(id)?.reject(error as Error);
        this.#rest();
      }
    });
  }

  /** Lets so many more pieces of a stream come. */
  more(id: number, count: number): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.allowed += count;
    this.#send({ do: "more", id, count });
  }

  /** Sends what has no answer. */
  tell(message: ToChild): void {
    if (!this.isOpen) return;
    if (message.do === "answer") this.#asked--;
    if (this.unread > MOST_UNREAD) this.cut("it does not read what it is sent");
    else this.#send(message);
  }

  /** Sends what has no answer, and sees to it that the process goes on afterwards. */
  watched(message: ToChild): void {
    this.tell(message);
    if (this.isOpen && this.#pending.size === 0) this.watch.work();
  }

  /** Ends it because of something it did, or did not do. */
  cut(why: string): void {
    this.#ended(`was ended because ${why}`);
  }

  /** Lets it leave, and ends it when it takes too long. */
  async leave(): Promise<void> {
    if (!this.isOpen) return;
    this.#isLeaving = true;
    const gone = new Promise<void>((done) => this.#child.once("exit", () => done()));
    this.#send({ do: "end" });
    this.#pipe.end();
    const late = new Promise<void>((done) => setTimeout(done, LEAVE).unref());
    this.#hold(true);
    await Promise.race([gone, late]);
    this.#ended("was told to end");
  }

  /** A caller that wants no answer any more gets what there is, if it comes soon. */
  #follow(signal: AbortSignal, id: number): void {
    const pending = this.#pending.get(id)!;
    const stop = (): void => {
      if (!this.#pending.get(id)) return;
      Object.assign(this.#pending.get(id)!, {
        until: performance.now() + GRACE,
        lateness: "Stopped.",
        quiet: undefined,
      });
      this.#send({ do: "stop", id });
    };
    const done =
      <T>(then: (value: T) => void) =>
      (value: T): void => {
        signal.removeEventListener("abort", stop);
        then(value);
      };
    Object.assign(pending, { resolve: done(pending.resolve), reject: done(pending.reject) });
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) setImmediate(stop);
  }

  #giveUp(): void {
    // While it waits for an answer of ours, its time does not pass.
    if (this.#asked > 0) this.#pending.renew(performance.now());
    const all = this.#pending.late(performance.now());
    for (const id of all) {
      const late = this.#pending.take(id, true);
      if (late?.lateness !== "Stopped.") this.#send({ do: "stop", id });
      late?.reject(new UserError(late.lateness));
    }
    if (all.length > 0) this.#rest();
  }

  #words(): string {
    const { words } = this.log;
    return words === "" ? "" : `: ${words}`;
  }

  #ended(why: string): void {
    if (this.#over !== undefined) return;
    this.#over = why;
    this.watch.stop();
    endGroup(this.#child);
    this.#pipe.destroy();
    for (const { reject } of this.#pending.drain()) reject(new ProcessEnded(why));
    if (!this.#isLeaving) this.#handlers.ended(why);
  }

  #send(message: ToChild): void {
    const text = JSON.stringify(message);
    if (text.length > MOST_BYTES) throw new UserError("What it would be sent is more than 16 MB.");
    if (!this.#pipe.destroyed) this.#pipe.write(`${text}\n`);
  }

  #line(line: string): void {
    if (this.#over !== undefined) return;
    const message = messageIn(line);
    if (!message) return this.cut("it sent something that is no message of a plugin");
    switch (message.do) {
      case "answer":
        return this.#answer(message.id, message.value, message.error);
      case "piece":
        return this.#piece(message.id, message.value);
      case "pong":
        this.watch.pong(message.id, message.memory);
        return this.#rest();
      default:
        return this.#take(message);
    }
  }

  #answer(id: number, value: unknown, error: WireError | undefined): void {
    const pending = this.#pending.take(id);
    if (!pending) {
      const fault = this.#pending.fault(id);
      return fault === undefined ? undefined : this.cut(fault);
    }
    this.#rest();
    if (!error) return pending.resolve(value);
    pending.reject(answeredError(error, this.#launched.isOffline));
  }

  #piece(id: number, value: unknown): void {
    const pending = this.#pending.get(id);
    if (!pending) {
      const isWanted = this.#unasked.take(1);
      return isWanted ? undefined : this.cut("it floods nacre with messages");
    }
    if (!pending.piece || pending.allowed-- <= 0) return this.cut("it sent what it was not asked for");
    pending.piece(value);
  }

  #take(message: Unasked): void {
    if (!this.#unasked.take(1)) return this.cut("it floods nacre with messages");
    if (message.do === "ask") this.#asked++;
    this.#pending.renew(performance.now());
    try {
      this.#handlers.take(message);
    } catch (error) {
      this.cut((error as Error).message);
    }
  }

  #work(): void {
    this.#hold(true);
    this.watch.work();
  }

  #rest(): void {
    if (this.#pending.size > 0 || this.#over !== undefined) return;
    this.#hold(false);
    this.watch.rest();
  }

  /** An idle process keeps nobody waiting: nacre ends, and the process with it. */
  #hold(isNeeded: boolean): void {
    for (const stream of [this.#child, this.#pipe, this.#child.stdout, this.#child.stderr]) {
      const handle = stream as { ref?(): void; unref?(): void } | null;
      if (isNeeded) handle?.ref?.();
      else handle?.unref?.();
    }
  }
}
