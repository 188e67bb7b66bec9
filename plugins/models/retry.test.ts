import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Chunk } from "../../schemas/provider.js";
import { Failure, type Endpoint, type FailureDetails } from "./failure.js";
import { retrying, type Attempt, type RetryOptions } from "./retry.js";

const endpoint: Endpoint = { name: "Model", url: "http://127.0.0.1:9", urlName: "MODEL_URL" };
const start: Chunk = { type: "start", id: "1", model: "m" };
const stop: Chunk = {
  type: "stop",
  stopReason: "end_turn",
  usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 },
};
const failure = (details: Partial<FailureDetails> = {}): Failure =>
  new Failure({ kind: "server", message: "out of order" }, { retryable: true, ...details });

/** Fails as long as there are failures left, then answers. */
function failing(...failures: readonly Error[]): Attempt {
  const left = [...failures];
  return async function* () {
    yield [start];
    const next = left.shift();
    if (next) throw next;
    yield [stop];
  };
}

async function run(attempt: Attempt, options: Partial<RetryOptions> = {}): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  const all = (async () => {
    for await (const chunk of retrying(endpoint, attempt, { signal: new AbortController().signal, ...options }))
      chunks.push(chunk);
  })();
  await vi.runAllTimersAsync();
  await all;
  return chunks;
}

const waits = (chunks: readonly Chunk[]): number[] =>
  chunks.flatMap((chunk) => (chunk.type === "retry" ? [chunk.delayMs] : []));

describe("retrying", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("passes an answer on as it is", async () => {
    expect(await run(failing())).toEqual([start, stop]);
  });

  it.each([
    [0, [50, 0, 0, 0, 0, 0, 0, 0, 0]],
    [1, [200, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 32_000]],
  ])("waits 50 to 200 ms first, then longer and longer at random (%d), ten tries in all", async (random, expected) => {
    const chunks = await run(failing(...Array.from({ length: 99 }, () => failure())), { random: () => random });
    expect(waits(chunks)).toEqual(expected);
    expect(chunks.findLast(({ type }) => type === "retry")).toMatchObject({ attempt: 9, maxAttempts: 10 });
    expect(chunks.at(-1)).toEqual({
      type: "error",
      error: { kind: "server", message: "out of order (given up after 10 tries)" },
    });
  });

  it.each([
    [700, 700],
    [3_600_000, 60_000],
  ])("waits at least the %d ms a server asks for, up to a minute", async (retryAfterMs, expected) => {
    expect(waits(await run(failing(failure({ retryAfterMs })), { random: () => 0 }))).toEqual([expected]);
  });

  it("does not try again what will fail again", async () => {
    expect(await run(failing(failure({ retryable: false })))).toEqual([
      start,
      { type: "error", error: { kind: "server", message: "out of order" } },
    ]);
  });

  it("tries less often where the failure says so", async () => {
    const chunks = await run(failing(...Array.from({ length: 9 }, () => failure({ maxTries: 3 }))));
    expect(waits(chunks).length).toBe(2);
  });

  it("ends when the next wait would exceed the budget of time", async () => {
    const failures = Array.from({ length: 9 }, () => failure({ retryAfterMs: 1000 }));
    expect(waits(await run(failing(...failures), { budgetMs: 2500, random: () => 0 }))).toEqual([1000, 1000]);
  });

  it("takes an attempt that ends without its end marker for one that was cut off", async () => {
    let tries = 0;
    const chunks = await run(async function* () {
      yield tries++ === 0 ? [start] : [start, stop];
    });
    expect(chunks).toMatchObject([start, { type: "retry", error: { kind: "connection" } }, start, stop]);
  });

  it("tells an unexpected error instead of throwing it", async () => {
    expect((await run(failing(new TypeError("x is not a function")))).at(-1)).toMatchObject({
      type: "error",
      error: { message: expect.stringContaining("x is not a function") },
    });
  });

  it("stops in the middle of a wait, and leaves no timer behind", async () => {
    const stopping = new AbortController();
    const chunks: Chunk[] = [];
    for await (const chunk of retrying(endpoint, failing(failure({ retryAfterMs: 50_000 })), {
      signal: stopping.signal,
    })) {
      chunks.push(chunk);
      if (chunk.type === "retry") queueMicrotask(() => stopping.abort());
    }
    expect(chunks.at(-1)).toEqual({ type: "error", error: { kind: "aborted", message: "aborted" } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(["leaves early", "aborts"])("aborts the attempt when its reader %s", async (how) => {
    const stopping = new AbortController();
    let seen: AbortSignal | undefined;
    const attempt: Attempt = async function* (signal) {
      seen = signal;
      yield [start, start];
    };
    for await (const _ of retrying(endpoint, attempt, { signal: stopping.signal })) {
      if (how === "leaves early") break;
      stopping.abort();
    }
    expect(seen?.aborted).toBe(true);
  });
});
