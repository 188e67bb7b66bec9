import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { boot } from "../../../test/boot.js";

/** A provider that is usable where a variable is set, or once `state` says so. */
function provider(name: string, state: { up: boolean }): Plugin {
  const auto = { order: 1, env: ["TEST_KEY"], probe: true, hint: "set TEST_KEY" };
  return {
    name: `test-${name}`,
    provides: { provider: [{ name, defaultModel: "m-1", auto }] },
    setup: (ctx) =>
      ctx.add("provider", {
        name,
        defaultModel: "m-1",
        auto,
        available: async () => state.up,
        async *stream(request) {
          yield { type: "start", id: "1", model: request.model };
          yield { type: "block", index: 0, block: { type: "text", text: "" } };
          yield { type: "text", index: 0, text: `${name} ${request.model}` };
          yield { type: "block_end", index: 0 };
          yield { type: "stop", stopReason: "end_turn", usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 } };
        },
      }),
  };
}

const text = (message: unknown): unknown => (message as { content: { text: string }[] } | undefined)?.content[0]?.text;

describe("the choosing provider", () => {
  it("takes the first that is usable", async () => {
    const env = { TEST_KEY: "x" };
    await using shell = await boot({
      plugins: ["auto", provider("one", { up: false })],
      script: [],
      env,
      session: { provider: "auto" },
    });
    expect([shell.session.provider, shell.session.model]).toEqual(["one", "m-1"]);
  });

  it("lets a session open where none is usable, and says what to do when a model is asked", async () => {
    await using shell = await boot({
      plugins: ["auto", provider("one", { up: false })],
      script: [],
      session: { provider: "auto" },
    });
    expect(shell.session.provider).toBe("auto");
    const end = await shell.send("hello");
    expect(end).toMatchObject({
      reason: "model_error",
      message: "TEST_KEY not set, and no other provider was found. To use a model: set TEST_KEY (one).",
    });
  });

  it("chooses once more when a model is asked", async () => {
    const state = { up: false };
    await using shell = await boot({
      plugins: ["auto", provider("one", state)],
      script: [],
      session: { provider: "auto" },
    });
    state.up = true;
    expect((await shell.send("hello")).reason).toBe("completed");
    expect(text(shell.session.messages.at(-1))).toBe("one m-1");
  });
});
