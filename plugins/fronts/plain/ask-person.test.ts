import { describe, expect, it } from "vitest";
import type { Permissions } from "../../../schemas/guards.js";
import type { Plugin } from "../../../core/types.js";
import { call, say } from "../../../test/boot.js";
import { gate, tools } from "../drive.js";
import { finish, person, waiting } from "./person.js";

describe("a question", () => {
  const script = [call("Do", { command: "rm\u202e -rf x\ny" }, "c1"), say("done")];

  it("shows the whole call with everything that hides, and runs it at y", async () => {
    await using me = await person(script);
    me.type("go\r");
    await me.sees("Do asks to run:\n  command:\n    rm\\u202e -rf x\\n\n    y\nWhy it asks: It writes.\n");
    await me.sees("Allow it? ");
    expect(me.shown()).not.toContain("from now on");
    me.type("y");
    await me.sees("yes\n");
    await me.sees(": done\ndone\n");
  });

  it.each([
    ["n", "no\n", "refused. The user does not want this to be done."],
    ["\u001b", "no, and stop\n", "Stopped."],
  ])("refuses at %j", async (key, word, outcome) => {
    await using me = await person(script);
    me.type("go\r");
    await me.sees("Allow it? ");
    me.type(key);
    await me.sees(word);
    await me.sees(outcome);
    expect(me.run.shell.results()[0]?.isError).toBe(true);
  });

  it("stops the turn at Ctrl-C", async () => {
    await using me = await person(script);
    me.type("go\r");
    await me.sees("Allow it? ");
    me.type("\u0003");
    await me.sees("stopped\n");
    await me.sees("Stopped.\n> ");
  });

  it("takes no key that was typed before it appeared, no paste and no arrow", async () => {
    await using me = await person([call("Wait", {}), ...script], { plugins: [tools, gate, waiting] });
    me.type("go\r");
    await me.sees("Wait");
    me.type("y\ry");
    finish();
    await me.sees("Allow it? ");
    me.type("\u001b[200~y\u001b[201~");
    me.type("\u001b[A");
    me.type("yes");
    await new Promise((resolve) => void setTimeout(resolve, 80));
    expect(me.run.shell.results()).toHaveLength(1);
    me.type("n");
    await me.sees("no\n");
    await me.sees("done");
    await me.leave();
    expect(me.shown().split("> ")).toHaveLength(3);
  });

  it("offers to keep the answer, and keeps it", async () => {
    const applied: unknown[] = [];
    await using me = await person([call("Ask", {}), say("done")], { plugins: [tools, suggesting(applied)] });
    me.type("go\r");
    await me.sees("  a    yes, and from now on: allow Ask(x) in this session\n");
    await me.sees("Allow it? ");
    me.type("a");
    await me.sees("always\n");
    await me.sees("done");
    expect(applied).toEqual([SUGGESTION]);
  });

  it("wants the word typed for what cannot be undone", async () => {
    const plugins = [tools, confirming];
    await using me = await person([call("Do", {}), call("Do", {}), say("done")], { plugins });
    me.type("go\r");
    await me.sees("Type rm to allow it; anything else refuses.\nAllow it? ");
    me.type("y\r");
    await me.sees("refused.");
    await me.sees("Type rm to allow it; anything else refuses.\nAllow it? ");
    me.type("rm\r");
    await me.sees("Do: done");
    expect(me.run.shell.results().map((result) => result.isError)).toEqual([true, false]);
  });

  it("comes page by page when the call is longer than the terminal, without an offer to keep the answer", async () => {
    const long = Array.from({ length: 60 }, (_, line) => `line ${line}`).join("\n");
    const plugins = [tools, suggesting([])];
    await using me = await person([call("Ask", { command: long }), say("done")], { plugins });
    me.type("go\r");
    await me.sees("line 15\\n\n");
    await me.sees("more lines: any key shows them, n refuses ");
    expect(me.shown()).not.toContain("line 40");
    for (let page = 0; page < 3; page++) {
      me.type(" ");
      await me.sees(page < 2 ? "more lines: any key shows them, n refuses " : "Allow it? ");
    }
    expect(me.shown()).toContain("line 59");
    expect(me.shown()).not.toContain("from now on");
    me.type("y");
    await me.sees("done");
  });

  it("is not asked with --no-interactive", async () => {
    await using me = await person(script, { flags: { "no-interactive": true } });
    me.type("go\r");
    await me.sees("refused. It writes. Nobody could be asked, so it was refused.");
  });
});

const SUGGESTION = {
  type: "addRules",
  rules: [{ toolName: "Ask", ruleContent: "x" }],
  behavior: "allow",
  destination: "session",
} as const;

/** A gate that asks about everything and offers a rule, and keeps the rules it is given. */
const suggesting = (applied: unknown[]): Plugin => ({
  name: "suggesting",
  setup(ctx) {
    ctx.add("tool", {
      name: "Ask",
      description: "",
      inputSchema: { type: "object" },
      effect: "write",
      run: async () => ({ content: "ok" }),
    });
    ctx.tap("PreToolUse", async (pending) => ({ ...pending, doubt: "Why not?", suggestions: [SUGGESTION] }));
    const service: Partial<Permissions> = {
      mode: () => "default",
      apply: async (_, updates) => void applied.push(...updates),
      mayRead: () => true,
    };
    ctx.add("service", { name: "permissions", service: service as Permissions });
  },
});

const confirming: Plugin = {
  name: "confirming",
  setup: (ctx) => ctx.tap("PreToolUse", async (pending) => ({ ...pending, doubt: "Sure?", confirm: "rm" })),
};
