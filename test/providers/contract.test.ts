import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { Block, Message } from "../../schemas/message.js";
import type { Chunk, StopReason } from "../../schemas/provider.js";
import type { Ability, Answer, Running, Trouble, Turn } from "./adapter.js";
import { anthropicWire } from "./anthropic-wire.js";
import { fold, type Folded } from "./fold.js";
import { ollamaWire } from "./ollama-wire.js";
import { openaiWire } from "./openai-wire.js";
import { chunksOf, requestOf } from "./provider.js";
import { scriptedAdapter } from "./scripted-adapter.js";
import { wireAdapter } from "./wire-adapter.js";

const adapters = [wireAdapter(anthropicWire), wireAdapter(openaiWire), wireAdapter(ollamaWire), scriptedAdapter];

const hello: Answer = { text: ["Hel", "lo, ", "wörld 🐚"] };
const HELLO = "Hello, wörld 🐚";
const read = (file_path: string): { name: string; input: object } => ({ name: "Read", input: { file_path } });
const tools = ["Read", "Grep"].map((name) => ({ name, description: `${name}s`, inputSchema: { type: "object" } }));
const user = (...content: readonly Block[]): Message => ({ role: "user", content });
const said = (text: string): Block => ({ type: "text", text });

/** A status that the server answers with once. */
const status = (code: number, message: string, retryAfter?: string): Trouble => ({
  trouble: "status",
  status: code,
  message,
  ...(retryAfter ? { retryAfter } : {}),
});

