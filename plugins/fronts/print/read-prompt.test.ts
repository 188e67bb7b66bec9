import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readPrompt } from "./read-prompt.js";

function io(stdin: object = {}): { stdin: PassThrough; stdout: PassThrough; stderr: PassThrough } {
  return { stdin: Object.assign(new PassThrough(), stdin), stdout: new PassThrough(), stderr: new PassThrough() };
}

describe("readPrompt", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("does not touch a terminal", async () => {
    const streams = io({ isTTY: true });
    expect(await readPrompt(["hi"], streams)).toBe("hi");
    expect(streams.stdin.listenerCount("data")).toBe(0);
  });

  it("reads nothing from /dev/null", async () => {
    const fd = openSync("/dev/null", "r");
    const streams = io({ fd });
    expect(await readPrompt(["hi"], streams)).toBe("hi");
    expect(streams.stdin.listenerCount("data")).toBe(0);
    closeSync(fd);
  });

  it("reads a file that standard input was redirected from", async () => {
    const dir = mkdtempSync(join(tmpdir(), "nacre-"));
    writeFileSync(join(dir, "in.txt"), `${"x".repeat(300_000)}ä\n`);
    const fd = openSync(join(dir, "in.txt"), "r");
    expect(await readPrompt([], io({ fd }))).toBe(`${"x".repeat(300_000)}ä`);
    closeSync(fd);
    rmSync(dir, { recursive: true });
  });

  it("keeps characters whole that were cut between two pieces", async () => {
    const streams = io();
    const bytes = Buffer.from("größe");
    streams.stdin.write(bytes.subarray(0, 3));
    setImmediate(() => streams.stdin.end(bytes.subarray(3)));
    expect(await readPrompt([], streams)).toBe("größe");
  });

  it("goes on after three seconds without a pipe that stays silent, and says so", async () => {
    vi.useFakeTimers();
    const streams = io();
    const prompt = readPrompt(["hi"], streams);
    await vi.advanceTimersByTimeAsync(3000);
    expect(await prompt).toBe("hi");
    expect(String(streams.stderr.read())).toBe(
      "nacre: nothing came on standard input within 3 s, so the run goes on without it.\n",
    );
  });

  it("waits for the end of a pipe that has begun to speak", async () => {
    vi.useFakeTimers();
    const streams = io();
    const prompt = readPrompt(["hi"], streams);
    streams.stdin.write("a");
    await vi.advanceTimersByTimeAsync(10_000);
    streams.stdin.end("b");
    expect(await prompt).toBe("hi\n\nab");
  });

  it("refuses more than 10 MB", async () => {
    const streams = io();
    const prompt = readPrompt([], streams);
    streams.stdin.on("error", () => {}).write(Buffer.alloc(11 * 1024 * 1024, "x"));
    await expect(prompt).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining("10 MB") as string });
  });
});
