import type { IncomingMessage } from "node:http";
import { PassThrough, Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Failure, type Endpoint } from "./failure.js";
import { HttpBody } from "./http-body.js";
import { readEvents, readLines } from "./read-stream.js";

const endpoint: Endpoint = { name: "Model", url: "http://127.0.0.1:9", urlName: "MODEL_URL" };
const bodyOf = (source: Readable): HttpBody => new HttpBody(source as IncomingMessage, Infinity);

async function all<T>(lists: AsyncIterable<readonly T[]>, each: () => void = () => {}): Promise<T[]> {
  const items: T[] = [];
  for await (const list of lists) {
    each();
    items.push(...list);
  }
  return items;
}

const failureIn = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no failure",
    (error: unknown) => (error instanceof Failure ? [error.error.kind, error.message, error.details] : error),
  );

describe.each([
  ["events", readEvents, ": hi\r\n\r\nevent: a\r\ndata: ä🐚\r\ndata: 2\r\n\r\nid: 7\ndata: {}\n\ndata: €\n\n"],
  ["lines", readLines, '{"a":"ä🐚"}\r\n\n{"b":2}\n{"c":"€"}'],
] as const)("reading %s", (_, read, text) => {
  const bytes = Buffer.from(text);
  const parts = (...at: number[]): Buffer[] =>
    [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length)).filter((part) => part.length > 0);
  const readAll = (list: readonly Buffer[]): Promise<unknown[]> =>
    all<unknown>(read(bodyOf(Readable.from(list, { objectMode: false })), { endpoint }));

  it("gives the same wherever the bytes are cut in two, and byte by byte", async () => {
    const whole = await readAll([bytes]);
    expect(whole).toHaveLength(3);
    for (let i = 1; i < bytes.length; i++) expect(await readAll(parts(i))).toEqual(whole);
    expect(await readAll(parts(...Array.from({ length: bytes.length - 1 }, (__, i) => i + 1)))).toEqual(whole);
  });

  it("refuses one item of more than 8 MB", async () => {
    const flood = Array.from({ length: 9 }, () => Buffer.alloc(1 << 20, "x"));
    const body = bodyOf(Readable.from([Buffer.from("data: "), ...flood], { objectMode: false }));
    expect(await failureIn(all<unknown>(read(body, { endpoint })))).toEqual([
      "malformed",
      expect.stringContaining("more than 8388608 characters"),
      { retryable: true },
    ]);
  });
});

describe("the watch for silence", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("ends a stream that brings only comments and pings, after 90 s", async () => {
    const source = new PassThrough();
    const failed = failureIn(all(readEvents(bodyOf(source), { endpoint })));
    source.write("data: {}\n\n");
    for (let i = 0; i < 9; i++) {
      await vi.advanceTimersByTimeAsync(10_500);
      source.write(": still here\n\nevent: ping\ndata: {}\n\n");
    }
    expect(await failed).toEqual(["connection", "Model at 127.0.0.1:9 sent nothing for 90 s", { retryable: true }]);
    expect(source.destroyed).toBe(true);
  });

  it("lets a stream live on that brings content now and then, and leaves no timer behind", async () => {
    const source = new PassThrough();
    const body = bodyOf(source);
    const read = all(readEvents(body, { endpoint }), () => body.used());
    for (let i = 0; i < 4; i++) {
      await vi.advanceTimersByTimeAsync(80_000);
      source.write("data: {}\n\n");
    }
    source.end();
    expect(await read).toHaveLength(4);
    expect(vi.getTimerCount()).toBe(0);
  });
});
