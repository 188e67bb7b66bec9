import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import type { Chunk } from "../../../schemas/provider.js";
import type { Session } from "../../../schemas/session.js";
import { call, say } from "../../../test/boot.js";
import { drive, gate, tools } from "../drive.js";

const flags = { "output-format": "stream-json" };

describe("the stream-json format", () => {
  it("writes init first, a line for each answer and result, and the result last", async () => {
    const script = [[{ say: "I look." }, call("Look", { a: 1 }, "c1")], call("Do", {}, "c2"), say("done")];
    await using run = await drive({ words: ["go"], input: "", flags, script });
    expect(await run.code).toBe(3);
    const lines = run.lines();
    expect(
      lines.map(({ type, subtype }) => (subtype === undefined ? type : `${String(type)}/${String(subtype)}`)),
    ).toEqual([
      "system/init",
      "assistant",
      "user",
      "assistant",
      "system/permission_denied",
      "user",
      "assistant",
      "result/success",
    ]);
    expect(new Set(lines.map((line) => line["session_id"])).size).toBe(1);
    expect(new Set(lines.map((line) => line["uuid"])).size).toBe(lines.length);
    expect(lines[0]).toMatchObject({
      cwd: run.shell.dir,
      tools: ["Look", "Do"],
      mcp_servers: [],
      model: "script-1",
      permissionMode: "default",
      apiKeySource: "none",
      output_style: "default",
    });
    expect(lines[1]).toMatchObject({
      parent_tool_use_id: null,
      message: {
        id: "msg-1",
        type: "message",
        role: "assistant",
        model: "script-1",
        stop_reason: "tool_use",
        usage: { input_tokens: 10, output_tokens: 5 },
        content: [
          { type: "text", text: "I look." },
          { type: "tool_use", id: "c1", name: "Look", input: { a: 1 } },
        ],
      },
    });
    expect(lines[2]).toMatchObject({
      message: { role: "user", content: [{ type: "tool_result", tool_use_id: "c1", content: 'Look {"a":1}' }] },
      tool_use_result: { input: { a: 1 } },
    });
    expect(lines[4]).toMatchObject({ tool_name: "Do", tool_use_id: "c2" });
    expect(lines[5]).toMatchObject({ message: { content: [{ tool_use_id: "c2", is_error: true }] } });
  });

  it("names only the tools that the setting leaves", async () => {
    const settings = { "tools.allowed": ["Look"] };
    await using run = await drive({ words: ["go"], input: "", flags, settings, script: [say("ok")] });
    await run.code;
    expect(run.lines()[0]).toMatchObject({ tools: ["Look"] });
  });

  it("gives every piece of an answer as a raw stream event, which add up to the answer", async () => {
    const chunks: Chunk[] = [
      { type: "start", id: "m1", model: "m", usage: { input: 3, output: 0, cacheRead: 0, cacheWrite: 0 } },
      { type: "block", index: 0, block: { type: "thinking", thinking: "" } },
      { type: "thinking", index: 0, thinking: "Hm" },
      { type: "signature", index: 0, signature: "sig" },
      { type: "block_end", index: 0 },
      { type: "block", index: 1, block: { type: "text", text: "" } },
      { type: "text", index: 1, text: "Hel" },
      { type: "text", index: 1, text: "lo" },
      { type: "block_end", index: 1 },
      { type: "stop", stopReason: "end_turn", usage: { input: 3, output: 7, cacheRead: 1, cacheWrite: 2 } },
    ];
    await using run = await drive({
      words: ["go"],
      input: "",
      flags: { ...flags, "include-partial-messages": true },
      settings: { "api.provider": "pieces" },
      plugins: [pieces(chunks)],
      script: [],
    });
    expect(await run.code).toBe(0);
    const events = run.lines().flatMap((line) => (line["type"] === "stream_event" ? [line["event"]] : []));
    expect(events).toEqual([
      {
        type: "message_start",
        message: expect.objectContaining({ id: "m1", role: "assistant", content: [], stop_reason: null }) as object,
      },
      { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "Hm" } },
      { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "sig" } },
      { type: "content_block_stop", index: 0 },
      { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "Hel" } },
      { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "lo" } },
      { type: "content_block_stop", index: 1 },
      {
        type: "message_delta",
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: {
          input_tokens: 3,
          output_tokens: 7,
          cache_read_input_tokens: 1,
          cache_creation_input_tokens: 2,
        },
      },
      { type: "message_stop" },
    ]);
  });

  it("tells of another try", async () => {
    const error = { kind: "overloaded", message: "Overloaded", status: 529 } as const;
    const chunks: Chunk[] = [
      { type: "retry", attempt: 1, maxAttempts: 10, delayMs: 0, error },
      { type: "start", id: "m1", model: "m" },
      { type: "stop", stopReason: "end_turn", usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 } },
    ];
    await using run = await drive({
      words: ["go"],
      input: "",
      flags,
      settings: { "api.provider": "pieces" },
      plugins: [pieces(chunks)],
      script: [],
    });
    await run.code;
    expect(run.lines()[1]).toMatchObject({
      type: "system",
      subtype: "api_retry",
      attempt: 1,
      max_retries: 10,
      retry_delay_ms: 0,
      error_status: 529,
      error: "overloaded",
    });
  });

  it("tells of notices, and holds those from before the first line back until then", async () => {
    const early: Plugin = {
      name: "early",
      setup: (ctx) =>
        ctx.tap("Event", (event, session) => {
          if (event.type !== "session") return;
          session.emit({ type: "notice", at: 0, level: "warning", text: "Mind the gap." });
        }),
    };
    const plugins = [tools, gate, early];
    await using run = await drive({ words: ["go"], input: "", flags, plugins, script: [say("ok")] });
    await run.code;
    expect(run.lines()[0]).toMatchObject({ subtype: "init" });
    expect(run.lines()[1]).toMatchObject({ subtype: "informational", level: "warning", content: "Mind the gap." });
    expect(run.stderr()).toBe("nacre: Mind the gap.\n");
  });

  it("tells of a checkpoint and goes on", async () => {
    const settings = { "limits.checkpoint": 1 };
    const script = [call("Look", {}), say("ok")];
    await using run = await drive({ words: ["go"], input: "", flags, settings, script });
    expect(await run.code).toBe(0);
    expect(run.lines()).toContainEqual(
      expect.objectContaining({
        subtype: "informational",
        level: "notice",
        content: "Checkpoint: 1 model calls so far; the run goes on.",
      }),
    );
  });
});

