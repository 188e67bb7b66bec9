import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import type { Answer } from "../../../schemas/decision.js";
import { call, say } from "../../../test/boot.js";
import { drive, gate, tools, type Drive } from "../drive.js";

const script = [call("Do", { a: 1 }, "c1"), say("done")];

/** A hook that answers in a person's place. */
const hook: Plugin = {
  name: "hook",
  setup: (ctx) => ctx.add("middleware", { name: "hook", ask: async (): Promise<Answer> => ({ behavior: "allow" }) }),
};

/** The question as it was put. */
async function question(run: Drive): Promise<Record<string, unknown>> {
  for (let waited = 0; waited < 300; waited++) {
    const line = run
      .stderr()
      .split("\n")
      .find((one) => one.startsWith("{"));
    if (line !== undefined) return JSON.parse(line) as Record<string, unknown>;
    await new Promise((resolve) => void setTimeout(resolve, 10));
  }
  throw new Error(`nothing was asked: ${run.stderr()}`);
}

const content = (run: Drive): unknown => run.shell.result(0).content;

describe("--on-ask", () => {
  it("deny asks nobody, hooks neither, and ends with exit code 3", async () => {
    const plugins = [tools, gate, hook];
    await using run = await drive({ words: ["go"], input: "", script, plugins, flags: { "on-ask": "deny" } });
    expect(await run.code).toBe(3);
    expect(content(run)).toBe("It writes. Nobody is asked in this run (--on-ask deny), so it was refused.");
  });

  it.each([
    ["that answers", [hook], 0, 'Do {"a":1}'],
    ["that is not there", [], 3, "It writes. Nobody could be asked, so it was refused."],
  ])("hook leaves it to a hook %s", async (_, hooks, code, expected) => {
    const plugins = [tools, gate, ...hooks];
    await using run = await drive({ words: ["go"], input: "", script, plugins, flags: { "on-ask": "hook" } });
    expect([await run.code, content(run)]).toEqual([code, expected]);
  });

  it("stdin asks in one JSON line on standard error and goes by the answer", async () => {
    await using run = await drive({ words: ["go"], script, flags: { "on-ask": "stdin" } });
    const asked = await question(run);
    expect(asked).toMatchObject({
      type: "permission_request",
      id: "c1",
      tool_name: "Do",
      input: { a: 1 },
      reason: "It writes.",
    });
    run.say({ id: "c1", behavior: "allow", updatedInput: { a: 2 } });
    expect(await run.code).toBe(0);
    expect(content(run)).toBe('Do {"a":2}');
    expect(run.stdout()).toBe("done\n");
  });

  it.each([
    [{ id: "c1", behavior: "deny", message: "Not now." }, "Not now."],
    [{ behavior: "deny" }, "The user does not want this to be done."],
    [{ id: "c1", behavior: "maybe" }, "The client's answer is neither allow nor deny."],
    [["allow"], "The answer could not be read."],
  ])("stdin takes %j for a no", async (answer, expected) => {
    await using run = await drive({ words: ["go"], script, flags: { "on-ask": "stdin" } });
    await question(run);
    run.say(answer);
    expect([await run.code, content(run)]).toEqual([3, expected]);
  });

  it("stdin that ends, or was never open, refuses", async () => {
    await using run = await drive({ words: ["go"], script, flags: { "on-ask": "stdin" } });
    await question(run);
    run.stdin.end();
    expect(await run.code).toBe(3);
    await using closed = await drive({ words: ["go"], input: "", script, flags: { "on-ask": "stdin" } });
    expect(await closed.code).toBe(3);
  });

  it("stdin needs the prompt on the command line, as nothing else can come from there", async () => {
    await using run = await drive({ input: "hello", script, flags: { "on-ask": "stdin" } });
    await expect(run.code).rejects.toThrow(/There is no prompt: give one on the command line, as standard input/);
  });

  it.each([
    [
      { "on-ask": "stdin", "input-format": "stream-json", "output-format": "stream-json" },
      /does not go with --input-format/,
    ],
    [{ "on-ask": "defer", "no-interactive": true }, /does not go with --no-interactive/],
    [{ "on-ask": "stdin", "permission-prompts": "none" }, /does not go with --permission-prompts/],
  ])("is refused beside flags that say something else: %j", async (flags, sentence) => {
    await using run = await drive({ words: ["go"], input: "", script, flags });
    await expect(run.code).rejects.toThrow(sentence);
  });

  it("defer ends the run at the call, which names what to resume", async () => {
    const flags = { "on-ask": "defer", "output-format": "json" };
    await using run = await drive({ words: ["go"], input: "", script, flags });
    expect(await run.code).toBe(0);
    expect(run.lines().at(-1)).toMatchObject({
      stop_reason: "tool_deferred",
      deferred_tool_use: { id: "c1", name: "Do", input: { a: 1 } },
    });
    expect(run.shell.requests).toHaveLength(1);
  });

  it("defer says in text what was put off", async () => {
    await using run = await drive({ words: ["go"], input: "", script, flags: { "on-ask": "defer" } });
    await run.code;
    expect(run.stderr()).toMatch(/Do was put off; nacre -p --resume \S+ takes it up again\./);
  });

  it("defer goes on where several calls stand together, and says how to be asked", async () => {
    const together = [[call("Do", {}), call("Look", {})], say("done")];
    await using run = await drive({ words: ["go"], input: "", script: together, flags: { "on-ask": "defer" } });
    expect(await run.code).toBe(3);
    expect(content(run)).toContain("make it alone");
  });
});
