import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import type { ToolOutput } from "../../../schemas/tool.js";
import { call, say, type Shell } from "../../../test/boot.js";
import { guest, tool, type Guest } from "./testing.js";

const SOON = { "isolation.answer_secs": 1, "isolation.memory_mb": 200 };
const TWICE = [call("T", { n: 1 }), call("T", { n: 2 }), call("T", { n: 3 }), say("done")];
const RAW = `const { writeSync } = await import("node:fs"); const raw = (text) => {
  for (let rest = Buffer.from(text + "\\n"); rest.length > 0;) try { rest = rest.subarray(writeSync(3, rest)); } catch (error) { if (error.code !== "EAGAIN") throw error; }
};`;

/** A tool with much to say. */
function long(): Plugin {
  const run = async (): Promise<ToolOutput> => ({ content: "x".repeat(1e6) });
  const facts = { name: "Long", description: "", inputSchema: { type: "object" }, effect: "read" } as const;
  return { name: "long", setup: (ctx) => ctx.add("tool", { ...facts, run }) };
}

function misbehaving(run: string, options: Guest = {}): Promise<Shell> {
  return guest(tool(run), { script: TWICE, settings: SOON, ...options });
}

describe("a call into a plugin's process", () => {
  const HANGS = "await new Promise(() => {});";
  const QUICK = { "isolation.call_secs": 1 };

  it("that never answers is given up with the plugin's name, and the process goes on", async () => {
    const run = `if (input.n === 1) ${HANGS} return { content: "answered" };`;
    await using shell = await misbehaving(run, { settings: QUICK });
    await shell.send("go");
    expect(shell.result(0)).toMatchObject({
      isError: true,
      content: `Plugin "guest" has neither answered nor told of its progress for 1 s (isolation.call_secs), so the call was given up.`,
    });
    expect(shell.result(1).content).toBe("answered");
    expect((await shell.kernel.service("isolation"))!.report()).toMatchObject([{ starts: 1, endings: [] }]);
  });

  it("may take longer as long as it tells of its progress, or waits for what it asked nacre to do", async () => {
    const run = `for (let n = 0; n < 6; n++) { context.progress("step " + n); await new Promise((d) => setTimeout(d, 400)); }
      const used = await context.session.use({ name: "Slow", input: {} }); return { content: "after " + used.output.content };`;
    const facts = { name: "Slow", description: "", inputSchema: { type: "object" }, effect: "read" } as const;
    const slow = async (): Promise<ToolOutput> => {
      await new Promise((done) => setTimeout(done, 2500));
      return { content: "slow" };
    };
    const plugins = [{ name: "slow", setup: (ctx) => ctx.add("tool", { ...facts, run: slow }) } satisfies Plugin];
    await using shell = await misbehaving(run, { settings: QUICK, plugins, script: [call("T", {}), say("done")] });
    await shell.send("go");
    expect(shell.result(0).content).toBe("slow");
    expect(shell.result(1).content).toBe("after slow");
  });
});

