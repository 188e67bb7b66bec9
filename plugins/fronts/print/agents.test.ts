import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { drive, gate, tools, type Drive, type DriveOptions } from "../drive.js";
import { connect } from "./test-client.js";

const plugins = ["subagents", tools, gate, "usage"];
const start = call("Agent", { subagent_type: "Explore", prompt: "Look." }, "the-agent");
const agents = { Explore: [[say("Let me see."), call("Look", {}, "inner")], say("Seen.")] };

function run(options: Partial<DriveOptions> = {}): Promise<Drive> {
  const flags = { "output-format": "stream-json", ...options.flags };
  return drive({ words: ["go"], input: "", plugins, agents, script: [start, say("done")], ...options, flags });
}

describe("agents in a run without a person", () => {
  it("show what they do under the call that started them, and what they say only in its result", async () => {
    await using ran = await run();
    expect(await ran.code).toBe(0);
    const lines = ran.lines().map(({ type, parent_tool_use_id: parent, message }) => ({ type, parent, message }));
    expect(lines.map(({ type, parent }) => [type, parent ?? null])).toEqual([
      ["system", null],
      ["assistant", null],
      ["assistant", "the-agent"],
      ["user", "the-agent"],
      ["user", null],
      ["assistant", null],
      ["result", null],
    ]);
    expect(lines[2]).toMatchObject({ message: { content: [{ type: "tool_use", id: "inner" }] } });
    expect(lines[4]).toMatchObject({ message: { content: [{ tool_use_id: "the-agent", content: "Seen." }] } });
    expect(ran.lines()[0]).toMatchObject({ agents: ["general-purpose", "Explore", "Plan"] });
    expect(ran.lines().at(-1)).toMatchObject({
      result: "done",
      num_turns: 2,
      usage: { input_tokens: 20 },
      modelUsage: { "script-1": { inputTokens: 40 } },
    });
  });

  it("show what they say, too, with --forward-subagent-text", async () => {
    await using ran = await run({ flags: { "forward-subagent-text": true } });
    await ran.code;
    const own = ran.lines().filter((line) => line["parent_tool_use_id"] === "the-agent");
    expect(own.map(({ type }) => type)).toEqual(["user", "assistant", "user", "assistant"]);
    expect(own[0]).toMatchObject({ message: { content: [{ type: "text", text: "Look." }] } });
    expect(own.at(-1)).toMatchObject({ message: { content: [{ type: "text", text: "Seen." }] } });
  });

  it("do not show in text: the answer alone is written", async () => {
    await using ran = await run({ flags: { "output-format": "text" } });
    await ran.code;
    expect(ran.stdout()).toBe("done\n");
  });

  it("end the run with the code of a refusal where nobody could approve what they wanted to do", async () => {
    const writing = { "general-purpose": [call("Do", { a: 1 }, "inner"), say("Not done.")] };
    const script = [call("Agent", { prompt: "Do it." }, "the-agent"), say("done")];
    await using ran = await run({ script, agents: writing });
    expect(await ran.code).toBe(3);
    const denial = { tool_name: "Do", tool_use_id: "inner", tool_input: { a: 1 } };
    expect(ran.lines().at(-1)).toMatchObject({ permission_denials: [denial] });
    expect(ran.lines()).toContainEqual(expect.objectContaining({ subtype: "permission_denied", tool_use_id: "inner" }));
  });

  it("come from the command line, and one of them can be the whole conversation", async () => {
    const one = { one: { description: "d", prompt: "You are one.", tools: ["Look"] } };
    const settings = { "agents.json": JSON.stringify(one), agent: "one" };
    await using ran = await run({ settings, script: [say("done")] });
    expect(await ran.code).toBe(0);
    expect(ran.shell.requests[0]).toMatchObject({ tools: [{ name: "Look" }] });
    expect(ran.shell.requests[0]!.system[0]).toBe("You are one.");
  });

  it.each([
    [{ agent: "gone" }, /There is no agent "gone"/],
    [{ "agents.json": "{" }, /--agents is not valid JSON/],
  ])("that are wrong end the run before anything is sent: %j", async (settings, sentence) => {
    await using ran = await run({ settings });
    await expect(ran.code).rejects.toThrow(sentence);
    expect(ran.shell.requests).toEqual([]);
  });
});

describe("agents of a client", () => {
  it("are taken from its initialize, listed in the answer, and named in its questions and hooks", async () => {
    const script = [call("Agent", { subagent_type: "mine", prompt: "Do it." }, "the-agent"), say("done")];
    const flags = { "permission-prompt-tool": "stdio" };
    const mine = { mine: [call("Do", {}, "inner"), say("Done.")] };
    await using client = await connect(script, { plugins, agents: mine, flags });
    const response = await client.request({
      subtype: "initialize",
      agents: { mine: { description: "Mine.", prompt: "You are mine." } },
      hooks: { SubagentStop: [{ hookCallbackIds: ["end"] }], Stop: [{ hookCallbackIds: ["main"] }] },
    });
    expect(response).toMatchObject({
      response: { agents: expect.arrayContaining([{ name: "mine", description: "Mine." }]) },
    });
    client.user("go");
    const asked = await client.answer("can_use_tool", { behavior: "allow", updatedInput: {} });
    expect(asked).toMatchObject({ tool_name: "Do", agent_id: expect.any(String) as string });
    const ended = await client.answer("hook_callback", {});
    expect(ended).toMatchObject({ callback_id: "end", input: { agent_type: "mine", hook_event_name: "SubagentStop" } });
    const stopped = await client.answer("hook_callback", {}, 1);
    expect(stopped).toMatchObject({ callback_id: "main", input: { hook_event_name: "Stop" } });
    expect(await client.close()).toBe(0);
  });
});
