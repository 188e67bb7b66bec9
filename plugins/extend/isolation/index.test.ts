import { expect, it } from "vitest";
import type { TurnEvent } from "../../../schemas/event.js";
import { call, say } from "../../../test/boot.js";
import { guest, tool } from "./testing.js";

const USE = [call("T", { a: 1 }, "c1"), say("done")];

it("runs a tool in a process of its own, with session, progress and result", async () => {
  const run = `context.progress("half\\x1b[2J");
    const { id, cwd, root, agent, headless } = context.session;
    return { content: JSON.stringify({ pid: process.pid, input, id, cwd, root, agent, headless, call: context.callId }), details: { x: 1 } };`;
  await using shell = await guest(tool(run), { script: USE });
  expect((await shell.send("go")).reason).toBe("completed");
  const seen = JSON.parse(shell.result(0).content as string) as Record<string, unknown>;
  const { id } = shell.session;
  expect(seen).toMatchObject({ input: { a: 1 }, id, cwd: shell.dir, root: shell.dir, headless: false, call: "c1" });
  expect(seen["pid"]).not.toBe(process.pid);
  expect(shell.result(0).details).toEqual({ x: 1 });
  expect(shell.events.find(({ type }) => type === "progress")).toMatchObject({ id: "c1", text: "half\\x1b[2J" });
});

it("gives settings, signal, facts of the kernel and what others offer", async () => {
  const run = `const { plugin, settings, kernel, signal } = ctx;
    const T = await ctx.get("tool", "Read");
    return { content: JSON.stringify({ name: plugin.name, settings, home: kernel.home, env: kernel.env, aborted: signal.aborted,
      read: T.effect, tools: ctx.all("tool").map(({ name }) => name), times: typeof kernel.clock.now() }) };`;
  const settings = { properties: { marks: { type: "integer", default: 3, description: "d" } } };
  await using shell = await guest(tool(run), { script: USE, manifest: { settings }, plugins: ["read"] });
  await shell.send("go");
  expect(JSON.parse(shell.result(0).content as string)).toEqual({
    name: "guest",
    settings: { marks: 3 },
    home: shell.home,
    env: {},
    aborted: false,
    read: "read",
    tools: ["Read", "T"],
    times: "number",
  });
});

it("starts nothing before what the manifest names is used", async () => {
  const manifest = {
    provides: { tool: [{ name: "T", description: "t", inputSchema: { type: "object" }, effect: "read" }] },
  };
  await using shell = await guest(
    `ctx.add("tool", { name: "T", effect: "exec", description: "other", run: async () => ({ content: "ran" }) });`,
    {
      script: [say("hello"), ...USE],
      manifest,
    },
  );
  await shell.send("hello");
  const isolation = (await shell.kernel.service("isolation"))!;
  expect(isolation.report()).toEqual([]);
  await shell.send("go");
  expect(shell.result(0).content).toBe("ran");
  expect(isolation.report()).toMatchObject([{ plugin: "guest", starts: 1, endings: [] }]);
  expect(await shell.kernel.get("tool", "T")).toMatchObject({ effect: "read", description: "t" }); // What was shown counts.
});

it("listens at every point it can listen at, and what comes back is merged as in process", async () => {
  const body = `
    ctx.tap("SessionStart", (start) => ({ ...start, context: [...start.context, "started " + start.source] }));
    ctx.tap("UserPromptSubmit", (prompt, session) => ({ ...prompt, context: ["in " + session.id, String(prompt.signal.aborted)] }));
    ctx.tap("PreModel", (request) => ({ ...request, system: [...request.system, "be " + request.messages.length] }));
    ctx.tap("PreToolUse", (pending) => ({ ...pending, call: { ...pending.call, input: { a: 2 } }, context: ["gated"], decision: { behavior: "allow", reason: "fine" } }));
    ctx.tap("PostToolUse", (finished, call) => ({ ...finished, output: { content: finished.output.content + "!" + call.name } }));
    let stops = 0;
    ctx.tap("Stop", (finish) => (stops++ === 0 ? "go on: " + finish.reply.stopReason : undefined));
    ${tool("return { content: JSON.stringify(input) };")}`;
  await using shell = await guest(body, { script: [call("T", { a: 1 }), say("first"), say("second")] });
  expect((await shell.send("go")).reason).toBe("completed");
  const [first, , last] = shell.requests;
  expect(first!.messages[0]!.content).toMatchObject([
    { text: "go" },
    { text: "started startup" },
    { text: `in ${shell.session.id}` },
    { text: "false" },
  ]);
  expect(first!.system.at(-1)).toBe("be 1");
  expect(shell.result(0)).toMatchObject({ content: '{"a":2}!T', context: ["gated"] });
  expect(last!.messages.at(-1)!.content).toEqual([{ type: "text", text: "go on: end_turn" }]);
});

it("hears events in bunches, pieces of a text joined, and says sentences", async () => {
  const body = `
    const seen = [];
    ctx.tap("Event", (event, session) => {
      seen.push(event.type === "chunk" ? event.chunk.type + (event.chunk.text ?? "") : event.type);
      if (event.type === "end") session.emit({ type: "notice", level: "info", at: 0, text: seen.join(" "), plugin: "other" });
    });`;
  await using shell = await guest(body, { script: [[say("a"), say("b")]] });
  await shell.send("go");
  const notice = await until(shell.events, (event) => event.type === "notice");
  expect(notice).toMatchObject({ plugin: "guest", level: "info" });
  expect(notice).toMatchObject({
    text: expect.stringMatching(
      /prompt request start block texta block_end block textb block_end stop reply end$/,
    ) as string,
  });
});

