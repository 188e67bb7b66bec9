import { describe, expect, it } from "vitest";
import type { Message } from "../../../schemas/message.js";
import type { Chunk, ModelRequest } from "../../../schemas/provider.js";
import { play } from "./play.js";
import { scriptOf } from "./script.js";
import type { Turn } from "./turn.js";

const user = (text: string): Message => ({ role: "user", content: [{ type: "text", text }] });
const assistant = (text = "ok"): Message => ({ role: "assistant", content: [{ type: "text", text }] });
const result = (content: string, is_error = false): Message => ({
  role: "user",
  content: [{ type: "tool_result", tool_use_id: "t", content, is_error }],
});

function requestOf(...messages: Message[]): ModelRequest {
  const tools = [{ name: "Read", description: "Reads", inputSchema: {} }];
  return { model: "scripted", system: ["Be brief."], messages, tools, maxTokens: 100 };
}

async function chunksOf(turns: readonly Turn[], request: ModelRequest, signal?: AbortSignal): Promise<Chunk[]> {
  const script = scriptOf(turns, "s.yaml", (index) => `s.yaml:${index + 1}`);
  const chunks: Chunk[] = [];
  for await (const chunk of play(script, request, signal ?? new AbortController().signal)) chunks.push(chunk);
  return chunks;
}

/** The text of an answer, or its error's sentence. */
async function saidBy(turns: readonly Turn[], ...messages: Message[]): Promise<string> {
  let text = "";
  for (const chunk of await chunksOf(turns, requestOf(...messages))) {
    if (chunk.type === "retry") text = "";
    if (chunk.type === "text") text += chunk.text;
    if (chunk.type === "error") return `${chunk.error.kind}: ${chunk.error.message}`;
  }
  return text;
}

describe("a scripted answer", () => {
  it("streams thinking, text and calls as blocks in order, with ids made from the place in the conversation", async () => {
    const turn: Turn = {
      thinking: "hm",
      text: ["I ", "read."],
      calls: [
        { name: "Read", input: { file_path: "a" } },
        { name: "Read", raw: "{oops", id: "mine" },
      ],
      usage: { input: 7, output: 3, cache_read: 2 },
    };
    expect(await chunksOf([{ text: "first" }, turn], requestOf(user("go"), assistant(), user("on")))).toEqual([
      {
        type: "start",
        id: "msg_script_2",
        model: "scripted",
        usage: { input: 7, output: 0, cacheRead: 2, cacheWrite: 0 },
      },
      { type: "block", index: 0, block: { type: "thinking", thinking: "" } },
      { type: "thinking", index: 0, thinking: "hm" },
      { type: "block_end", index: 0 },
      { type: "block", index: 1, block: { type: "text", text: "" } },
      { type: "text", index: 1, text: "I " },
      { type: "text", index: 1, text: "read." },
      { type: "block_end", index: 1 },
      { type: "block", index: 2, block: { type: "tool_use", id: "toolu_script_2_1", name: "Read" } },
      { type: "input", index: 2, json: '{"file_path":"a"}' },
      { type: "block_end", index: 2 },
      { type: "block", index: 3, block: { type: "tool_use", id: "mine", name: "Read" } },
      { type: "input", index: 3, json: "{oops" },
      { type: "block_end", index: 3 },
      { type: "stop", stopReason: "tool_use", usage: { input: 7, output: 3, cacheRead: 2, cacheWrite: 0 } },
    ]);
  });

  it("estimates usage from the text when the script gives none", async () => {
    const last = (await chunksOf([{ text: "12345678" }], requestOf(user("x".repeat(4000))))).at(-1);
    expect(last).toMatchObject({ type: "stop", stopReason: "end_turn", usage: { output: 2 } });
    expect(last?.type === "stop" && last.usage.input).toBeGreaterThan(1000);
  });

  it("streams a plain text word by word when a pace is given, and loses no character", async () => {
    const text = "  one two\n\nthree ";
    const chunks = await chunksOf([{ text, pace: 1 }], requestOf(user("go")));
    const pieces = chunks.flatMap((chunk) => (chunk.type === "text" ? [chunk.text] : []));
    expect(pieces.length).toBe(3);
    expect(pieces.join("")).toBe(text);
  });

  it.each([
    ["a delay", { text: "late", delay: 60_000 }],
    ["a pace", { text: ["a", "b"], pace: 60_000 }],
    ["an idle fault", { text: "late", fault: { kind: "idle", delay: 60_000 } }],
  ] as const)("ends at once with an aborted error when it is stopped during %s", async (_, turn) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 5);
    const chunks = await chunksOf([turn], requestOf(user("go")), stop.signal);
    expect(chunks.at(-1)).toMatchObject({ type: "error", error: { kind: "aborted" } });
  });

  it("puts the last results and the prompt into its texts and inputs", async () => {
    const turn: Turn = {
      text: "{{prompt}}!",
      call: { name: "TaskStop", input: { ids: ["{{result:/id: (\\w+)/}}"] } },
    };
    const chunks = await chunksOf([{}, turn], requestOf(user("go"), assistant(), result("started, id: b7")));
    expect(chunks).toContainEqual({ type: "text", index: 0, text: "go!" });
    expect(chunks).toContainEqual({ type: "input", index: 1, json: '{"ids":["b7"]}' });
    expect(await saidBy([{ text: "{{result:/id: (\\w+)/}}" }], user("go"))).toMatch(
      /^diverged: turn 1 .* finds nothing in ""$/,
    );
  });
});

