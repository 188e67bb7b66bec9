import { describe, expect, it, vi } from "vitest";
import type { Plugin } from "../../../core/types.js";
import type { JsonObject } from "../../../schemas/json.js";
import { call, say, type Turn } from "../../../test/boot.js";
import { gate, tools, type DriveOptions } from "../drive.js";
import { connect, type TestClient } from "./test-client.js";

/** A client that registers one callback for an event and has answered its initialize. */
async function hooked(
  event: string,
  script: readonly Turn[],
  more: { readonly matcher?: string; readonly onFailure?: string; readonly timeout?: number } = {},
  options: Partial<DriveOptions> = {},
): Promise<TestClient & AsyncDisposable> {
  const client = await connect(script, options);
  const hooks = { [event]: [{ hookCallbackIds: ["hook_0"], ...more }] };
  await client.request({ subtype: "initialize", hooks, systemPrompt: [""] });
  return client;
}

const specific = (fields: object): object => ({ hookSpecificOutput: fields });
const texts = (client: TestClient, request: number): unknown[] =>
  client.run.shell.requests[request]!.messages.flatMap((message) => message.content.map((block) => ({ ...block })));

describe("a PreToolUse callback", () => {
  it("is asked with the public input and can rewrite what runs", async () => {
    await using client = await hooked("PreToolUse", [call("Do", { a: 1 }, "c1"), say("done")], { matcher: "Do|Other" });
    client.user("go");
    const updatedInput = { a: 2 };
    const request = await client.answer(
      "hook_callback",
      specific({ permissionDecision: "allow", updatedInput, additionalContext: "Mind the gap." }),
    );
    expect(request).toMatchObject({
      callback_id: "hook_0",
      tool_use_id: "c1",
      input: {
        session_id: client.run.lines().find((line) => line["subtype"] === "init")?.["session_id"],
        transcript_path: "",
        cwd: client.run.shell.dir,
        hook_event_name: "PreToolUse",
        tool_name: "Do",
        tool_input: { a: 1 },
        tool_use_id: "c1",
      },
    });
    expect(await client.close()).toBe(0);
    expect(client.run.shell.results()[0]).toMatchObject({ content: 'Do {"a":2}', context: ["Mind the gap."] });
  });

  it.each<[object, string]>([
    [specific({ permissionDecision: "deny", permissionDecisionReason: "Not here." }), "Not here."],
    [{ decision: "block", reason: "Not here." }, "Not here."],
    [specific({ permissionDecision: "ask", permissionDecisionReason: "Hm." }), "Hm. Nobody could be asked"],
  ])("can refuse a call with %j", async (output, words) => {
    await using client = await hooked("PreToolUse", [call("Look", {}, "c1"), say("done")]);
    client.user("go");
    await client.answer("hook_callback", output);
    expect(await client.close()).toBe(0);
    expect(client.run.shell.results()[0]?.isError).toBe(true);
    expect(client.run.shell.results()[0]?.content).toContain(words);
  });

  it("is not told once more of a call it refused itself", async () => {
    await using client = await hooked("PreToolUse", [call("Look", {}, "c1"), say("done")]);
    client.user("go");
    await client.answer("hook_callback", specific({ permissionDecision: "deny" }));
    await client.close();
    expect(client.run.lines().some((line) => line["subtype"] === "permission_denied")).toBe(false);
    expect(client.results()[0]).toMatchObject({ permission_denials: [{ tool_name: "Look", tool_use_id: "c1" }] });
  });

  it("can put a call off, which ends the turn with the call in the result", async () => {
    await using client = await hooked("PreToolUse", [call("Look", { a: 1 }, "c1")]);
    client.user("go");
    await client.answer("hook_callback", specific({ permissionDecision: "defer" }));
    expect(await client.close()).toBe(0);
    expect(client.results()[0]).toMatchObject({
      subtype: "success",
      is_error: false,
      stop_reason: "tool_deferred",
      terminal_reason: "tool_deferred",
      deferred_tool_use: { id: "c1", name: "Look", input: { a: 1 } },
    });
  });

  it("is not asked about other tools", async () => {
    await using client = await hooked("PreToolUse", [call("Look", {}), say("done")], { matcher: "Do" });
    client.user("go");
    expect(await client.close()).toBe(0);
    expect(client.run.lines().some((line) => line["type"] === "control_request")).toBe(false);
  });

  it("cannot turn a refusal of the gate into a permission", async () => {
    const refusing: Plugin = {
      name: "refusing",
      setup: (ctx) =>
        ctx.tap("PreToolUse", async (pending) => ({
          ...pending,
          decision: { behavior: "deny" as const, reason: "Never." },
        })),
    };
    const script = [call("Do", {}), say("done")];
    await using client = await hooked("PreToolUse", script, {}, { plugins: [tools, refusing] });
    client.user("go");
    await client.answer("hook_callback", specific({ permissionDecision: "allow" }));
    await client.close();
    expect(client.run.shell.results()[0]).toMatchObject({ content: "Never.", isError: true });
  });

  it("can end the whole turn", async () => {
    await using client = await hooked("PreToolUse", [call("Look", {}, "c1")]);
    client.user("go");
    await client.answer("hook_callback", { continue: false, stopReason: "Enough." });
    expect(await client.nth(0)).toMatchObject({ terminal_reason: "hook_stopped", is_error: true, result: "Enough." });
  });

  it.each<[string, { readonly onFailure?: string }, boolean]>([
    ["goes on when the callback fails", {}, false],
    ["is refused when the callback fails and the client wants that", { onFailure: "block" }, true],
  ])("%s", async (_, more, isError) => {
    await using client = await hooked("PreToolUse", [call("Look", {}, "c1"), say("done")], more);
    client.user("go");
    const asked = await client.run.line(isHook);
    const error = { subtype: "error", request_id: asked["request_id"], error: "It broke." };
    client.run.say({ type: "control_response", response: error });
    await client.close();
    expect(client.run.shell.results()[0]?.isError).toBe(isError);
    if (!isError) expect(client.run.stderr()).toContain("The client's hook for PreToolUse:Look failed: It broke.");
  });

  it("refuses when the callback does not answer in time, and takes the question back", async () => {
    await using client = await hooked("PreToolUse", [call("Look", {}, "c1"), say("done")], { timeout: 0.01 });
    client.user("go");
    const asked = await client.run.line(isHook);
    await client.nth(0);
    expect(client.run.shell.results()[0]?.content).toContain("did not answer within 0.01 s");
    expect(client.run.lines()).toContainEqual({ type: "control_cancel_request", request_id: asked["request_id"] });
  });

  it("refuses when the client has closed its end", async () => {
    await using client = await hooked("PreToolUse", [call("Look", {}, "c1"), say("done")]);
    client.user("go");
    await client.run.line(isHook);
    await client.close();
    expect(client.run.shell.results()[0]?.content).toContain("the client has closed its end");
  });

  it("is told as lines when the client wants to see its hooks", async () => {
    const options = { flags: { "include-hook-events": true } };
    await using client = await hooked("PreToolUse", [call("Look", {}), say("done")], {}, options);
    client.user("go");
    await client.answer("hook_callback", {});
    await client.close();
    const told = client.run.lines().filter((line) => String(line["subtype"]).startsWith("hook_"));
    expect(told).toMatchObject([
      { subtype: "hook_started", hook_name: "PreToolUse:Look", hook_event: "PreToolUse" },
      { subtype: "hook_response", hook_id: told[0]?.["hook_id"], outcome: "success", output: "{}" },
    ]);
  });
});