describe("a plugin in a process of its own is cut off and named, and the session goes on, when it", () => {
  it.each<[what: string, run: string, why: RegExp, options?: Guest]>([
    ["runs in circles", "for (;;);", /it has not given a sign of life for 1 s/],
    ["exits", "process.exit(3);", /guest" ended by itself \(exit code 3\)/],
    [
      "ends itself with a signal",
      'process.kill(process.pid, "SIGKILL"); await new Promise(() => {});',
      /guest" ended by itself \(SIGKILL\)/,
    ],
    [
      "throws where nobody catches",
      'setTimeout(() => { throw new Error("no luck"); }); await new Promise(() => {});',
      /exit code 1\): Error: no luck/,
    ],
    [
      "rejects where nobody catches",
      'Promise.reject(new Error("no luck")); await new Promise(() => {});',
      /exit code 1\): Error: no luck/,
    ],
    [
      "uses too much memory",
      "const all = []; for (;;) { all.push(Buffer.alloc(8e6, 1)); await new Promise((d) => setTimeout(d, 5)); }",
      /it uses \d+ MB of memory, and 200 MB are allowed/,
    ],
    [
      "fills its heap",
      "const all = []; for (;;) { all.push(new Array(1e5).fill({})); await 0; }",
      /MB of memory|ended by itself \(SIGABRT\)|sign of life/,
    ],
    [
      "sends what is no message",
      `${RAW} raw("hello"); await new Promise(() => {});`,
      /it sent something that is no message of a plugin/,
    ],
    [
      "spells the keys of its messages otherwise (advisory 71)",
      `${RAW} raw('{"Do":"answer","ID":2,"value":{"content":"x"}}'); await new Promise(() => {});`,
      /no message of a plugin/,
    ],
    [
      "sends half a message",
      `${RAW} raw('{"do":"answer","id":'); await new Promise(() => {});`,
      /no message of a plugin/,
    ],
    [
      "answers what was never asked (advisory 70)",
      `${RAW} raw('{"do":"answer","id":999}'); await new Promise(() => {});`,
      /answered a question that was never asked/,
    ],
    [
      "answers twice",
      `${RAW} raw('{"do":"answer","id":1}'); await new Promise(() => {});`,
      /answered the same question twice/,
    ],
    [
      "sends pieces nobody asked for",
      `${RAW} raw('{"do":"piece","id":2,"value":1}'); await new Promise(() => {});`,
      /sent what it was not asked for/,
    ],
    [
      "answers a sign of life twice",
      `${RAW} await new Promise((d) => setTimeout(d, 600)); raw('{"do":"pong","id":1,"memory":1}'); await new Promise(() => {});`,
      /answered the same question twice/,
    ],
    [
      "sends what is nested without end",
      `${RAW} const n = 1e5; raw('{"do":"answer","id":2,"value":{"content":"x","details":' + "[".repeat(n) + "]".repeat(n) + "}}"); await new Promise(() => {});`,
      /no message of a plugin/,
    ],
    [
      "does not read what it has asked for",
      `${RAW} const of = context.session.id; const all = (n) => JSON.stringify({ do: "ask", id: n, what: "use", of, args: { name: "Long", input: {} } });
       for (let n = 1; ; n++) { raw(all(n)); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5); }`,
      /does not read what it is sent/,
      { settings: { ...SOON, "isolation.answer_secs": 20 }, plugins: [long()] },
    ],
    [
      "sends an endless line",
      `${RAW} const m = "x".repeat(1e6); for (;;) { try { writeSync(3, m); } catch {} }`,
      /was ended because it sent a message of more than 16 MB\./,
      { settings: { ...SOON, "isolation.answer_secs": 60 } },
    ],
    [
      "floods with messages",
      `for (;;) { context.session.emit({ type: "notice", level: "info", at: 0, text: "x" }); }`,
      /floods nacre with messages|MB of memory|sign of life/,
    ],
    [
      "asks without end",
      `for (let i = 0; i < 100; i++) context.session.use({ name: "T", input: {} }).catch(() => {}); await new Promise(() => {});`,
      /asks more than 64 things at once|it has not given/,
    ],
    [
      "offers what cannot be offered",
      `${RAW} raw('{"do":"add","kind":"front","item":{"name":"f"},"fns":{}}'); await new Promise(() => {});`,
      /adds a front, which cannot come/,
    ],
    [
      "takes another plugin's name",
      `${RAW} raw('{"do":"add","kind":"tool","item":{"name":"T2","effect":"none"},"fns":{}}'); await new Promise(() => {});`,
      /adds a tool that is wrong at "effect"/,
    ],
  ])("%s", async (_what, run, why, options) => {
    await using shell = await misbehaving(run, options);
    const end = await shell.send("go");
    expect(end.reason).toBe("completed");
    const [first, second, third] = shell.results().filter(({ name, apart }) => name === "T" && !apart);
    expect(first!.isError).toBe(true);
    expect(first!.content).toMatch(/^The process of plugin "guest" (was ended because|ended by itself) /);
    expect(first!.content).toMatch(why);
    // It is started anew once, and then it is off.
    expect(second!.content).toMatch(/ It stays off for the rest of this run\.$/);
    expect(third!.content).toBe(second!.content);
    const [account] = (await shell.kernel.service("isolation"))!.report();
    expect(account).toMatchObject({ starts: 2, endings: [first!.content, second!.content] });
    const notices = shell.events.filter((event) => event.type === "notice" && event.plugin === "guest");
    expect(notices).toContainEqual(expect.objectContaining({ level: "warning", text: first!.content }));
  });
});

