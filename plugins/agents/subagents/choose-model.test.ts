import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { call, say } from "../../../test/boot.js";
import { given, notices, reports, task, team } from "./testing.js";

describe("the model of an agent", () => {
  const other: Plugin = {
    name: "other",
    setup: (ctx) =>
      ctx.add("provider", {
        name: "other",
        defaultModel: "other-1",
        models: async () => ["other-1", "other-2"],
        async *stream() {
          yield { type: "error", error: { kind: "config", message: "not asked" } };
        },
      }),
  };

  it.each([
    ["its session's by default", {}, "script-1"],
    ["its session's for an alias of another provider", { fields: { model: "haiku" } }, "script-1"],
    [
      "what the settings say an alias means",
      { fields: { model: "haiku" }, settings: { "agents.models": { haiku: "small" } } },
      "small",
    ],
    ["the call's before the file's", { fields: { model: "haiku" }, input: { model: "script-1" } }, "script-1"],
    ["of another provider", { fields: { provider: "other", model: "other-2" } }, "other-2"],
    ["another provider's default", { fields: { provider: "other" } }, "other-1"],
    [
      "of a provider that an alias names",
      { fields: { model: "mine" }, settings: { "agents.models": { mine: "other/other-2" } } },
      "other-2",
    ],
    [
      "that of the settings before all",
      { fields: { model: "other-1" }, settings: { "agents.model": "script-1" } },
      "script-1",
    ],
  ])("is %s", async (_, said, model) => {
    const { fields = {}, input = {}, settings = {} } = said as { fields?: object; input?: object; settings?: object };
    await using shell = await team({
      plugins: [other, "anthropic"],
      settings: { ...given({ one: fields }), ...settings },
      script: [call("Agent", task("one", input)), say("done")],
      agents: { one: [say("ok")] },
    });
    await shell.send("go");
    expect(shell.requests[1]!.model).toBe(model);
    expect(notices(shell)).toEqual([]);
  });

  it.each([
    [
      { model: "gpt-99" },
      /^The agent one asks for the model gpt-99, which test-script does not know; it runs with script-1\./,
    ],
    [{ provider: "gone" }, /^The agent one asks for the provider gone, which is not there .* It runs with script-1\.$/],
  ])("that is not there is replaced, with a word: %j", async (fields, sentence) => {
    await using shell = await team({
      settings: given({ one: fields }),
      script: [call("Agent", task("one")), say("done")],
      agents: { one: [say("ok")] },
    });
    await shell.send("go");
    expect(reports(shell)[0]!.content).toBe("ok");
    expect(notices(shell)).toEqual([expect.stringMatching(sentence)]);
  });

  it("writes answers no longer and thinks as much as the agent's file says", async () => {
    await using shell = await team({
      settings: given({ one: { maxTokens: 2048, effort: "high" } }),
      script: [call("Agent", task("one")), say("done")],
      agents: { one: [say("ok")] },
    });
    const seen: object[] = [];
    await shell.kernel.load({
      name: "seeing",
      setup: (ctx) => ctx.tap("PreModel", async (request) => void seen.push(request), { stage: 1000 }),
    });
    await shell.send("go");
    expect(shell.requests[1]).toMatchObject({ maxTokens: 2048, thinkingTokens: 16_384 });
    expect(shell.requests[0]).not.toHaveProperty("thinkingTokens");
    expect(seen).toHaveLength(3);
  });
});
