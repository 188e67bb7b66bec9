import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { call, say, type Shell } from "../../../test/boot.js";
import { facts, house, tools } from "./house.js";

const parallel = [
  call("Wait", { ms: 30, label: "slow" }),
  call("Wait", { ms: 1, label: "quick" }),
  call("Wait", { ms: 10, label: "same" }),
  call("Wait", { ms: 10, label: "same" }),
];

describe("a replay", () => {
  it("gives every event again, times, ids and order of results included, without model and tools", async () => {
    using home = house();
    const first = await home.record({ script: [parallel, call("Fail", { a: 1 }), say("done")] });
    await first.send("go");
    await first[Symbol.asyncDispose]();
    const order = first.results().map((result) => String(result.content).split(" ")[0]);
    expect(order[0]).toBe("quick");

    const ran: string[] = [];
    await using second = await home.replay({ plugins: ["record", tools(ran)] });
    expect((await second.send("go")).reason).toBe("completed");
    expect(ran).toEqual([]);
    expect(second.requests).toEqual([]);
    expect(facts(second.events)).toEqual(facts(first.events.filter((event) => event.type !== "close")));
  });

  it("is the same at every run", async () => {
    using home = house();
    const first = await home.record({ script: [parallel, say("done")] });
    await first.send("go");
    await first[Symbol.asyncDispose]();
    const runs: unknown[][] = [];
    for (let count = 0; count < 3; count++) {
      await using shell = await home.replay();
      await shell.send("go");
      runs.push(facts(shell.events));
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });

  it("goes on over several prompts", async () => {
    using home = house();
    const first = await home.record({ script: [say("one"), call("Wait", { ms: 1, label: "x" }), say("two")] });
    for (const prompt of ["a", "b"]) await first.send(prompt);
    await first[Symbol.asyncDispose]();
    await using second = await home.replay();
    for (const prompt of ["a", "b"]) expect((await second.send(prompt)).reason).toBe("completed");
    expect(second.session.messages).toEqual(first.session.messages);
  });

  it("in another folder puts that folder's path in place of the recorded one", async () => {
    using home = house();
    using other = house();
    const label = join(home.dir, "a.txt");
    const first = await home.record({ script: [call("Wait", { ms: 1, label }), say(`wrote ${label}`)] });
    await first.send(`look at ${label}, not at ${home.dir}-old`);
    await first[Symbol.asyncDispose]();

    await using second = await other.replay({ settings: { "record.replay": home.file } });
    const moved = `look at ${join(other.dir, "a.txt")}, not at ${home.dir}-old`;
    expect((await second.send(moved)).reason).toBe("completed");
    expect(String(second.result(0).content)).toContain(join(other.dir, "a.txt"));
    expect(JSON.stringify(second.session.messages.at(-1))).toContain(`wrote ${join(other.dir, "a.txt")}`);
  });

  it("can run the tools and replay only the model", async () => {
    using home = house();
    const answering = (content: string): Plugin => ({
      name: "test-tools",
      setup(ctx) {
        const run = async (): Promise<{ content: string }> => ({ content });
        ctx.add("tool", { name: "Wait", description: "", inputSchema: { type: "object" }, effect: "read", run });
        ctx.tap("PreToolUse", async (pending) => ({
          ...pending,
          decision: { behavior: "allow" as const, reason: "" },
        }));
      },
    });
    const first = await home.record({ plugins: ["record", answering("old")], script: [call("Wait", {}), say("done")] });
    await first.send("go");
    await first[Symbol.asyncDispose]();
    const settings = { "record.tools": "live" };
    await using second = await home.replay({ plugins: ["record", answering("old")], settings });
    expect((await second.send("go")).reason).toBe("completed");
    await using third = await home.replay({ plugins: ["record", answering("new")], settings });
    expect((await third.send("go")).error?.message).toContain('content[0].content is "new", recorded was "old"');
  });

  it("plays sessions that ran side by side, each its own part", async () => {
    using home = house();
    const both = async (shell: Shell): Promise<unknown[]> => {
      const other = await shell.kernel.open({ provider: "test-script" });
      await Promise.all([shell.send("first"), other.send("second")]);
      return [shell.session.messages, other.messages];
    };
    const first = await home.record({ script: [say("a"), say("b")] });
    const recorded = await both(first);
    await first[Symbol.asyncDispose]();
    await using second = await home.replay();
    expect(await both(second)).toEqual(recorded);
  });

  it("needs no provider", async () => {
    using home = house();
    const first = await home.record({ script: [say("done")] });
    await first.send("go");
    await first[Symbol.asyncDispose]();
    await using shell = await home.replay({ session: { provider: "replay" } });
    expect(shell.session).toMatchObject({ provider: "replay", model: "script-1" });
    expect((await shell.send("go")).reason).toBe("completed");
  });
});
