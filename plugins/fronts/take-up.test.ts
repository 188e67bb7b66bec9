import { expect, it } from "vitest";
import type { Plugin } from "../../core/types.js";
import type { TurnEvent } from "../../schemas/event.js";
import { call, say } from "../../test/boot.js";
import { drive, gate, tools } from "./drive.js";
import { person } from "./plain/person.js";

/** A run that ended at a call, as its transcript holds it. */
async function deferred(): Promise<readonly TurnEvent[]> {
  const script = [call("Do", { a: 1 }, "c1")];
  await using run = await drive({ words: ["go"], input: "", script, flags: { "on-ask": "defer" } });
  expect(await run.code).toBe(0);
  return run.shell.events.filter(({ type }) => type !== "chunk" && type !== "request");
}

/** Keeps one conversation: that of `past`. */
const shelf = (past: readonly TurnEvent[]): Plugin => ({
  name: "shelf",
  setup: (ctx) =>
    ctx.add("service", {
      name: "transcripts",
      service: { opening: async () => ({ past, source: "resume" }) } as never,
    }),
});

const allowing: Plugin = {
  name: "allowing",
  setup: (ctx) =>
    ctx.tap("PreToolUse", async (pending) => ({ ...pending, decision: { behavior: "allow" as const, reason: "ok" } })),
};

it("puts a call that was put off before all gates again, runs it, and tells the model", async () => {
  const plugins = [tools, allowing, shelf(await deferred())];
  await using run = await drive({ input: "", script: [say("done")], plugins, flags: { resume: "x" } });
  expect(await run.code).toBe(0);
  expect(run.stdout()).toBe("done\n");
  expect(run.shell.result(0)).toMatchObject({ name: "Do", content: 'Do {"a":1}', apart: true });
  const told = run.shell.requests[0]!.messages.at(-1)!.content;
  expect(told).toEqual([
    { type: "text", text: "The call of Do that was put off has now been made. Its result:" },
    { type: "text", text: 'Do {"a":1}' },
  ]);
});

it("never makes it twice, even if the run ended before the model was told", async () => {
  const decision = { behavior: "allow", reason: "ok" } as const;
  const made: TurnEvent = {
    type: "call",
    at: 0,
    id: "x",
    name: "Do",
    input: { a: 1 },
    effect: "write",
    decision,
    apart: true,
  };
  const plugins = [tools, allowing, shelf([...(await deferred()), made])];
  await using run = await drive({ words: ["go"], input: "", script: [say("done")], plugins, flags: { resume: "x" } });
  expect(await run.code).toBe(0);
  expect(run.shell.results()).toEqual([]);
});

it("tells the model of a refusal, with the words of the new prompt", async () => {
  const plugins = [tools, gate, shelf(await deferred())];
  await using run = await drive({
    words: ["go", "on"],
    input: "",
    script: [say("done")],
    plugins,
    flags: { resume: "x" },
  });
  expect(await run.code).toBe(3);
  const told = JSON.stringify(run.shell.requests[0]!.messages.at(-1)!.content);
  expect(told).toContain("was not made:");
  expect(told).toContain("go on");
});

it("puts it off once more where the new run says so", async () => {
  const plugins = [tools, gate, shelf(await deferred())];
  const flags = { resume: "x", "on-ask": "defer", "output-format": "json" };
  await using run = await drive({ input: "", script: [], plugins, flags });
  expect(await run.code).toBe(0);
  const line = { stop_reason: "tool_deferred", deferred_tool_use: { id: "c1", name: "Do", input: { a: 1 } } };
  expect(run.lines().at(-1)).toMatchObject(line);
});

it("says when its tool is not there any more", async () => {
  const plugins = [gate, shelf(await deferred())];
  const flags = { resume: "x", "output-format": "json" };
  await using run = await drive({ input: "", script: [], plugins, flags });
  expect(await run.code).toBe(1);
  expect(run.lines().at(-1)).toMatchObject({ is_error: true, terminal_reason: "tool_deferred_unavailable" });
});

it("needs words where nothing was put off", async () => {
  await using run = await drive({ input: "", script: [], plugins: [tools, shelf([])], flags: { resume: "x" } });
  await expect(run.code).rejects.toThrow(/There is no prompt/);
});

it("asks the person in front of the terminal", async () => {
  const plugins = [tools, gate, shelf(await deferred())];
  await using me = await person([say("done")], { plugins, flags: { resume: "x" } });
  await me.sees("The last run ended at a call that has to be approved.");
  await me.sees("Do asks to run");
  await me.sees("Allow it?");
  me.type("y");
  await me.sees("done");
  expect(await me.leave()).toBe(0);
});
