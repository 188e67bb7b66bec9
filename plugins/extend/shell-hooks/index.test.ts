import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { command, notices, ran, withHooks } from "./testing.js";

const pass = {
  name: "pass",
  setup: (ctx: import("../../../core/types.js").PluginContext) =>
    ctx.tap(
      "PreToolUse",
      async (pending) => ({ ...pending, decision: { behavior: "allow" as const, reason: "test" } }),
      { stage: 50 },
    ),
};

describe("PreToolUse", () => {
  it("refuses a call with exit code 2 and tells the model why", async () => {
    await using shell = await withHooks(
      { PreToolUse: command("cat > seen.json; echo no pushing >&2; exit 2", {}, "Bash") },
      { plugins: ["bash", pass], script: [call("Bash", { command: "git push" }), say("ok")] },
    );
    await shell.send("go");
    expect(shell.result(0)).toMatchObject({ isError: true });
    expect(shell.result(0).content).toMatch(/^PreToolUse:Bash hook error: \[cat > seen.json.*\]: no pushing$/);
    expect(JSON.parse(readFileSync(join(shell.dir, "seen.json"), "utf8"))).toMatchObject({
      session_id: shell.session.id,
      cwd: shell.dir,
      hook_event_name: "PreToolUse",
      tool_name: "Bash",
      tool_input: { command: "git push" },
    });
    expect(ran(shell)).toMatchObject([{ name: "PreToolUse:Bash", outcome: "error", exitCode: 2, handler: "command" }]);
  });
  it("is silent where its matcher does not fit", async () => {
    await using shell = await withHooks(
      { PreToolUse: command("exit 2", {}, "Write") },
      { plugins: ["bash", pass], script: [call("Bash", { command: "echo a" }), say("ok")] },
    );
    await shell.send("go");
    expect(shell.result(0).content).toBe("a");
    expect(notices(shell)).toEqual([]);
  });
});
