import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import type { Chunk } from "../../../schemas/provider.js";
import { call, say } from "../../../test/boot.js";
import { command, json, kept, keeping, lastText, notices, own, pass, ran, until, withHooks } from "./testing.js";

describe("Stop", () => {
  it("keeps the turn going with its reason, and is told that it does", async () => {
    const hooks = { Stop: command(`${keeping("in")}; [ -e once ] || { touch once; echo run the tests >&2; exit 2; }`) };
    await using shell = await withHooks(hooks, { plugins: ["bash"], script: [say("done"), say("really")] });
    expect((await shell.send("go")).reason).toBe("completed");
    expect(lastText(shell)).toContain("run the tests");
    expect(kept(shell, "in")).toMatchObject([
      { stop_hook_active: false, last_assistant_message: "done", background_tasks: [], session_crons: [] },
      { stop_hook_active: true, last_assistant_message: "really" },
    ]);
  });

  it("goes on with context as with a reason, and ends with continue: false", async () => {
    const context = `[ -e once ] || { touch once; ${json(own("Stop", { additionalContext: "And the docs?" }))}; }`;
    await using shell = await withHooks({ Stop: command(context) }, { script: [say("done"), say("really")] });
    await shell.send("go");
    expect(lastText(shell)).toContain("And the docs?");
    const hooks = { Stop: command(json({ decision: "block", reason: "more", continue: false })) };
    await using ending = await withHooks(hooks, { script: [say("done")] });
    expect((await ending.send("go")).reason).toBe("completed");
  });

  it("cannot keep a turn going for ever", async () => {
    const script = Array.from({ length: 12 }, () => say("done"));
    await using shell = await withHooks({ Stop: command("echo more >&2; exit 2") }, { script });
    expect((await shell.send("go")).reason).toBe("completed");
    expect(shell.requests.length).toBe(9);
    await using two = await withHooks(
      { Stop: command("echo more >&2; exit 2") },
      { script, env: { PATH: process.env["PATH"], CLAUDE_CODE_STOP_HOOK_BLOCK_CAP: "2" } },
    );
    await two.send("go");
    expect(two.requests.length).toBe(3);
    expect(notices(two)).toContain("The Stop hooks kept the turn going too often, so it ends now.");
  });

  it("is told what runs in the background", async () => {
    const script = [call("Bash", { command: "sleep 5", description: "naps", run_in_background: true }), say("done")];
    await using shell = await withHooks({ Stop: command(keeping("in")) }, { plugins: ["bash", pass], script });
    await shell.send("go");
    expect(kept(shell, "in")[0]!["background_tasks"]).toMatchObject([
      { type: "shell", status: "running", description: "naps", command: "sleep 5" },
    ]);
  });
});

describe("StopFailure", () => {
  it("fires in the place of Stop when the model cannot answer", async () => {
    const broken: Plugin = {
      name: "broken",
      setup: (ctx) =>
        ctx.add("provider", {
          name: "broken",
          defaultModel: "b",
          async *stream(): AsyncGenerator<Chunk> {
            yield { type: "error", error: { kind: "overloaded", message: "Too busy." } };
          },
        }),
    };
    const hooks = { StopFailure: command(keeping("in"), {}, "overloaded"), Stop: command(keeping("stop")) };
    await using shell = await withHooks(hooks, { plugins: [broken], session: { provider: "broken" } });
    await shell.send("go");
    await until(() => ran(shell).length > 0);
    expect(kept(shell, "in")).toMatchObject([
      { error: "overloaded", error_details: "Too busy.", last_assistant_message: "Too busy." },
    ]);
    expect(existsSync(join(shell.dir, "stop"))).toBe(false);
  });
});

describe("MessageDisplay", () => {
  it("fires once for each message with its text", async () => {
    await using shell = await withHooks({ MessageDisplay: command(keeping("in")) }, { script: [say("hello")] });
    await shell.send("go");
    await until(() => ran(shell).length > 0);
    expect(kept(shell, "in")).toMatchObject([{ delta: "hello", index: 0, final: true, message_id: "msg-1" }]);
  });
});

describe("PostModelSwitch", () => {
  it("fires when another model answers from now on, and tells it something", async () => {
    const hooks = { PostModelSwitch: command(`${keeping("in")}; echo You are new here.`, {}, "script-2") };
    await using shell = await withHooks(hooks, { script: [say("ok")] });
    shell.session.setModel("script-2");
    await until(() => ran(shell).length > 0);
    expect(kept(shell, "in")).toMatchObject([{ from_model: "script-1", to_model: "script-2", source: "command" }]);
    await shell.send("go");
    expect(lastText(shell)).toContain("PostModelSwitch hook: You are new here.");
  });
});
