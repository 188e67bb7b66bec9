import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import type { Plugin } from "../../../core/types.js";
import { drive, gate, tools } from "../drive.js";

const watching = (text: string): Plugin => ({
  name: "transcript",
  setup(ctx) {
    ctx.tap("Event", (event, session) => {
      if (event.type !== "prompt") return;
      queueMicrotask(() => session.emit({ type: "notice", at: 0, level: "warning", plugin: "transcript", text }));
    });
  },
});

describe("the text format", () => {
  it("writes the final text and nothing else", async () => {
    await using run = await drive({
      words: ["hello", "there"],
      input: "",
      script: [[{ say: "Let me look." }, call("Look", {})], say("Hi!")],
    });
    expect(await run.code).toBe(0);
    expect(run.stdout()).toBe("Hi!\n");
    expect(run.stderr()).toBe("");
    expect(run.shell.requests[0]?.messages).toEqual([
      { role: "user", content: [{ type: "text", text: "hello there" }] },
    ]);
  });

  it("adds what was piped in after the words of the command line", async () => {
    await using run = await drive({ words: ["Explain:"], input: "a diff\n", script: [say("ok")] });
    await run.code;
    expect(run.shell.requests[0]?.messages[0]?.content).toEqual([{ type: "text", text: "Explain:\n\na diff" }]);
  });

  it.each([
    [
      "a limit of model calls",
      { "limits.turns": 1 },
      4,
      "Stopped at the limit of model calls for one run, 1 (--max-turns).",
    ],
    [
      "a checkpoint that stops",
      { "limits.checkpoint": 1, "limits.stop_at_checkpoint": true },
      4,
      "Stopped at the checkpoint after 1 model calls.",
    ],
  ])("ends with its own exit code and one sentence at %s", async (_, settings, code, sentence) => {
    await using run = await drive({ words: ["go"], input: "", settings, script: [call("Look", {}), say("done")] });
    expect(await run.code).toBe(code);
    expect(run.stdout()).toBe("");
    expect(run.stderr()).toContain(`Error: ${sentence}\n`);
  });

  it("says that a checkpoint was passed, and goes on", async () => {
    await using run = await drive({
      words: ["go"],
      input: "",
      settings: { "limits.checkpoint": 1 },
      script: [call("Look", {}), say("done")],
    });
    expect(await run.code).toBe(0);
    expect(run.stdout()).toBe("done\n");
    expect(run.stderr()).toBe("nacre: checkpoint: 1 model calls so far; the run goes on.\n");
  });

  it("ends with 5 when the model cannot be asked", async () => {
    await using run = await drive({ words: ["go"], input: "", script: [] });
    expect(await run.code).toBe(5);
    expect(run.stderr()).toBe("Error: The test's script has ended.\n");
  });

  it("ends with 3 when a call was refused because nobody could be asked", async () => {
    await using run = await drive({ words: ["go"], input: "", script: [call("Do", {}), say("I could not.")] });
    expect(await run.code).toBe(3);
    expect(run.stdout()).toBe("I could not.\n");
    expect(run.stderr()).toContain("Do: refused, as nobody could be asked");
  });

  it("ends with 0 when a gate refused a call and the model finished", async () => {
    const refusing: Plugin = {
      name: "refusing",
      setup: (ctx) =>
        ctx.tap("PreToolUse", async (pending) => ({
          ...pending,
          decision: { behavior: "deny" as const, reason: "No." },
        })),
    };
    const script = [call("Do", {}), say("I could not.")];
    await using run = await drive({ words: ["go"], input: "", plugins: [tools, refusing], script });
    expect(await run.code).toBe(0);
  });

  it("says on standard error that the session is not saved", async () => {
    const plugins = [tools, gate, watching("This session goes on without being saved: the disk is full.")];
    await using run = await drive({ words: ["go"], input: "", plugins, script: [say("ok")] });
    expect(await run.code).toBe(0);
    expect(run.stderr()).toBe("nacre: This session goes on without being saved: the disk is full.\n");
  });

  it("shows calls with their output on standard error when asked to show more", async () => {
    const script = [call("Look", { path: "a" }), say("done")];
    await using run = await drive({ words: ["go"], input: "", flags: { verbose: true }, script });
    expect(await run.code).toBe(0);
    expect(run.stdout()).toBe("done\n");
    expect(run.stderr()).toBe('nacre: Look a: done\n  Look {"path":"a"}\n');
  });

  it("shows control characters of a notice instead of passing them on", async () => {
    await using run = await drive({
      words: ["go"],
      input: "",
      plugins: [watching("\u001b[2Jbad")],
      script: [say("ok")],
    });
    await run.code;
    expect(run.stderr()).toBe("nacre: \\x1b[2Jbad\n");
  });
});