function pieces(chunks: readonly Chunk[]): Plugin {
  return {
    name: "pieces",
    setup: (ctx) =>
      ctx.add("provider", {
        name: "pieces",
        defaultModel: "m",
        async *stream() {
          yield* chunks;
        },
      }),
  };
}

describe("lines about hooks", () => {
  const hooked: Plugin = {
    name: "hooked",
    setup(ctx) {
      const fired = (event: string, session: Session): void => {
        const facts = { id: `h-${event}`, event, name: event };
        session.emit({ type: "hook_started", ...facts });
        const ended = { at: 0, handler: "command", what: "x", from: "f", ms: 1, effects: [], stdout: "hi" } as const;
        session.emit({ type: "hook", ...facts, ...ended, outcome: "success", exitCode: 0 });
      };
      ctx.tap("SessionStart", async (_, session) => fired("SessionStart", session));
      ctx.tap("UserPromptSubmit", async (_, session) => fired("UserPromptSubmit", session));
    },
  };

  it.each([
    [{}, []],
    [{ verbose: true }, ["SessionStart"]],
    [{ "include-hook-events": true }, ["SessionStart", "UserPromptSubmit"]],
  ])("with the flags %j tell of %j", async (more, events) => {
    const script = [say("done")];
    await using run = await drive({
      words: ["go"],
      input: "",
      flags: { ...flags, ...more },
      script,
      plugins: [hooked],
    });
    await run.code;
    const lines = run.lines().filter((line) => String(line["subtype"]).startsWith("hook_"));
    expect(lines).toMatchObject(
      events.flatMap((event) => [
        { subtype: "hook_started", hook_id: `h-${event}`, hook_event: event },
        { subtype: "hook_response", hook_id: `h-${event}`, stdout: "hi", exit_code: 0, outcome: "success" },
      ]),
    );
  });
});
