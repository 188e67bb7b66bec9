import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "../check.js";
import { afterAll, describe, it } from "vitest";
import { eventsOf, transcriptOf } from "../../plugins/context/transcript/events.js";
import { Cutter, type Line } from "../../plugins/context/transcript/lines.js";
import { closeOpenCalls, fold, State } from "../../schemas/fold.js";
import { anyChanges, anyJson, changed, fuzz, KEYS } from "./fuzz.js";

const dir = mkdtempSync(join(tmpdir(), "nacre-fuzz-"));
const path = join(dir, "a.jsonl");
afterAll(() => rmSync(dir, { recursive: true }));

const line = (event: object): string => `${JSON.stringify(event)}\n`;
const reply = (id: string, ...calls: readonly string[]): string =>
  line({
    type: "reply",
    at: 1,
    id,
    provider: "p",
    model: "m",
    message: {
      role: "assistant",
      content: [
        { type: "text", text: id },
        ...calls.map((call) => ({ type: "tool_use", id: call, name: "T", input: {} })),
      ],
    },
    stopReason: calls.length > 0 ? "tool_use" : "end_turn",
    usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 },
    ms: 1,
  });
const call = (id: string): string =>
  line({ type: "call", at: 1, id, name: "T", input: {}, effect: "write", decision: {} });
const result = (id: string): string =>
  line({ type: "result", at: 1, id, name: "T", content: "ok", isError: false, ms: 1 });
const prompt = (text: string): string =>
  line({ type: "prompt", at: 1, id: text, content: [{ type: "text", text }], origin: "user" });
const session = line({
  type: "session",
  at: 1,
  id: "s",
  source: "startup",
  version: "1",
  root: "/",
  cwd: "/",
  provider: "p",
  model: "m",
  system: [],
});

const LINES = [
  session,
  prompt("one"),
  reply("r1", "a", "b"),
  call("a"),
  call("b"),
  result("b"),
  result("a"),
  reply("r2", "c"),
  call("c"),
  result("c"),
  reply("r3"),
  line({ type: "end", at: 1, reason: "completed", turns: 3, ms: 1 }),
  prompt("two"),
  reply("r4", "d"),
  line({ type: "change", at: 1, cwd: "/x", model: "n" }),
];

const word = fc.oneof(fc.constantFrom("a", "b", "c", "d", ...KEYS), fc.string({ maxLength: 5 }));
const type = fc.constantFrom("session", "prompt", "reply", "call", "result", "change", "end", "gap", "notice", ...KEYS);
const blocks = fc.array(
  fc.oneof(
    fc.record(
      {
        type: fc.constantFrom("tool_use", "text", "tool_result"),
        id: fc.oneof(word, anyJson),
        name: word,
        input: anyJson,
      },
      { requiredKeys: ["type"] },
    ),
    anyJson,
  ),
  { maxLength: 3 },
);
const strange = fc.record(
  {
    type,
    id: fc.oneof(word, anyJson),
    name: fc.oneof(word, anyJson),
    content: fc.oneof(word, blocks, anyJson),
    message: fc.oneof(fc.record({ role: word, content: blocks }), anyJson),
    usage: anyJson,
    model: fc.oneof(word, anyJson),
    provider: word,
    root: word,
    cwd: word,
    system: fc.oneof(fc.array(word, { maxLength: 2 }), anyJson),
    context: fc.oneof(fc.array(word, { maxLength: 2 }), anyJson),
    source: fc.constantFrom("startup", "resume", "fork"),
    parent: word,
    apart: fc.boolean(),
    isError: anyJson,
  },
  { requiredKeys: ["type"] },
);
const junk = fc.oneof(
  strange.map(line),
  fc.constantFrom(...LINES),
  anyJson.map((value) => `${JSON.stringify(value)}\n`),
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    "\n",
    "\r\n",
    "{",
    "[[[[\n",
    "\0\n",
    '{"type":"result"}\n',
    '{"type":"reply","message":{"content":[]}}\n',
  ),
);

/** Bytes as a file would give them: that reading one does the same is tested where it stands. */
async function* linesIn(bytes: Buffer): AsyncGenerator<readonly Line[]> {
  const cutter = new Cutter();
  yield cutter.take(bytes);
  yield cutter.rest();
}

describe("Any transcript", () => {
  it("is read to its end and gives a valid request, in 22,000 cases", async () => {
    const wrong = fc.option(fc.record({ at: fc.nat(5_000), byte: fc.nat(255) }), { nil: undefined });
    await fuzz(22_000, fc.tuple(anyChanges(junk, 6), wrong), async ([changes, one]) => {
      const bytes = Buffer.from(changed(LINES, changes).join(""));
      if (one && bytes.length > 0) bytes[one.at % bytes.length] = one.byte;
      const reading = { path, end: 0, damaged: 0, unpaired: 0, unsaved: false };
      const state = new State("/");
      const options = { home: dir, reading };
      for await (const event of transcriptOf(options, eventsOf(options, linesIn(bytes)))) fold(state, event);
      closeOpenCalls(state);
      assert.equal(state.strays, 0);
      assert(reading.end <= bytes.length);
      expectValid(state);
      for (const text of [state.cwd, state.model, state.provider]) assert.equal(typeof text, "string");
      if (changes.length === 0 && one === undefined) {
        assert.deepEqual([reading.damaged, reading.unpaired, state.messages.length], [0, 0, 9]);
      }
    });
  });
});

function expectValid({ messages }: State): void {
  assert(messages.length === 0 || messages[0]!.role === "user");
  for (const [place, { role, content }] of messages.entries()) {
    const after = messages[place + 1]?.content ?? [];
    const calls = content.flatMap((block) => (role === "assistant" && block.type === "tool_use" ? [block.id] : []));
    const results = after.flatMap((block) => (block.type === "tool_result" ? [block.tool_use_id] : []));
    for (const id of calls) assert.equal(results.filter((one) => one === id).length, 1, `one result for ${id}`);
    assert(results.length <= calls.length || role === "user");
  }
}
