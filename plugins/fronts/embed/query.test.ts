import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import type { Question } from "../../../schemas/decision.js";
import type { TurnEvent } from "../../../schemas/event.js";
import type { Tool } from "../../../schemas/tool.js";
import { EventQueue } from "./event-queue.js";
import type { QueryOptions } from "./options.js";
import { query, type Query } from "./query.js";

let dir = "";
beforeEach(() => void (dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-embed-")))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const CALL = JSON.stringify({ call: { name: "Stamp", input: { word: "a" } } });
const DONE = JSON.stringify({ text: "done" });

function ask(options: Partial<QueryOptions> = {}, script: readonly string[] = [CALL, DONE]): Query {
  const file = join(dir, "script.jsonl");
  writeFileSync(file, `${script.join("\n")}\n`);
  const env = { PATH: process.env["PATH"], HOME: dir, NACRE_SCRIPT: file };
  return query({ prompt: "go", cwd: dir, home: join(dir, ".nacre"), env, provider: "scripted", ...options });
}

const stamp: Tool = {
  name: "Stamp",
  description: "Stamps a word",
  inputSchema: { type: "object", properties: { word: { type: "string" } }, required: ["word"] },
  effect: "write",
  run: (input) => Promise.resolve({ content: `stamped ${String(input["word"])}` }),
};

async function read(run: Query): Promise<TurnEvent[]> {
  const events: TurnEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

it("runs a tool of the program's own after its callback allowed it and its hook rewrote the input", async () => {
  const asked: Question[] = [];
  const run = ask({
    tools: [stamp],
    hooks: { PreToolUse: async (one) => ({ ...one, call: { ...one.call, input: { word: "b" } } }) },
    canUseTool: async (question) => {
      asked.push(question);
      return { behavior: "allow" };
    },
  });
  const events = await read(run);
  expect(asked.map((one) => one.call.input)).toEqual([{ word: "b" }]);
  expect(events.find((event) => event.type === "result")).toMatchObject({ content: "stamped b", isError: false });
  expect(events.map((event) => event.type)).toEqual(expect.arrayContaining(["session", "prompt", "reply", "end"]));
  expect(await run.result()).toMatchObject({ reason: "completed", turns: 2 });
});

it("refuses a call that would ask when the program gave no callback", async () => {
  const events = await read(ask({ tools: [stamp] }));
  expect(events.find((event) => event.type === "result")).toMatchObject({ isError: true });
});

it("goes on with an earlier session", async () => {
  const first = ask({}, [DONE]);
  await first.result();
  const { id } = await first.session;
  const second = ask({ resume: id, prompt: "again" }, [DONE, JSON.stringify({ text: "more" })]);
  await second.result();
  expect((await second.session).id).toBe(id);
  expect((await second.session).messages).toHaveLength(4);
});

it.each<[string, Partial<QueryOptions>, RegExp]>([
  ["an unknown provider", { provider: "nobody" }, /provider "nobody"/],
  ["a plugin that does not ship", { plugins: { without: ["nobody"] } }, /^plugins\.without: no plugin named "nobody"/],
  ["a session that is not there", { resume: "nobody" }, /nobody/],
  ["a folder that is not there", { cwd: "/nowhere/at/all" }, /\/nowhere\/at\/all/],
  ["a tool name that is taken", { tools: [{ ...stamp, name: "Bash" }] }, /Bash/],
])("rejects the iteration with one sentence for %s", async (_, options, sentence) => {
  const run = ask(options);
  await expect(read(run)).rejects.toMatchObject({ name: "UserError", message: expect.stringMatching(sentence) });
  await expect(run.result()).rejects.toThrow(sentence);
});

it("stops the turn on interrupt, and when the reader leaves the loop", async () => {
  const slow: Tool = {
    ...stamp,
    effect: "read",
    run: async (_, { signal }) => {
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return { content: "stopped" };
    },
  };
  const one = ask({ tools: [slow] });
  for await (const event of one) if (event.type === "call") break;
  expect(await one.result()).toMatchObject({ reason: "aborted" });
  const other = ask({ tools: [slow], hooks: { Event: (event) => void (event.type === "call" && other.interrupt()) } });
  expect(await other.result()).toMatchObject({ reason: "aborted" });
});

it("leaves out pieces of answers, never kept events, when the reader falls behind", async () => {
  const queue = new EventQueue();
  for (let n = 0; n < 12_000; n++) queue.push({ type: "progress", id: "x", text: "" });
  queue.push({ type: "checkpoint", at: 0, turn: 1, stopped: false });
  queue.end();
  const types: string[] = [];
  for (let step = await queue.next(); !step.done; step = await queue.next()) types.push(step.value.type);
  expect(types).toHaveLength(10_001);
  expect(types.at(-1)).toBe("checkpoint");
});

it("answers a command without the model, and says so in the end event", async () => {
  const commands: Plugin = {
    name: "some-commands",
    setup(ctx) {
      ctx.add("command", { name: "now", description: "", run: async () => ({ answer: "It is late." }) });
    },
  };
  const run = ask({ prompt: "/now", plugins: { add: [commands] } });
  const events = await read(run);
  expect(await run.result()).toMatchObject({ reason: "completed", turns: 0, message: "It is late." });
  expect(events.find(({ type }) => type === "end")).toMatchObject({ message: "It is late." });
});
