import type { Chunk, ModelError } from "../../schemas/provider.js";
import { cutFailure, failureOf, type Endpoint, type Failure } from "./failure.js";

export interface RetryOptions {
  /** Ends everything at once, with an error of the kind "aborted". */
  readonly signal: AbortSignal;
  /** Tries in all, the first one included; 10 otherwise. */
  readonly tries?: number;
  /** Milliseconds from the first failure after which nothing is tried again; 10 minutes otherwise. */
  readonly budgetMs?: number;
  /** Between 0 and 1. For tests. */
  readonly random?: () => number;
}

/**
 * One try at an answer: yields what arrived together as one list, ends after a `stop` chunk, throws when it fails.
 * `signal` is aborted when the answer is no longer wanted.
 */
export type Attempt = (signal: AbortSignal) => AsyncIterable<readonly Chunk[]>;

const TRIES = 10;
const BUDGET_MS = 600_000;
/** The longest wait a server can ask for. */
const WAIT_MS = 60_000;
const ABORTED: Chunk = { type: "error", error: { kind: "aborted", message: "aborted" } };

/**
 * The chunks of `attempt`, begun anew after a failure that may pass: a `retry` chunk (`attempt` counts the tries that
 * failed), a wait, another attempt. The first wait is 50 to 200 ms, later ones are random up to 0.5 s, 1 s, ... 32 s,
 * never shorter than the server asked for. An attempt that ends without `stop` was cut off. Ends with `stop` or
 * `error`; never throws, and leaves no connection open when its reader goes.
 */
export async function* retrying(
  endpoint: Endpoint,
  attempt: Attempt,
  options: RetryOptions,
): AsyncGenerator<Chunk, void, undefined> {
  const { signal } = options;
  const plan = new Plan(options);
  while (!signal.aborted) {
    const inner = new AbortController();
    const abort = (): void => inner.abort();
    signal.addEventListener("abort", abort, { once: true });
    let stopped = false;
    let failure: Failure;
    try {
      // The chunks are yielded here and not through `yield*`, which would cost each of them twice.
      for await (const chunks of attempt(inner.signal))
        for (const chunk of chunks) {
          if (signal.aborted) return yield ABORTED;
          stopped ||= chunk.type === "stop";
          yield chunk;
          if (stopped) return;
        }
      failure = cutFailure(endpoint);
    } catch (error) {
      failure = failureOf(error, endpoint);
    } finally {
      signal.removeEventListener("abort", abort);
      if (!stopped) inner.abort();
    }
    if (signal.aborted) break;
    const next = plan.after(failure);
    yield next;
    if (next.type === "error") return;
    await wait(next.delayMs, signal);
  }
  yield ABORTED;
}

/** Decides after each failure whether to try again, and when. */
class Plan {
  private readonly options: RetryOptions;
  private tried = 0;
  private deadline: number | undefined;

  constructor(options: RetryOptions) {
    this.options = options;
  }

  after({ error, details }: Failure): Extract<Chunk, { type: "retry" | "error" }> {
    const { tries = TRIES, budgetMs = BUDGET_MS } = this.options;
    const attempt = ++this.tried;
    this.deadline ??= performance.now() + budgetMs;
    const maxAttempts = Math.min(tries, details.maxTries ?? tries);
    const delayMs = Math.ceil(Math.max(this.backoff(), Math.min(details.retryAfterMs ?? 0, WAIT_MS)));
    if (details.retryable && attempt < maxAttempts && performance.now() + delayMs <= this.deadline)
      return { type: "retry", attempt, maxAttempts, delayMs, error };
    return { type: "error", error: details.retryable ? givenUp(error, attempt) : error };
  }

  private backoff(): number {
    const random = (this.options.random ?? Math.random)();
    if (this.tried === 1) return 50 + random * 150;
    return random * Math.min(32_000, 500 * 2 ** (this.tried - 2));
  }
}

function givenUp(error: ModelError, tried: number): ModelError {
  return tried === 1 ? error : { ...error, message: `${error.message} (given up after ${tried} tries)` };
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