describe.each(adapters)("the provider $name", (adapter) => {
  const can = (...abilities: readonly Ability[]): boolean => abilities.every((each) => adapter.abilities.has(each));
  const ask = async (running: Running, request = requestOf("hi", { tools })): Promise<Folded> => {
    const chunks = await chunksOf(running.provider, request);
    if (adapter.key) expect(JSON.stringify(chunks)).not.toContain(adapter.key);
    return fold(chunks);
  };
  const answerTo = async (...turns: readonly Turn[]): Promise<Folded> => {
    await using running = await adapter.start(turns, { idleSecs: 0.15 });
    return await ask(running);
  };

  it("streams a text in its pieces and stops", async () => {
    await using running = await adapter.start([hello]);
    const chunks = await chunksOf(running.provider, requestOf("hi"));
    expect(chunks.flatMap((chunk) => (chunk.type === "text" ? [chunk.text] : []))).toEqual(hello.text);
    expect(fold(chunks)).toMatchObject({ blocks: [{ type: "text", text: HELLO }], stop: "end_turn", retries: [] });
  });

  it("streams several tool calls, each with its own id and its input as JSON", async () => {
    const calls = [read("a.txt"), read("b ö.txt"), { name: "Grep", input: { pattern: '"', deep: { n: [1, null] } } }];
    const { blocks, stop } = await answerTo({ text: ["I look."], calls });
    expect(stop).toBe("tool_use");
    expect(blocks).toMatchObject([said("I look."), ...calls.map((call) => ({ type: "tool_use", ...call }))]);
    expect(new Set(blocks.map((block) => (block.type === "tool_use" ? block.id : ""))).size).toBe(4);
  });

  it.runIf(can("thinking"))("keeps thinking apart from the answer, in the order it came", async () => {
    const { blocks } = await answerTo({ thinking: ["Let me ", "see."], text: ["Yes."], calls: [read("a")] });
    expect(blocks.map(({ type }) => type)).toEqual(["thinking", "text", "tool_use"]);
    expect(blocks[0]).toMatchObject({ thinking: "Let me see." });
  });

  it.runIf(can("sends thinking back"))("sends its thinking back with the call it led to, and the result", async () => {
    await using running = await adapter.start([{ thinking: ["Let me ", "see."], calls: [read("a.txt")] }, hello]);
    const first = await ask(running);
    const call = first.blocks.find((block) => block.type === "tool_use");
    const result: Block = { type: "tool_result", tool_use_id: call?.id ?? "", content: [said("alpha") as never] };
    const messages = [user(said("go")), { role: "assistant" as const, content: first.blocks }, user(result)];
    expect((await ask(running, requestOf(messages, { tools }))).text).toBe(HELLO);
    expect(running.heard()[1]).toMatchObject({ thinking: ["Let me see."], calls: [read("a.txt")], results: ["alpha"] });
  });

  it.runIf(can("hears requests"))("sends the model, the system parts in order, tools and texts", async () => {
    await using running = await adapter.start([hello]);
    const messages = [user(said("one")), { role: "assistant" as const, content: [said("two")] }, user(said("three"))];
    await ask(running, requestOf(messages, { system: ["First.", "Second."], tools, model: "m-7" }));
    expect(running.heard()).toMatchObject([
      { model: "m-7", system: expect.stringMatching(/^First\.\s+Second\.$/), tools: ["Read", "Grep"] },
    ]);
    expect(running.heard()[0]?.texts).toEqual(["one", "two", "three"]);
  });

  it.runIf(can("images"))("sends pictures of prompts and of tool results", async () => {
    await using running = await adapter.start([hello]);
    const image = (data: string): Block => ({
      type: "image",
      source: { type: "base64", media_type: "image/png", data },
    });
    const call: Block = { type: "tool_use", id: "c1", name: "Read", input: {} };
    const result: Block = { type: "tool_result", tool_use_id: "c1", content: [image("BBBB") as never] };
    await ask(
      running,
      requestOf([user(image("AAAA"), said("?")), { role: "assistant", content: [call] }, user(result)]),
    );
    expect(running.heard()[0]?.images).toEqual(["AAAA", "BBBB"]);
  });

  it("tells the tokens that were used", async () => {
    const usage = { input: 120, output: 34, cacheRead: 0, cacheWrite: 0 };
    expect(await answerTo({ ...hello, usage })).toMatchObject({ usage });
  });

  it.runIf(can("cache usage"))("tells cached tokens apart from others", async () => {
    const usage = { input: 120, output: 34, cacheRead: 4000, cacheWrite: 50 };
    expect(await answerTo({ ...hello, usage })).toMatchObject({ usage });
  });

  const reasons: StopReason[] = ["end_turn", "max_tokens", "stop_sequence", "refusal", "pause_turn"];
  const common = new Set<StopReason>(["end_turn", "max_tokens"]);
  it.each(reasons.filter((stop) => common.has(stop) || can(`stops with ${stop}`)))(
    "says that the answer stopped by %s",
    async (stop) => expect(await answerTo({ ...hello, stop })).toMatchObject({ stop, text: HELLO }),
  );

  it.each<[string, Trouble, string]>([
    ["is overloaded", status(529, "Overloaded"), "overloaded"],
    ["limits the rate", status(429, "Slow down"), "rate_limit"],
    ["fails", status(500, "Internal"), "server"],
    [
      "cuts the answer off in the middle",
      { trouble: "cut", answer: { text: ["lost ", "words ", "here"] } },
      "connection",
    ],
    ["falls silent", { trouble: "silence", answer: { text: ["lost ", "words ", "here"] } }, "connection"],
    ["sends broken JSON", { trouble: "garbled", answer: { text: ["lost ", "words ", "here"] } }, "malformed"],
    ["leaves out the end of the answer", { trouble: "no end", answer: { text: ["lost ", "words"] } }, "connection"],
    ["reports an error inside the answer", { trouble: "error event", answer: { text: ["lost ", "words"] } }, ""],
    ["sends nothing", { trouble: "empty" }, "connection"],
  ])("asks again within 250 ms when the server %s, and begins anew", async (_, trouble, kind) => {
    if (!can(trouble.trouble)) return;
    const answer = await answerTo(trouble, hello);
    expect(answer).toMatchObject({ text: HELLO, retries: [{ attempt: 1 }] });
    expect(answer.retries[0]?.delayMs).toBeLessThanOrEqual(250);
    expect(answer.retries[0]?.error.kind).toMatch(kind);
  });

  it("waits at least as long as the server asks for", async () => {
    const begun = performance.now();
    const { retries, text } = await answerTo(status(429, "Slow down", "0.4"), hello);
    expect(text).toBe(HELLO);
    expect(retries[0]?.delayMs).toBeGreaterThanOrEqual(400);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(395);
  });

  it("gives up after the last try, with the reason of the last one", async () => {
    const failures = Array.from({ length: 3 }, () => status(500, "Out of order"));
    await using running = await adapter.start(can("network") ? failures : failures.slice(2), { tries: 2 });
    const { error } = await ask(running);
    expect(error).toMatchObject({ kind: "server", status: 500, message: expect.stringContaining("Out of order") });
    if (can("network"))
      expect([running.heard().length, error?.message]).toEqual([2, expect.stringContaining("2 tries")]);
  });

  it.each<[string, Trouble, string]>([
    ["refuses the key", status(401, "bad key"), "auth"],
    ["is not paid", status(402, "no credit"), "billing"],
    [
      "finds the prompt too long",
      status(400, "prompt is too long: 300000 tokens > 200000 maximum"),
      "context_overflow",
    ],
    ["answers with a page of HTML", { trouble: "wrong type" }, "malformed"],
  ])("does not ask again when the server %s", async (_, trouble, kind) => {
    if (!can(trouble.trouble)) return;
    await using running = await adapter.start([trouble]);
    const { error, retries } = await ask(running);
    expect([error?.kind, retries.length]).toEqual([kind, 0]);
    expect(error?.message).not.toMatch(/\n|undefined|\[object/);
    if (can("hears requests"))
      expect([running.heard().length, error?.message]).toEqual([1, expect.stringContaining(running.host)]);
  });

  it.runIf(can("redirect"))("never follows a redirect, so that its key stays with one server", async () => {
    let asked = 0;
    const second = createServer((_, response) => response.end(String(asked++)));
    await new Promise<void>((resolve) => second.listen(0, "127.0.0.1", resolve));
    const to = `http://127.0.0.1:${(second.address() as AddressInfo).port}/`;
    const { error, retries } = await answerTo({ trouble: "redirect", to });
    second.close();
    expect([asked, retries.length, error?.kind]).toEqual([0, 0, "config"]);
    expect(error?.message).toContain(to);
  });

  it.runIf(can("network"))("names host and port in one sentence when nobody is there", async () => {
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, "127.0.0.1", resolve));
    const { port } = nobody.address() as AddressInfo;
    await new Promise((resolve) => nobody.close(resolve));
    const provider = await adapter.unreachable?.(port);
    const { error } = fold(await chunksOf(provider as NonNullable<typeof provider>, requestOf("hi")));
    expect(error).toMatchObject({
      kind: "connection",
      message: expect.stringMatching(`127.0.0.1:${port} .*ECONNREFUSED`),
    });
    expect(error?.message).not.toContain("\n");
  });

  it.each<[string, Trouble["trouble"]]>([
    ["in the middle of an answer", "silence"],
    ["while it waits to ask again", "status"],
  ])("ends within 100 ms when it is stopped %s", async (_, trouble) => {
    const turn: Turn =
      trouble === "status"
        ? status(429, "Slow down", "30")
        : { trouble: "silence", answer: { text: ["a", "b", "c", "d"] } };
    await using running = await adapter.start([turn, hello]);
    const stop = new AbortController();
    const chunks: Chunk[] = [];
    let stopped = 0;
    for await (const chunk of running.provider.stream(requestOf("hi"), stop.signal)) {
      chunks.push(chunk);
      if (stopped || chunk.type !== (trouble === "status" ? "retry" : "text")) continue;
      setTimeout(() => {
        stopped = performance.now();
        stop.abort();
      }, 20);
    }
    expect(performance.now() - stopped).toBeLessThan(100);
    expect(fold(chunks).error?.kind).toBe("aborted");
    await running.closed();
  });

  it("asks nothing when it was stopped before", async () => {
    await using running = await adapter.start([hello]);
    const chunks = await chunksOf(running.provider, requestOf("hi"), AbortSignal.abort());
    expect(chunks).toMatchObject([{ type: "error", error: { kind: "aborted" } }]);
    expect(running.heard()).toEqual([]);
  });

  it("closes the connection when its reader leaves early", async () => {
    await using running = await adapter.start([{ trouble: "silence", answer: { text: ["a", "b", "c", "d"] } }, hello]);
    for await (const chunk of running.provider.stream(requestOf("hi"), new AbortController().signal))
      if (chunk.type === "text") break;
    await running.closed();
  });
});
