import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.js";

/** Bytes held for a reader that is slower than the network, before the network has to wait. */
const HELD = 1 << 20;
const cut = (message: string): HttpError => new HttpError("ERR_CUT", message);
/** How long an answer's end may take after its content was complete, before its connection is given up. */
const DRAIN_MS = 1_000;

/**
 * The body of an answer: an async iterable of bytes, read once. Iteration throws an HttpError: ERR_CUT when the
 * connection ended early, ERR_TOO_LONG beyond `limit` bytes, ABORT_ERR, or what `cancel` was given.
 */
export class HttpBody implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  /** For a reader to call when it got something of use; whoever watches for silence listens. */
  used: () => void = () => {};
  private readonly source: IncomingMessage;
  private readonly limit: number;
  private queue: Uint8Array[] = [];
  private held = 0;
  private seen = 0;
  private started = false;
  private ended = false;
  private drained = false;
  private problem: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(source: IncomingMessage, limit: number) {
    this.source = source;
    this.limit = limit;
    source.on("error", (error) => this.finish(error instanceof HttpError ? error : cut(error.message)));
    source.on("end", () => this.finish());
    source.on("close", () => {
      if (!this.ended) this.finish(cut("closed"));
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!this.started) this.start();
    while (this.queue.length === 0) {
      if (this.problem) throw this.problem;
      if (this.ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const value = this.queue.shift() as Uint8Array;
    this.held -= value.length;
    if (this.source.isPaused() && this.held < HELD) this.source.resume();
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.cancel();
    return { done: true, value: undefined };
  }

  /** Closes the connection, if the answer has not ended. A reader gets `reason`, or the end when there is none. */
  cancel(reason?: Error): void {
    if (this.drained) return;
    this.queue = [];
    this.finish(reason);
    this.source.destroy();
  }

  /** The reader has what it needs: lets the rest arrive by itself so that the connection can serve the next request. */
  drain(): void {
    this.drained = true;
    if (this.ended || this.source.destroyed) return;
    this.finish();
    this.queue = [];
    this.source.removeAllListeners("data");
    this.source.resume();
    const timer = setTimeout(() => this.source.destroy(), DRAIN_MS).unref();
    this.source.once("close", () => clearTimeout(timer));
  }

  private start(): void {
    this.started = true;
    this.source.on("data", (bytes: Uint8Array) => {
      this.seen += bytes.length;
      if (this.seen > this.limit)
        return this.cancel(new HttpError("ERR_TOO_LONG", `the answer is longer than ${this.limit} bytes`));
      this.queue.push(bytes);
      this.held += bytes.length;
      if (this.held >= HELD) this.source.pause();
      this.notify();
    });
  }

  private finish(problem?: Error): void {
    if (!this.ended) {
      this.ended = true;
      this.problem = problem;
    }
    this.notify();
  }

  private notify(): void {
    const wake = this.wake;
    this.wake = undefined;
    wake?.();
  }
}
