import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { boot, call, say, type Shell } from "../../../test/boot.js";
import type { FullReport } from "./report.js";

const look: Plugin = {
  name: "looker",
  provides: { tool: [{ name: "Look", description: "Looks.", inputSchema: { type: "object" }, effect: "read" }] },
  setup(ctx) {
    const run = async (): Promise<{ content: string }> => ({ content: "x".repeat(400) });
    ctx.add("tool", { name: "Look", description: "Looks.", inputSchema: { type: "object" }, effect: "read", run });
    ctx.tap("PreToolUse", async (pending) => ({
      ...pending,
      decision: { behavior: "allow" as const, reason: "test" },
    }));
  },
};

const prices = { "script-1": { input: 100_000, output: 200_000, contextWindow: 1000 } };

async function reportOf(shell: Shell): Promise<FullReport> {
  return (await shell.kernel.service("usage"))!.report(shell.session) as FullReport;
}

describe("the usage report", () => {
  it("counts per model, turn, tool and plugin", async () => {
    await using shell = await boot({
      plugins: ["usage", look],
      script: [[call("Look", {}), call("Look", {})], say("done")],
      settings: { "usage.prices": prices },
    });
    await shell.send("go");
    const report = await reportOf(shell);
    expect(report.total).toMatchObject({ input: 20, output: 10, cacheRead: 0, cacheWrite: 0, cost: 4, calls: 2 });
    expect(report.models).toMatchObject({
      "script-1": { input: 20, output: 10, cost: 4, calls: 2, contextWindow: 1000 },
    });
    expect(report.turns).toMatchObject([
      { model: "script-1", cost: 2, tools: ["Look", "Look"] },
      { model: "script-1", cost: 2, tools: [] },
    ]);
    const tokens = 200 + Math.ceil('{"name":"Look","description":"Looks.","inputSchema":{"type":"object"}}'.length / 4);
    expect(report.tools).toEqual({ Look: { calls: 2, tokens, plugin: "looker" } });
    expect(report.plugins).toEqual({ looker: { calls: 2, tokens } });
  });

  it("marks a model whose price is not known", async () => {
    await using shell = await boot({ plugins: ["usage"], script: [say("done")] });
    await shell.send("go");
    expect((await reportOf(shell)).models["script-1"]).toMatchObject({ cost: 0, unknown: true });
  });

  it("of a session that has not asked anything is empty", async () => {
    await using shell = await boot({ plugins: ["usage"], script: [] });
    expect(await reportOf(shell)).toMatchObject({ total: { cost: 0, calls: 0 }, models: {}, turns: [] });
  });

  it("needs no code before it is asked for", async () => {
    await using shell = await boot({ plugins: ["usage"], script: [say("done")] });
    await shell.send("go");
    const state = (): string | undefined => shell.kernel.plugins.find(({ plugin }) => plugin.name === "usage")?.state;
    expect(state()).toBe("listed");
    await reportOf(shell);
    expect(state()).toBe("active");
  });
});

describe("a budget", () => {
  const script = [call("Look", {}), call("Look", {}), say("done")];

  it("ends the run before the request that would go beyond it", async () => {
    const settings = { "usage.prices": prices, "usage.max_budget_usd": 3 };
    await using shell = await boot({ plugins: ["usage", look], script, settings });
    expect(await shell.send("go")).toMatchObject({
      reason: "budget",
      message: "Stopped: $4.0000 of the budget of $3 are spent (--max-budget-usd).",
    });
    expect(shell.requests).toHaveLength(2);
  });

  it("that is not used up changes nothing", async () => {
    const settings = { "usage.prices": prices, "usage.max_budget_usd": 7 };
    await using shell = await boot({ plugins: ["usage", look], script, settings });
    expect((await shell.send("go")).reason).toBe("completed");
  });

  it("counts what other sessions of the run spend and not what an earlier run spent", async () => {
    const settings = { "usage.prices": prices, "usage.max_budget_usd": 3 };
    await using shell = await boot({ plugins: ["usage", look], script: [say("a"), say("b"), say("c")], settings });
    const past = [...shell.events];
    expect((await shell.send("one")).reason).toBe("completed");
    const other = await shell.kernel.open({
      provider: "test-script",
      past: [...past, ...shell.events.slice(past.length)],
    });
    expect(other.replies).toHaveLength(1);
    expect((await other.send("two")).reason).toBe("completed");
    expect((await shell.send("three")).reason).toBe("budget");
  });

  it("says that it cannot hold a model whose price is not known", async () => {
    await using shell = await boot({ plugins: ["usage", look], script, settings: { "usage.max_budget_usd": 1 } });
    expect((await shell.send("go")).reason).toBe("completed");
    const notices = shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
    expect(notices).toEqual([expect.stringContaining("The price of script-1 is not known")]);
  });

  it.each([0, -1])("of %s stops at once", async (most) => {
    await using shell = await boot({
      plugins: ["usage"],
      script: [say("x")],
      settings: { "usage.max_budget_usd": most },
    });
    expect(await shell.send("go")).toMatchObject({
      reason: "budget",
      message: expect.stringContaining("must be more than 0") as string,
    });
    expect(shell.requests).toHaveLength(0);
  });
});

describe("what agents use", () => {
  it("counts to the session they work for, and to the one above that; turns stay its own", async () => {
    await using shell = await boot({
      plugins: ["usage"],
      script: [say("a"), say("b"), say("c")],
      settings: { "usage.prices": prices },
    });
    const { kernel, session } = shell;
    const usage = (await kernel.service("usage"))!;
    const agent = async (id: string, of: typeof session): Promise<typeof session> => {
      const child = await kernel.open({ provider: "test-script", parent: of.id, agent: { id, type: "helper", of } });
      usage.include(child, of);
      await child.send("go");
      return child;
    };
    await shell.send("go");
    const child = await agent("1", session);
    await agent("2", child);
    const report = await reportOf(shell);
    expect(report.total).toMatchObject({ calls: 3, cost: 6 });
    expect(report.models["script-1"]).toMatchObject({ calls: 3 });
    expect(report.turns).toHaveLength(1);
    expect(usage.report(child).total.calls).toBe(2);
  });
});