describe("callbacks of the other events", () => {
  it("PostToolUse adds words and replaces what the model reads", async () => {
    await using client = await hooked("PostToolUse", [call("Look", { a: 1 }, "c1"), say("done")]);
    client.user("go");
    const output = { decision: "block", reason: "Look again.", ...specific({ updatedToolOutput: "censored" }) };
    const request = await client.answer("hook_callback", output);
    expect(request["input"]).toMatchObject({ tool_name: "Look", tool_response: { input: { a: 1 } } });
    await client.close();
    expect(client.run.shell.results()[0]).toMatchObject({ content: "censored", context: ["Look again."] });
  });

  it("PostToolUse can end the turn", async () => {
    await using client = await hooked("PostToolUse", [call("Look", {}, "c1")]);
    client.user("go");
    await client.answer("hook_callback", { continue: false, stopReason: "Enough." });
    expect(await client.nth(0)).toMatchObject({ terminal_reason: "hook_stopped", result: "Enough." });
  });

  it("PostToolUseFailure is called for a call that failed, PostToolUse is not", async () => {
    const failing: Plugin = {
      name: "failing",
      setup: (ctx) =>
        ctx.add("tool", {
          name: "Fail",
          description: "",
          inputSchema: { type: "object" },
          effect: "read",
          run: async () => ({ content: "It broke.", isError: true }),
        }),
    };
    const client = await connect([call("Fail", {}, "c1"), say("done")], { plugins: [tools, gate, failing] });
    await using _ = client;
    const hooks = { PostToolUseFailure: [{ hookCallbackIds: ["bad"] }], PostToolUse: [{ hookCallbackIds: ["good"] }] };
    await client.request({ subtype: "initialize", hooks });
    client.user("go");
    const request = await client.answer("hook_callback", specific({ additionalContext: "Try again." }));
    expect(request).toMatchObject({ callback_id: "bad", input: { error: "It broke.", is_interrupt: false } });
    await client.close();
    expect(client.run.shell.results()[0]?.context).toEqual(["Try again."]);
  });

  it("UserPromptSubmit adds context", async () => {
    await using client = await hooked("UserPromptSubmit", [say("ok")]);
    client.user("go");
    const request = await client.answer("hook_callback", specific({ additionalContext: "It rains." }));
    expect(request["input"]).toMatchObject({ prompt: "go" });
    await client.close();
    expect(texts(client, 0)).toEqual([
      { type: "text", text: "go" },
      { type: "text", text: "It rains." },
    ]);
  });

  it("UserPromptSubmit refuses a prompt", async () => {
    await using client = await hooked("UserPromptSubmit", []);
    client.user("go");
    await client.answer("hook_callback", { decision: "block", reason: "No secrets." });
    expect(await client.nth(0)).toMatchObject({ is_error: true, result: "No secrets.", num_turns: 0 });
    expect(await client.close()).toBe(1);
  });

  it("SessionStart adds context before the first prompt", async () => {
    const client = await connect([say("ok")]);
    await using _ = client;
    const hooks = { SessionStart: [{ matcher: "startup", hookCallbackIds: ["h"] }] };
    await client.request({ subtype: "initialize", hooks });
    const request = await client.answer("hook_callback", specific({ additionalContext: "Welcome." }));
    expect(request["input"]).toMatchObject({ source: "startup", model: "script-1" });
    client.user("go");
    await client.close();
    expect(texts(client, 0)).toContainEqual({ type: "text", text: "Welcome." });
  });

  it("Stop keeps the turn going", async () => {
    await using client = await hooked("Stop", [say("one"), say("two")]);
    client.user("go");
    const first = await client.answer("hook_callback", { decision: "block", reason: "And the tests?" });
    expect(first["input"]).toMatchObject({ stop_hook_active: false, last_assistant_message: "one" });
    const second = await client.answer("hook_callback", {}, 1);
    expect(second["input"]).toMatchObject({ stop_hook_active: true, last_assistant_message: "two" });
    expect(await client.nth(0)).toMatchObject({ result: "two", num_turns: 2 });
    expect(client.run.lines()).toContainEqual(
      expect.objectContaining({
        type: "user",
        isSynthetic: true,
        message: { role: "user", content: [{ type: "text", text: "And the tests?" }] },
      }),
    );
  });

  it.each([
    [{ behavior: "allow" }, 'Do {"a":1}'],
    [{ behavior: "deny", message: "No." }, "No."],
  ])("PermissionRequest answers a question in the client's place with %j", async (decision, content) => {
    await using client = await hooked("PermissionRequest", [call("Do", { a: 1 }), say("done")]);
    client.user("go");
    const request = await client.answer("hook_callback", specific({ decision }));
    expect(request["input"]).toMatchObject({ tool_name: "Do", tool_input: { a: 1 } });
    await client.close();
    expect(client.run.shell.results()[0]?.content).toBe(content);
  });

  it("SessionEnd is called when the program is told to end, and waited for shortly", async () => {
    await using client = await hooked("SessionEnd", [say("ok")]);
    client.user("go");
    await client.nth(0);
    const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
    process.emit("SIGTERM", "SIGTERM");
    const request = await client.answer("hook_callback", {});
    expect(request["input"]).toMatchObject({ hook_event_name: "SessionEnd", reason: "other" });
    expect(await client.run.code).toBe(143);
    exit.mockRestore();
  });

  it("that never happen here are named once", async () => {
    await using client = await hooked("Elicitation", [say("ok")]);
    client.user("go");
    await client.close();
    expect(client.run.stderr()).toBe("nacre: Hooks for Elicitation are never called here.\n");
  });

  it("show their message to the person", async () => {
    await using client = await hooked("UserPromptSubmit", [say("ok")]);
    client.user("go");
    await client.answer("hook_callback", { systemMessage: "Remember the milk." });
    await client.close();
    expect(client.run.lines()).toContainEqual(
      expect.objectContaining({ subtype: "informational", content: "Remember the milk." }),
    );
  });
});

const isHook = ({ type, request }: JsonObject): boolean =>
  type === "control_request" && (request as JsonObject)["subtype"] === "hook_callback";