describe("the json format", () => {
  const flags = { "output-format": "json" };

  it("writes one object that holds the answer and what it took", async () => {
    const script = [call("Do", { a: 1 }, "c1"), say("done")];
    await using run = await drive({ words: ["go"], input: "", flags, script, plugins: [tools, gate, "usage"] });
    expect(await run.code).toBe(3);
    const { session_id, uuid, total_cost_usd, duration_ms, ...rest } = JSON.parse(run.stdout()) as Record<
      string,
      unknown
    >;
    expect(String(session_id) + String(uuid)).toMatch(/^[0-9a-f-]{72}$/);
    expect([typeof total_cost_usd, typeof duration_ms]).toEqual(["number", "number"]);
    expect(rest).toMatchObject({
      type: "result",
      subtype: "success",
      is_error: false,
      num_turns: 2,
      result: "done",
      stop_reason: "end_turn",
      terminal_reason: "completed",
      usage: { input_tokens: 20, output_tokens: 10, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
      modelUsage: { "script-1": { inputTokens: 20, outputTokens: 10 } },
      permission_denials: [{ tool_name: "Do", tool_use_id: "c1", tool_input: { a: 1 } }],
    });
    expect(rest).not.toHaveProperty("errors");
    expect(rest).not.toHaveProperty("saved");
  });

  it.each([
    [{ "limits.turns": 1 }, 4, { subtype: "error_max_turns", terminal_reason: "max_turns" }],
    [
      { "usage.max_budget_usd": 0 },
      4,
      { subtype: "error_max_budget_usd", terminal_reason: "budget_exhausted", num_turns: 0 },
    ],
  ])("lists errors in the place of a result when %j ends the run", async (settings, code, fields) => {
    const script = [call("Look", {}), say("done")];
    const plugins = [tools, gate, "usage"];
    await using run = await drive({ words: ["go"], input: "", flags, settings, plugins, script });
    expect(await run.code).toBe(code);
    const result = JSON.parse(run.stdout()) as Record<string, unknown>;
    expect(result).toMatchObject({ is_error: true, errors: [expect.any(String)], ...fields });
    expect(result).not.toHaveProperty("result");
  });

  it("marks an answer that no model gave as an error with its words", async () => {
    await using run = await drive({ words: ["go"], input: "", flags, script: [] });
    expect(await run.code).toBe(5);
    expect(JSON.parse(run.stdout())).toMatchObject({
      subtype: "success",
      is_error: true,
      terminal_reason: "model_error",
      result: "The test's script has ended.",
    });
  });

  it("says that the session is not saved", async () => {
    const plugins = [watching("This session goes on without being saved: the disk is full.")];
    await using run = await drive({ words: ["go"], input: "", flags, plugins, script: [say("ok")] });
    await run.code;
    expect(JSON.parse(run.stdout())).toMatchObject({
      saved: false,
      save_error: "This session goes on without being saved: the disk is full.",
    });
  });

  it("writes no character that a terminal would act on", async () => {
    const text = "\u001b]0;x\u0007 \u009b2J \u202eevil\u007f";
    await using run = await drive({ words: ["go"], input: "", flags, script: [say(text)] });
    await run.code;
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(run.stdout()).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
    expect(JSON.parse(run.stdout())).toMatchObject({ result: text });
  });
});

describe("flags that do not go together", () => {
  it.each([
    [{ "input-format": "stream-json" }, "--input-format stream-json needs --output-format stream-json as well."],
    [{ "include-partial-messages": true }, "--include-partial-messages needs --output-format stream-json."],
    [
      { "output-format": "stream-json", "replay-user-messages": true },
      "--replay-user-messages needs --output-format stream-json and --input-format stream-json.",
    ],
    [{ "permission-prompt-tool": "mcp__a__b" }, '--permission-prompt-tool must be "stdio", not "mcp__a__b"'],
    [{ "permission-prompt-tool": "stdio" }, "--permission-prompt-tool stdio needs --input-format stream-json."],
    [{ "json-schema": "{" }, "The JSON Schema in --json-schema is not usable: it is not JSON"],
    [{ "json-schema": '{"type":"text"}' }, 'The JSON Schema in --json-schema is not usable: at "type"'],
  ])("are refused with one sentence: %j", async (flags, sentence) => {
    await using run = await drive({ words: ["go"], input: "", flags, script: [] });
    await expect(run.code).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(sentence) as string });
  });

  it("include a prompt that is nowhere", async () => {
    await using run = await drive({ input: "  \n", script: [] });
    await expect(run.code).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^There is no prompt/),
    });
  });
});