describe("the place in a script", () => {
  const turns: Turn[] = [{ text: "one" }, { text: "two", repeat: 2 }, { text: "three" }];

  it.each([
    [0, "one"],
    [1, "two"],
    [2, "two"],
    [3, "three"],
    [4, "config: script s.yaml ended after 4 turns, but the conversation goes on"],
  ])("after %i answers in the conversation is the next turn, whichever process asks", async (answers, said) => {
    const past = Array.from({ length: answers }, () => [user("go"), assistant()]).flat();
    expect(await saidBy(turns, ...past, user("go"))).toBe(said);
  });

  const branched: Turn[] = [
    { text: "main 1" },
    { text: "main 2" },
    { when: "/fix .* bug/i", text: "fix 1" },
    { text: "fix 2" },
    { when: { prompt: "sum", model: "other" }, text: "never" },
    { when: "sum", text: "sum", repeat: true },
  ];

  it("follows the branch whose `when` matches the last prompt, and takes up the main line again where it stood", async () => {
    const fix = [user("Fix this bug"), assistant(), result("r")];
    expect(await saidBy(branched, user("hi"))).toBe("main 1");
    expect(await saidBy(branched, user("hi"), assistant(), user("Fix this bug"))).toBe("fix 1");
    expect(await saidBy(branched, ...fix)).toBe("fix 2");
    expect(await saidBy(branched, ...fix, user("a note"))).toBe("fix 2");
    expect(await saidBy(branched, ...fix, assistant(), user("hi"))).toBe("main 1");
    expect(await saidBy(branched, user("hi"), assistant(), ...fix, assistant(), user("hi"))).toBe("main 2");
    expect(await saidBy(branched, user("sum"), assistant(), result("1"), assistant(), result("2"))).toBe("sum");
    expect(await saidBy(branched, ...fix, assistant(), result("r"))).toBe(
      "config: script s.yaml, branch of turn 3, ended after 2 turns, but the conversation goes on",
    );
    expect(await saidBy(branched.slice(2), user("hi"))).toMatch(/^config: script s.yaml has no turn for this prompt/);
  });
});

describe("expectations", () => {
  it.each<[NonNullable<Turn["expect"]>, string]>([
    ["tests pass", "ok"],
    [{ result: ["/3 tests/", "pass"], error: false, prompt: "go", tools: ["Read", "!Bash"] }, "ok"],
    [
      "fail",
      'diverged: turn 2 of the script (s.yaml:2) diverged: expected the tool results to hold "fail", found "3 tests pass"',
    ],
    [
      { prompt: "/^stop/" },
      'diverged: turn 2 of the script (s.yaml:2) diverged: expected the prompt to hold "/^stop/", found "go"',
    ],
    [
      { error: true },
      'diverged: turn 2 of the script (s.yaml:2) diverged: expected a failed tool result, found "3 tests pass"',
    ],
    [
      { tools: ["Bash"] },
      "diverged: turn 2 of the script (s.yaml:2) diverged: expected the tool Bash to be offered, found Read",
    ],
    [
      { tools: ["!Read"] },
      "diverged: turn 2 of the script (s.yaml:2) diverged: expected the tool Read not to be offered, found Read",
    ],
    [
      { system: "verbose" },
      'diverged: turn 2 of the script (s.yaml:2) diverged: expected the system prompt to hold "verbose", found "Be brief."',
    ],
  ])("%j is checked against the request", async (wanted, said) => {
    const turns: Turn[] = [{}, { text: "ok", expect: wanted }];
    expect(await saidBy(turns, user("go"), assistant(), result("3 tests pass"))).toBe(said);
  });
});

describe("faults", () => {
  it.each([
    ["overloaded", "overloaded", 529],
    ["rate_limit", "rate_limit", 429],
    ["error", "server", 500],
    ["auth", "auth", 401],
    ["context_overflow", "context_overflow", 400],
  ] as const)("%s ends the request with an error of kind %s before anything is said", async (fault, kind, status) => {
    const chunks = await chunksOf([{ text: "x", fault }], requestOf(user("go")));
    expect(chunks).toMatchObject([{ type: "error", error: { kind, status } }]);
  });

  it("fails as often as `times` says, says so with retry chunks, and then plays the turn", async () => {
    const chunks = await chunksOf(
      [{ text: "ok", fault: { kind: "overloaded", times: 2, delay: 1 } }],
      requestOf(user("go")),
    );
    expect(chunks.map(({ type }) => type)).toEqual(["retry", "retry", "start", "block", "text", "block_end", "stop"]);
    expect(chunks[1]).toMatchObject({ attempt: 2, delayMs: 1, error: { kind: "overloaded", status: 529 } });
  });

  it.each(["cut", "idle", "malformed"] as const)(
    "%s breaks off in the middle of the answer and the retry begins anew",
    async (kind) => {
      const turn: Turn = { text: ["a", "b"], fault: { kind, times: 1, delay: 1 } };
      const types = (await chunksOf([turn], requestOf(user("go")))).map(({ type }) => type);
      expect(types).toEqual(["start", "block", "text", "retry", "start", "block", "text", "text", "block_end", "stop"]);
    },
  );
});
