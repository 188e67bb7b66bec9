import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { command, json, kept, keeping, lastText, own, pass, ran, withHooks } from "./testing.js";

const ECHO = call("Bash", { command: "echo a" }, "c1");

describe("PostToolUse", () => {
  it("is told the result, objects to it, and adds context", async () => {
    const output = { decision: "block", reason: "Look again.", ...own("PostToolUse", { additionalContext: "More." }) };
    const hooks = { PostToolUse: [...command(keeping("in"), {}, "Bash"), ...command(json(output))] };
    await using shell = await withHooks(hooks, { plugins: ["bash", pass], script: [ECHO, say("ok")] });
    await shell.send("go");
    expect(kept(shell, "in")).toMatchObject([
      { tool_response: { stdout: "a\n", interrupted: false }, tool_use_id: "c1" },
    ]);
    expect(shell.result(0)).toMatchObject({ content: "a", isError: false });
    expect(shell.result(0).context!.join()).toMatch(/Look again\.[^]*More\./);
  });

  it.each([
    ["a text", "other", "other"],
    ["a shell's answer", { stdout: "out", stderr: "err" }, "out\nerr"],
    ["what has another shape", { lines: 3 }, "a"],
  ])("puts %s in the place of the output", async (_, updatedToolOutput, content) => {
    const hooks = { PostToolUse: command(json(own("PostToolUse", { updatedToolOutput }))) };
    await using shell = await withHooks(hooks, { plugins: ["bash", pass], script: [ECHO, say("ok")] });
    await shell.send("go");
    expect(shell.result(0).content).toBe(content);
  });

  it("tells the model what exit code 2 says, and ends the turn with continue: false", async () => {
    const hooks = { PostToolUse: command("echo badly formatted >&2; exit 2") };
    await using shell = await withHooks(hooks, { plugins: ["bash", pass], script: [ECHO, say("ok")] });
    await shell.send("go");
    expect(shell.result(0)).toMatchObject({ content: "a" });
    expect(shell.result(0).context![0]).toContain("badly formatted");
    const stop = { PostToolUse: command(json({ continue: false, stopReason: "Enough." })) };
    await using stopping = await withHooks(stop, { plugins: ["bash", pass], script: [ECHO] });
    expect(await stopping.send("go")).toMatchObject({ reason: "hook_stopped", message: "Enough." });
  });
});

describe("PostToolUseFailure", () => {
  it("fires in the place of PostToolUse when a call has failed", async () => {
    const hooks = {
      PostToolUse: command(keeping("post")),
      PostToolUseFailure: command(`${keeping("in")}; echo hint >&2; exit 2`),
    };
    await using shell = await withHooks(hooks, {
      plugins: ["bash", pass],
      script: [call("Bash", { command: "exit 3" }), say("ok")],
    });
    await shell.send("go");
    expect(kept(shell, "in")).toMatchObject([
      { error: expect.stringContaining("Exit code 3"), tool_input: { command: "exit 3" } },
    ]);
    expect(shell.result(0).context![0]).toContain("hint");
    expect(existsSync(join(shell.dir, "post"))).toBe(false);
  });
});

describe("PostToolBatch", () => {
  it("fires once when all calls of an answer are done, and tells the model something that stays", async () => {
    const hooks = {
      PostToolBatch: [
        ...command(keeping("in")),
        ...command(json(own("PostToolBatch", { additionalContext: "All done." }))),
      ],
    };
    const script = [[ECHO, call("Bash", { command: "echo b" }, "c2")], say("ok"), say("again")];
    await using shell = await withHooks(hooks, { plugins: ["bash", pass], script });
    await shell.send("go");
    expect(kept(shell, "in")).toMatchObject([
      {
        tool_calls: [
          { tool_name: "Bash", tool_use_id: "c1", tool_response: "a" },
          { tool_use_id: "c2", tool_response: "b" },
        ],
      },
    ]);
    expect(lastText(shell)).toContain("All done.");
    await shell.send("more");
    expect(lastText(shell)).toContain("All done.");
    expect(ran(shell)).toHaveLength(2);
  });

  it("ends the turn by refusing", async () => {
    const hooks = { PostToolBatch: command("echo stop here >&2; exit 2") };
    await using shell = await withHooks(hooks, { plugins: ["bash", pass], script: [ECHO] });
    expect(await shell.send("go")).toMatchObject({ reason: "hook_stopped", message: "stop here" });
  });
});
