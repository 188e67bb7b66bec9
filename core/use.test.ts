import { expect, it } from "vitest";
import { boot, call, say, type Shell } from "../test/boot.js";
import type { Ask, Behavior } from "../schemas/decision.js";
import type { Plugin } from "./types.js";

const counted: Plugin = {
  name: "counted",
  setup: (ctx) =>
    ctx.add("tool", {
      name: "Count",
      description: "Counts",
      inputSchema: { type: "object", properties: { to: { type: "number" } } },
      effect: "exec",
      run: async (input) => ({ content: `counted to ${String(input["to"])}`, details: { to: input["to"] } }),
    }),
};

function gate(behavior: Behavior): Plugin {
  return {
    name: "gate",
    setup: (ctx) =>
      ctx.tap("PreToolUse", async (pending) => ({
        ...pending,
        decision: { behavior, reason: `It says ${behavior}.` },
      })),
  };
}

async function used(shell: Shell, ask: boolean): Promise<string> {
  const { ran, refused, output } = await shell.session.use({ name: "Count", input: { to: 3 } }, { ask });
  return `${ran ? "ran" : `refused by ${refused?.by ?? "nobody"}`}: ${String(output.content)}`;
}

const yes: Ask = async () => ({ behavior: "allow" });

it.each([
  ["allow", undefined, false, "ran: counted to 3"],
  ["deny", yes, true, "refused by gate: It says deny."],
  ["ask", yes, true, "ran: counted to 3"],
  ["ask", yes, false, "refused by unattended: It says ask. Nobody could be asked, so it was refused."],
] as const)("puts a call outside of an answer before a gate that says %s", async (behavior, ask, asks, outcome) => {
  await using shell = await boot({ plugins: [counted, gate(behavior)], script: [], ...(ask && { ask }) });
  expect(await used(shell, asks)).toBe(outcome);
});

it("tells everybody of a call outside of an answer, and leaves the conversation as it was", async () => {
  await using shell = await boot({ plugins: [counted], script: [say("hello")] });
  await used(shell, true);
  expect(shell.events.filter((event) => event.type === "call" || event.type === "result")).toMatchObject([
    { type: "call", name: "Count", apart: true },
    { type: "result", name: "Count", apart: true, details: { to: 3 } },
  ]);
  await shell.send("hi");
  expect(shell.requests[0]?.messages).toHaveLength(1);
});

it("answers a call outside of an answer that cannot run with the reason", async () => {
  await using shell = await boot({ plugins: [counted], script: [] });
  const { ran, output } = await shell.session.use({ name: "Count", input: { to: "three" } });
  expect([ran, output.isError]).toEqual([false, true]);
  expect(String(output.content)).toContain("to");
});

it("lets middleware answer in the place of the person, and of nobody", async () => {
  const proxy: Plugin = {
    name: "proxy",
    setup: (ctx) =>
      ctx.add("middleware", {
        name: "proxy",
        ask: async (question, _signal, next) =>
          question.call.input["to"] === 3 ? { behavior: "allow" } : next(question),
      }),
  };
  await using shell = await boot({
    plugins: [counted, gate("ask"), proxy],
    script: [[call("Count", { to: 3 }), call("Count", { to: 4 })], say("done")],
  });
  await shell.send("go");
  expect(shell.results().map((result) => result.isError)).toEqual([false, true]);
});

it("runs the calls of one reply together where their tool says that they may", async () => {
  const order: string[] = [];
  const slow: Plugin = {
    name: "slow",
    setup: (ctx) =>
      ctx.add("tool", {
        name: "Slow",
        description: "Waits",
        inputSchema: { type: "object" },
        effect: "exec",
        together: true,
        run: async (input) => {
          order.push(`begin ${String(input["n"])}`);
          await new Promise((done) => setTimeout(done, 30 * (3 - Number(input["n"]))));
          order.push(`end ${String(input["n"])}`);
          return { content: "done" };
        },
      }),
  };
  await using shell = await boot({
    plugins: [slow],
    script: [[call("Slow", { n: 1 }), call("Slow", { n: 2 })], say("done")],
  });
  await shell.send("go");
  expect(order).toEqual(["begin 1", "begin 2", "end 2", "end 1"]);
});