it("uses tools of the session through the gates, with its own name in nobody's place", async () => {
  const run = `const used = await context.session.use({ name: "Read", input: { file_path: input.n === 1 ? "a.txt" : "/etc/hostname" } }, { ask: false });
    return { content: used.ran + " " + used.output.content };`;
  await using shell = await guest(tool(run), {
    script: [call("T", { n: 1 }), call("T", { n: 2 }), say("done")],
    plugins: ["read", "permissions"],
    files: { "a.txt": "hello\n" },
  });
  await shell.send("go");
  const [first, second] = shell.results().filter(({ name }) => name === "T");
  expect(first!.content).toMatch(/^true .*hello/s);
  expect(second!.content).toMatch(/^false /);
});

it("offers commands, parts of the system prompt, flags, providers and middleware", async () => {
  const chunks = `yield { type: "start", id: "1", model: "m" }; yield { type: "block", index: 0, block: { type: "text", text: "" } };
    for (let i = 0; i < 500; i++) yield { type: "text", index: 0, text: i + "," };
    yield { type: "block_end", index: 0 };
    yield { type: "stop", stopReason: "end_turn", usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 } };`;
  const body = `
    ctx.add("command", { name: "shout", description: "d", run: async ({ args, session }) => ({ answer: args.toUpperCase() + session.cwd }) });
    ctx.add("context", { name: "extra", volatility: "stable", render: async () => "Be kind." });
    ctx.add("flag", { name: "loud", type: "boolean", description: "d" });
    ctx.add("provider", { name: "far", defaultModel: "m", models: async () => ["m"], async *stream(request) { ${chunks} } });
    ctx.add("middleware", { name: "m", tool: async (call, context, next) => { const out = await next(); return { content: out.content + "+" }; } });
    ${tool('return { content: "t" };')}`;
  const provides = { provider: [{ name: "far", defaultModel: "m" }], middleware: [{ name: "m" }] };
  await using shell = await guest(body, { script: USE, manifest: { provides, activation: "startup" } });
  await shell.send("go");
  expect(shell.result(0).content).toBe("t+");
  expect(shell.requests[0]!.system.join()).toContain("Be kind.");
  const { session, kernel } = shell;
  const signal = new AbortController().signal;
  const command = await kernel.get("command", "shout");
  expect(await command!.run({ name: "shout", args: "hey", session, signal })).toEqual({ answer: `HEY${shell.dir}` });
  const provider = (await kernel.get("provider", "far"))!;
  expect(await provider.models!()).toEqual(["m"]);
  const texts: string[] = [];
  for await (const chunk of provider.stream(shell.requests[0]!, signal))
    if (chunk.type === "text") texts.push(chunk.text);
  expect(texts.length).toBe(500);
  expect(kernel.all("flag").map(({ name }) => name)).toContain("loud");
});

it.each([
  ['ctx.add("front", { name: "f", order: 1, run: async () => 0 });', 'offer the front "f"'],
  ['ctx.add("service", { name: "s", service: {} });', 'offer the service "s"'],
  ['ctx.point("Mine", () => {});', "declare the hook point Mine"],
  ['ctx.tap("Mine", () => {});', "listen at the point Mine"],
  ["await ctx.kernel.open();", 'use "kernel.open"'],
  ['await ctx.kernel.service("permissions");', 'use the service "permissions"'],
  ['ctx.kernel.settings.get("api.key");', 'use "kernel.settings"'],
])("says of %s in one sentence what cannot leave a process, and what to do", async (body, what) => {
  await using shell = await guest(body);
  expect(shell.kernel.skipped.get("guest")).toBe(
    `Plugin "guest" could not be loaded: Plugin "guest" cannot ${what} from a process of its own; if you trust whoever wrote it, let it run inside nacre with: nacre config set plugins.guest.isolation none.`,
  );
});

it("runs inside nacre when the user's settings say so, and not when the manifest alone does", async () => {
  const body = tool("return { content: String(process.pid) };");
  await using inside = await guest(body, { script: USE, settings: { "plugins.guest.isolation": "none" } });
  await inside.send("go");
  expect(inside.result(0).content).toBe(String(process.pid));
  await using outside = await guest(body, { script: USE, manifest: { isolation: "none" } });
  await outside.send("go");
  expect(outside.result(0).content).not.toBe(String(process.pid));
});

it("stops a tool with its turn", async () => {
  const run = `await new Promise((done) => context.signal.addEventListener("abort", done)); return { content: "stopped early" };`;
  await using shell = await guest(tool(run), { script: USE });
  const stop = new AbortController();
  const end = shell.send("go", { signal: stop.signal });
  await until(shell.events, (event) => event.type === "call");
  stop.abort();
  expect((await end).reason).toBe("aborted");
  expect(shell.result(0).content).toBe("stopped early");
});

async function until(events: readonly TurnEvent[], fits: (event: TurnEvent) => boolean): Promise<TurnEvent> {
  for (;;) {
    const found = events.find(fits);
    if (found) return found;
    await new Promise((done) => setTimeout(done, 5));
  }
}
