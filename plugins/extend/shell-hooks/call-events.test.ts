import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { command, json, kept, keeping, notices, own, pass, ran, until, withHooks } from "./testing.js";

const ECHO = call("Bash", { command: "echo a" }, "c1");

describe("PreToolUse", () => {
  it("refuses with exit code 2 and tells the model why", async () => {
    const hooks = { PreToolUse: command(`${keeping("in")}; echo no pushing >&2; exit 2`, {}, "Bash") };
    await using shell = await withHooks(hooks, { plugins: ["bash", pass], script: [ECHO, say("ok")] });
    await shell.send("go");
    expect(shell.result(0).isError).toBe(true);
    expect(shell.result(0).content).toMatch(/^PreToolUse:Bash hook error: \[cat .*\]: no pushing$/);
    expect(kept(shell, "in")).toMatchObject([
      {
        session_id: shell.session.id,
        cwd: shell.dir,
        tool_name: "Bash",
        tool_input: { command: "echo a" },
        tool_use_id: "c1",
      },
    ]);
    expect(ran(shell)).toMatchObject([{ name: "PreToolUse:Bash", outcome: "error", exitCode: 2, handler: "command" }]);
  });

  it("rewrites the input, which is judged again, and says something beside the result (advisory 30)", async () => {
    const output = own("PreToolUse", {
      permissionDecision: "allow",
      updatedInput: { command: "echo b" },
      additionalContext: "Changed.",
    });
    const settings = { "permissions.deny": ["Bash(echo c)"] };
    const boot = { plugins: ["bash", "permissions"], script: [ECHO, say("ok")], settings };
    await using shell = await withHooks({ PreToolUse: command(json(output)) }, boot);
    await shell.send("go");
    expect(shell.result(0).content).toBe("b");
    expect(shell.result(0).context![0]).toContain("PreToolUse:Bash hook: Changed.");
    const denied = own("PreToolUse", { permissionDecision: "allow", updatedInput: { command: "echo c" } });
    await using other = await withHooks({ PreToolUse: command(json(denied)) }, boot);
    await other.send("go");
    expect(other.result(0)).toMatchObject({ isError: true, refused: { behavior: "deny", rule: "Bash(echo c)" } });
  });

  it.each([
    [["allow", "ask"], "ask"],
    [["ask", "deny"], "deny"],
    [["allow", "defer"], "defer"],
    [["deny", "defer", "ask", "allow"], "deny"],
  ])("lets the strictest of %j decide: %s (advisory 30)", async (behaviors, expected) => {
    const hooks = {
      PreToolUse: behaviors.flatMap((one) =>
        command(json(own("PreToolUse", { permissionDecision: one, permissionDecisionReason: `${one}!` }))),
      ),
    };
    await using shell = await withHooks(hooks, {
      plugins: ["bash"],
      script: [ECHO, say("ok")],
      session: { headless: true },
    });
    await shell.send("go");
    expect(shell.result(0).content).toContain(`${expected}!`);
    if (expected === "ask") expect(shell.result(0).content).toContain("[settings] ask!");
  });

  it("reads the old decision at the top", async () => {
    const hooks = { PreToolUse: command(json({ decision: "block", reason: "old words" })) };
    await using shell = await withHooks(hooks, { plugins: ["bash"], script: [ECHO, say("ok")] });
    await shell.send("go");
    expect(shell.result(0).content).toBe("old words");
  });

  it("stops everything with continue: false", async () => {
    const hooks = { PreToolUse: command(json({ continue: false, stopReason: "Enough." })) };
    await using shell = await withHooks(hooks, {
      plugins: ["bash"],
      script: [[ECHO, call("Bash", { command: "echo b" })]],
    });
    expect(await shell.send("go")).toMatchObject({ reason: "hook_stopped", message: "Enough." });
    expect(shell.results().map((result) => result.isError)).toEqual([true, true]);
    expect(ran(shell)).toHaveLength(1);
  });

  it("is told full paths, and asks `if` about them", async () => {
    const hooks = {
      PreToolUse: [...command(keeping("ts"), { if: "Edit(*.ts)" }), ...command(keeping("js"), { if: "Edit(*.js)" })],
    };
    const script = [call("Write", { file_path: "a.ts", content: "1" }), say("ok")];
    await using shell = await withHooks(hooks, { plugins: ["write", "permissions"], script });
    await shell.send("go");
    expect(kept(shell, "ts")).toMatchObject([{ tool_input: { file_path: join(shell.dir, "a.ts") } }]);
    expect(existsSync(join(shell.dir, "js"))).toBe(false);
  });
});

describe("An `if` that is no rule", () => {
  it("is named once, and the hook runs", async () => {
    const hooks = { PreToolUse: command("true", { if: "Write(*.ts)" }) };
    const script = [
      call("Write", { file_path: "a", content: "1" }),
      call("Write", { file_path: "b", content: "1" }),
      say("ok"),
    ];
    await using shell = await withHooks(hooks, { plugins: ["write", "permissions"], script });
    await shell.send("go");
    expect(ran(shell)).toHaveLength(2);
    expect(notices(shell).filter((text) => text.includes('"Write(*.ts)" is no permission rule'))).toHaveLength(1);
  });
});

describe("A turn that is stopped", () => {
  it("ends the hooks that run in it", async () => {
    const hooks = { PreToolUse: command("touch begun; sleep 30") };
    await using shell = await withHooks(hooks, { plugins: ["bash"], script: [ECHO] });
    const stopper = new AbortController();
    const started = performance.now();
    const sending = shell.send("go", { signal: stopper.signal });
    await until(() => existsSync(join(shell.dir, "begun")));
    stopper.abort();
    expect((await sending).reason).toBe("aborted");
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(ran(shell)).toMatchObject([{ outcome: "cancelled" }]);
  });
});

describe("PermissionRequest", () => {
  const answer = (decision: object): object => ({
    PermissionRequest: command(json(own("PermissionRequest", { decision })), {}, "Bash"),
  });
  const boot = { plugins: ["bash", "permissions"], script: [call("Bash", { command: "touch made" }), say("ok")] };

  it("answers in the person's place: allow, with another input", async () => {
    await using shell = await withHooks(answer({ behavior: "allow", updatedInput: { command: "echo b" } }), boot);
    await shell.send("go");
    expect(shell.result(0).content).toBe("b");
    const made = shell.events.find((event) => event.type === "call");
    expect(made?.decision).toMatchObject({ by: "shell-hooks", reason: "Approved by shell-hooks when asked." });
  });

  it("answers in the person's place: deny, and ends the turn", async () => {
    await using shell = await withHooks(answer({ behavior: "deny", message: "Not now.", interrupt: true }), boot);
    expect((await shell.send("go")).reason).toBe("aborted");
    expect(shell.result(0).content).toBe("Not now.");
  });

  it("is told what is asked, and leaves it to the person when it says nothing", async () => {
    const asked: string[] = [];
    const ask = async ({ call: { name } }: { call: { name: string } }): Promise<{ behavior: "allow" }> => {
      asked.push(name);
      return { behavior: "allow" };
    };
    await using shell = await withHooks({ PermissionRequest: command(`${keeping("in")}; exit 2`) }, { ...boot, ask });
    await shell.send("go");
    expect(asked).toEqual(["Bash"]);
    const [input] = kept(shell, "in");
    expect(input).toMatchObject({
      tool_name: "Bash",
      permission_mode: "default",
      permission_suggestions: [{ type: "addRules" }],
    });
    expect(input).not.toHaveProperty("tool_use_id");
  });
});