it("an exception of its own is that call's, and nobody is cut off", async () => {
  await using shell = await misbehaving('throw new Error("only this once");');
  await shell.send("go");
  expect(shell.results().map(({ content }) => content)).toEqual(["only this once", "only this once", "only this once"]);
  expect((await shell.kernel.service("isolation"))!.report()).toMatchObject([{ starts: 1, endings: [] }]);
});

it("what it started with is there again after it was started anew", async () => {
  const body = `let calls = 0; ${tool('if (input.n === 1) process.exit(1); return { content: "call " + ++calls };')}`;
  await using shell = await guest(body, { script: TWICE });
  await shell.send("go");
  expect(
    shell
      .results()
      .map(({ content }) => content)
      .slice(1),
  ).toEqual(["call 1", "call 2"]);
});

it.each([
  [
    "dies",
    "process.exit(1);",
    /The gate of plugin "guest" failed, so the call is refused: The process of plugin "guest" ended by itself/,
    9000,
  ],
  ["runs in circles", "for (;;);", /failed, so the call is refused: .* sign of life/, 9000],
  ["never answers", "return new Promise(() => {});", /failed, so the call is refused: it did not answer within/, 1500],
  [
    "answers nonsense",
    'return { decision: { behavior: "yes" } };',
    /failed, so the call is refused: its answer in PreToolUse is wrong at "decision.behavior"/,
    9000,
  ],
])("a gate that %s refuses", async (_what, run, why, deadline) => {
  const body = `ctx.tap("PreToolUse", async (pending) => { ${run} }, { deadline: ${deadline} });`;
  const ran: string[] = [];
  await using shell = await guest(body, {
    script: [call("Here", {}), call("Here", {}), call("Here", {}), say("done")],
    settings: SOON,
    plugins: [
      {
        name: "here",
        setup: (ctx) =>
          ctx.add("tool", {
            name: "Here",
            description: "",
            inputSchema: {},
            effect: "read",
            run: async () => ({ content: String(ran.push("ran")) }),
          }),
      },
    ],
  });
  expect((await shell.send("go")).reason).toBe("completed");
  expect(ran).toEqual([]);
  expect(shell.results().map(({ content }) => content)).toEqual(
    [0, 0, 0].map(() => expect.stringMatching(why) as string),
  );
});

it("a watcher that throws is told of, and is not told of events after the third time", async () => {
  await using shell = await guest('ctx.tap("Event", () => { throw new Error("no luck"); });', {
    script: [say("a"), say("b")],
  });
  await shell.send("go");
  await new Promise((done) => setTimeout(done, 200));
  await shell.send("go");
  const texts = shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
  expect(texts[0]).toBe('Plugin "guest" failed in Event: no luck');
  expect(texts[2]).toMatch(/failed too often and is not told of events any more/);
});

it("what it writes is kept to its end, made safe, and reaches no terminal", async () => {
  const run = 'for (let i = 0; i < 5000; i++) console.log("line " + i + " \\x1b[2J"); return { content: "said" };';
  await using shell = await misbehaving(run, { script: [call("T", {}), say("done")] });
  await shell.send("go");
  await new Promise((done) => setTimeout(done, 100));
  const [{ log } = { log: "" }] = (await shell.kernel.service("isolation"))!.report();
  expect(log.length).toBeLessThan(200_000);
  expect(log).toContain("line 4999 \\x1b[2J");
  expect(log).not.toContain("\x1b");
});

it("keys that would reach a prototype are left out", async () => {
  const run = `${RAW} raw('{"do":"answer","id":2,"value":{"content":"x","details":{"__proto__":{"polluted":1},"\\\\u005f_proto__":2,"fine":3}}}'); await new Promise(() => {});`;
  await using shell = await misbehaving(run, { script: [call("T", {}), say("done")] });
  await shell.send("go");
  const details = shell.result(0).details as object;
  expect(Object.getPrototypeOf(details)).toBe(Object.prototype);
  expect(Object.getOwnPropertyNames(details)).toEqual(["fine"]);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
