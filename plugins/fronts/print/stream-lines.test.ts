import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createKernel } from "../../../core/index.js";
import type { JsonObject } from "../../../schemas/json.js";
import { Output } from "./output.js";
import { StreamLines } from "./stream-lines.js";

describe("StreamLines", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  it("tells of a call's progress at most once a second", async () => {
    const stdout = new PassThrough();
    const output = new Output(stdout, () => {});
    const lines = new StreamLines(createKernel(), output, { partial: false, replay: false });
    lines.begin({ type: "system" }, "s");
    const decision = { behavior: "allow", reason: "" } as const;
    lines.take({ type: "call", at: 0, id: "c", name: "Bash", input: {}, effect: "exec", decision });
    for (const ms of [0, 600, 600, 100, 2000]) {
      vi.advanceTimersByTime(ms);
      lines.take({ type: "progress", id: "c", text: "..." });
    }
    await output.done();
    const told = String(stdout.read())
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => JSON.parse(line) as JsonObject);
    expect(told.map((line) => [line["type"], line["tool_name"], line["elapsed_time_seconds"]])).toEqual([
      ["tool_progress", "Bash", 1.2],
      ["tool_progress", "Bash", 3.3],
    ]);
  });
});
