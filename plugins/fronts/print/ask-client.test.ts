import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { connect } from "./test-client.js";

describe("can_use_tool", () => {
  const flags = { "permission-prompt-tool": "stdio" };

  it("asks the client and runs what it allows, with the input it names", async () => {
    await using client = await connect([call("Do", { a: 1 }, "c1"), say("done")], { flags });
    client.user("go");
    const request = await client.answer("can_use_tool", { behavior: "allow", updatedInput: { a: 2 } });
    expect(request).toMatchObject({
      tool_name: "Do",
      input: { a: 1 },
      tool_use_id: "c1",
      permission_suggestions: [],
      decision_reason: "It writes.",
    });
    expect(await client.nth(0)).toMatchObject({ result: "done", permission_denials: [] });
    expect(client.run.shell.results()[0]?.content).toBe('Do {"a":2}');
    expect(await client.close()).toBe(0);
  });

  it.each([
    [{ behavior: "deny", message: "Not today." }, "Not today."],
    [{ behavior: "deny" }, "The user does not want this to be done."],
    [{ behavior: "maybe" }, "The client's answer is neither allow nor deny."],
    [{ behavior: "allow", updatedInput: [1] }, "The client's answer has an input that is no object."],
  ])("refuses at the answer %j", async (answer, words) => {
    await using client = await connect([call("Do", {}, "c1"), say("done")], { flags });
    client.user("go");
    await client.answer("can_use_tool", answer);
    expect(await client.close()).toBe(0);
    expect(client.results()[0]).toMatchObject({ permission_denials: [{ tool_use_id: "c1" }] });
    expect(client.run.shell.results()[0]).toMatchObject({ content: words, isError: true });
  });

  it("ends the turn when the client says so", async () => {
    await using client = await connect([call("Do", {}, "c1")], { flags });
    client.user("go");
    await client.answer("can_use_tool", { behavior: "deny", message: "Stop.", interrupt: true });
    expect(await client.nth(0)).toMatchObject({ terminal_reason: "aborted_tools" });
  });

  it("takes the question back when the turn is stopped", async () => {
    await using client = await connect([call("Do", {}, "c1")], { flags });
    client.user("go");
    const asked = await client.run.line((line) => line["type"] === "control_request");
    await client.request({ subtype: "interrupt" });
    await client.nth(0);
    expect(client.run.lines()).toContainEqual({ type: "control_cancel_request", request_id: asked["request_id"] });
    expect(client.run.shell.results()[0]?.content).toBe("Interrupted before it ran. Nothing was done.");
  });

  it("refuses when the client has closed its end and cannot answer", async () => {
    await using client = await connect([call("Do", {}, "c1"), say("done")], { flags });
    client.user("go");
    await client.run.line((line) => line["type"] === "control_request");
    expect(await client.close()).toBe(0);
    expect(client.run.shell.results()[0]?.content).toContain("Nobody could be asked");
  });

  it.each([{}, { ...flags, "permission-prompts": "none" }, { ...flags, "no-interactive": true }])(
    "is not used with the flags %j",
    async (more) => {
      await using client = await connect([call("Do", {}, "c1"), say("done")], { flags: more });
      client.user("go");
      expect(await client.close()).toBe(0);
      expect(client.run.lines().some((line) => line["type"] === "control_request")).toBe(false);
      expect(client.run.lines().some((line) => line["subtype"] === "permission_denied")).toBe(true);
    },
  );
});
