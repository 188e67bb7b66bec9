import { describe, expect, it } from "vitest";
import { say } from "../../../test/boot.js";
import { connect } from "./test-client.js";

describe("a client on standard input", () => {
  it("is answered its initialize first, then turn after turn, and ends the run by closing", async () => {
    await using client = await connect([say("one"), say("two")]);
    const answer = await client.request({ subtype: "initialize", hooks: null });
    expect(answer).toMatchObject({ subtype: "success", response: { commands: [], output_style: "default" } });
    client.user("first", { uuid: "0d0c1c3e-9f39-4f3c-a9a4-111111111111" });
    expect(await client.nth(0)).toMatchObject({
      result: "one",
      num_turns: 1,
      user_message_uuid: "0d0c1c3e-9f39-4f3c-a9a4-111111111111",
    });
    client.user("second");
    expect(await client.nth(1)).toMatchObject({ result: "two", usage: { input_tokens: 10 } });
    expect(await client.close()).toBe(0);
    expect(client.run.lines().filter((line) => line["subtype"] === "init")).toHaveLength(2);
    expect(client.run.stderr()).toBe("");
  });

  it("may send what comes next while a turn runs, and close at once", async () => {
    await using client = await connect([say("one"), say("two"), say("three")]);
    for (const text of ["a", "b", "c"]) client.user(text);
    expect(await client.close()).toBe(0);
    expect(client.results().map((result) => result["result"])).toEqual(["one", "two", "three"]);
    expect(client.results().map((result) => result["queued_turn_count"])).toEqual([2, 1, 0]);
  });

  it("may add to the conversation without a turn", async () => {
    await using client = await connect([say("ok")]);
    client.user("By the way.", { shouldQuery: false });
    client.user("Go.");
    await client.close();
    expect(client.results()).toHaveLength(1);
    expect(client.run.shell.requests[0]?.messages.flatMap((message) => message.content)).toEqual([
      { type: "text", text: "By the way." },
      { type: "text", text: "Go." },
    ]);
  });

  it.each([
    [{ systemPrompt: [""] }, []],
    [{ systemPrompt: ["Be brief."] }, ["Be brief."]],
    [{ systemPrompt: ["Be brief."], appendSystemPrompt: "And kind." }, ["Be brief.", "And kind."]],
    [{ appendSystemPrompt: "And kind." }, ["And kind."]],
  ])("sets the system prompt with %j", async (fields, system) => {
    await using client = await connect([say("ok")]);
    await client.request({ subtype: "initialize", ...fields });
    client.user("hi");
    await client.close();
    expect(client.run.shell.requests[0]?.system).toEqual(system);
  });

  it("gets its own messages back when it asks for that", async () => {
    await using client = await connect([say("ok")], { flags: { "replay-user-messages": true } });
    client.user("hi", { uuid: "0d0c1c3e-9f39-4f3c-a9a4-111111111111" });
    await client.close();
    expect(client.run.lines().find((line) => line["type"] === "user")).toMatchObject({
      isReplay: true,
      uuid: "0d0c1c3e-9f39-4f3c-a9a4-111111111111",
      message: { role: "user", content: [{ type: "text", text: "hi" }] },
    });
  });

  it.each([
    ["not JSON", "line 1 of standard input is not JSON and was skipped"],
    ["[1]", "line 1 of standard input is no JSON object and was skipped."],
    ['{"type":"odd"}', 'line 1 of standard input has the unknown type "odd" and was skipped.'],
    ['{"type":"user"}', '"message" must be an object whose role is "user"'],
    ['{"type":"user","message":{"role":"user","content":[{"type":"tool_use"}]}}', 'block 0 of "content" is neither'],
    ['{"type":"control_request"}', "line 1 of standard input is a control request without id or request."],
    ['{"type":"control_response"}', "line 1 of standard input is a control response without content."],
  ])("is told in one sentence that a line is no message: %s", async (line, sentence) => {
    await using client = await connect([say("ok")]);
    client.run.stdin.write(`${line}\n\n{"type":"keep_alive"}\n`);
    client.user("hi");
    expect(await client.close()).toBe(0);
    expect(client.run.stderr()).toContain(
      `nacre: ${sentence.startsWith("line") ? "" : "line 1 of standard input was skipped: "}${sentence}`,
    );
    expect(client.run.stderr().split("\n")).toHaveLength(2);
    expect(client.results()).toHaveLength(1);
  });

  it("is refused a line of more than 16 MB and heard further", async () => {
    await using client = await connect([say("ok")]);
    client.run.stdin.write(`"${"x".repeat(17 * 1024 * 1024)}"\n`);
    client.user("hi");
    expect(await client.close()).toBe(0);
    expect(client.run.stderr()).toContain("line 1 of standard input is longer than 16 MB and was skipped.");
    expect(client.results()).toHaveLength(1);
  });

  it("that says nothing at all is a usage error", async () => {
    await using client = await connect([]);
    await expect(client.close()).rejects.toMatchObject({ exitCode: 2 });
  });

  it("gets the exit code of a last turn that failed", async () => {
    await using client = await connect([]);
    client.user("hi");
    expect(await client.close()).toBe(5);
    expect(client.results()[0]).toMatchObject({ is_error: true, terminal_reason: "model_error" });
  });
});
