import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { gate, tools } from "../drive.js";
import { connect, waiting } from "./test-client.js";

describe("a control request", () => {
  it.each([
    [{ subtype: "mcp_status" }, { subtype: "success", response: { mcpServers: [] } }],
    [{ subtype: "set_model", model: "other" }, { subtype: "success" }],
    [{ subtype: "set_max_thinking_tokens", max_thinking_tokens: 1000 }, { subtype: "success" }],
    [{ subtype: "apply_flag_settings", settings: { model: "other" } }, { subtype: "success" }],
    [
      { subtype: "apply_flag_settings", settings: { env: {}, permissions: { allow: [] } } },
      {
        subtype: "error",
        error: "These settings cannot be changed in a running session: env, permissions.allow.",
      },
    ],
    [{ subtype: "get_context_usage" }, { subtype: "success", response: { model: "script-1", totalTokens: 0 } }],
    [{ subtype: "interrupt" }, { subtype: "success", response: { still_queued: [] } }],
    [
      { subtype: "mcp_message", server_name: "x" },
      { subtype: "error", error: "MCP servers are not supported yet." },
    ],
    [
      { subtype: "set_permission_mode", mode: "plan" },
      { subtype: "error", error: /no permission gate is loaded/ },
    ],
    [
      { subtype: "register_repo_root", directory: "nowhere" },
      { subtype: "error", error: /ENOENT|nowhere/ },
    ],
    [{ subtype: "dance" }, { subtype: "error", error: 'Unsupported control request "dance".' }],
    [{}, { subtype: "error", error: 'Unsupported control request "undefined".' }],
    [
      { subtype: "initialize", jsonSchema: { type: "text" } },
      { subtype: "error", error: /The JSON Schema in the initialize request is not usable/ },
    ],
    [
      { subtype: "initialize", hooks: { PreToolUse: [{ matcher: "(", hookCallbackIds: [] }] } },
      { subtype: "error", error: /no regular expression/ },
    ],
  ])("is always answered: %j", async (request, answer) => {
    await using client = await connect([]);
    const said = await client.request(request);
    const { error, ...fields } = answer as { readonly error?: string | RegExp };
    expect(said).toMatchObject(fields);
    if (error instanceof RegExp) expect(said["error"]).toMatch(error);
    else if (error !== undefined) expect(said["error"]).toBe(error);
    expect(await client.close()).toBe(0);
  });

  it("changes the model and the thinking of the turns to come", async () => {
    await using client = await connect([say("one"), say("two"), say("three")]);
    client.user("a");
    await client.nth(0);
    await client.request({ subtype: "set_model", model: "other" });
    await client.request({ subtype: "set_max_thinking_tokens", max_thinking_tokens: 1000 });
    client.user("b");
    await client.nth(1);
    await client.request({ subtype: "set_model", model: null });
    await client.request({ subtype: "set_max_thinking_tokens", max_thinking_tokens: null });
    client.user("c");
    await client.close();
    expect(client.run.shell.requests.map(({ model, thinkingTokens }) => [model, thinkingTokens])).toEqual([
      ["script-1", undefined],
      ["other", 1000],
      ["script-1", undefined],
    ]);
  });

  it("stops the turn at hand, and what waits goes on", async () => {
    await using client = await connect([call("Wait", {}, "w"), say("two")], { plugins: [tools, gate, waiting] });
    client.user("a");
    await client.run.line((line) => line["type"] === "assistant");
    const id = "0d0c1c3e-9f39-4f3c-a9a4-222222222222";
    client.user("b", { uuid: id });
    expect(await client.request({ subtype: "interrupt" })).toMatchObject({ response: { still_queued: [id] } });
    expect(await client.nth(0)).toMatchObject({
      subtype: "error_during_execution",
      terminal_reason: "aborted_tools",
      is_error: true,
      errors: ["Interrupted."],
    });
    expect(await client.nth(1)).toMatchObject({ result: "two", user_message_uuid: id });
    expect(await client.close()).toBe(0);
  });

  it("can take back what waits", async () => {
    await using client = await connect([call("Wait", {}, "w")], { plugins: [tools, gate, waiting] });
    client.user("a");
    await client.run.line((line) => line["type"] === "assistant");
    const ids = ["2", "3"].map((digit) => `0d0c1c3e-9f39-4f3c-a9a4-${digit.repeat(12)}`);
    for (const uuid of ids) client.user("b", { uuid });
    expect(await client.request({ subtype: "cancel_async_message", message_uuid: ids[0] })).toMatchObject({
      response: { cancelled: true },
    });
    expect(await client.request({ subtype: "interrupt", cancel_queued: true })).toMatchObject({
      response: { still_queued: [], cancelled: [ids[1]] },
    });
    expect(await client.close()).toBe(0);
    expect(client.results()).toHaveLength(1);
  });

  it("that the client takes back is not answered", async () => {
    await using client = await connect([say("ok")]);
    client.run.stdin.write(
      ['{"type":"control_request","request_id":"x","request":{"subtype":"get_context_usage"}}', ""].join("\n") +
        '{"type":"control_cancel_request","request_id":"x"}\n',
    );
    client.user("hi");
    await client.close();
    expect(client.run.lines().some((line) => line["type"] === "control_response")).toBe(false);
  });
});
