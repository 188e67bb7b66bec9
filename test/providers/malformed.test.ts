import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { MOST_CALLS } from "../../schemas/draft.js";
import type { Chunk, Usage } from "../../schemas/provider.js";
import { anthropicWire, event } from "./anthropic-wire.js";
import { fold, type Folded } from "./fold.js";
import { ollamaWire } from "./ollama-wire.js";
import { openaiWire } from "./openai-wire.js";
import { chunksOf, requestOf, saidIn } from "./provider.js";
import type { WireFormat } from "./wire-adapter.js";
import { serveWire } from "./wire-server.js";

const wires = [anthropicWire, openaiWire, ollamaWire];
const ended = { anthropic: anthropicWire, openai: openaiWire, ollama: ollamaWire } as const;
type Name = keyof typeof ended;

async function answered(format: WireFormat, body: string, type = format.contentType): Promise<Chunk[]> {
  await using server = await serveWire(() => ({ headers: { "content-type": type }, body }));
  return await chunksOf(await format.provider(server.url, { tries: 1 }), requestOf("hi"));
}

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const line = (value: object): string => `${JSON.stringify(value)}\n`;
const delta = (part: unknown): string => data({ id: "c", model: "m", choices: [{ index: 0, delta: part }] });
const message = (part: unknown): string => line({ model: "m", message: part, done: false });
const tail = (name: Name): string =>
  ended[name]
    .frames({ text: ["end"] })
    .slice(-ended[name].closing)
    .join("");

describe("A model server that sends values of other types than its protocol has", () => {
  it.each<[Name, string, string]>([
    ["openai", "choices that are an object", data({ choices: {} })],
    ["openai", "choices that are a text", data({ choices: "abc" })],
    ["openai", "a choice that is nothing", data({ choices: [null] })],
    ["openai", "calls that are an object", delta({ tool_calls: {} })],
    ["openai", "calls that are a number", delta({ tool_calls: 5 })],
    ["openai", "a call that is nothing", delta({ tool_calls: [null] })],
    ["openai", "a call whose name is a number", delta({ tool_calls: [{ id: "a", function: { name: 5 } }] })],
    ["openai", "a call whose name is an object", delta({ tool_calls: [{ id: "a", function: { name: { x: 1 } } }] })],
    ["ollama", "calls that are an object", message({ tool_calls: {} })],
    ["ollama", "a call that is nothing", message({ tool_calls: [null] })],
    ["ollama", "a call whose name is a number", message({ tool_calls: [{ function: { name: 5 } }] })],
  ])("(%s) and %s gets one sentence of its own for it", async (name, _what, frame) => {
    const said = saidIn(await answered(ended[name], frame + tail(name)));
    expect(said).toMatch(/^malformed: the answer of .+ at 127\.0\.0\.1:\d+ has [a-z]/);
    expect(said).not.toMatch(/undefined|is not a|iterable|properties|destructure/);
  });

  it("as id, model or text has none", async () => {
    const odd = data({ id: 7, model: { a: 1 }, choices: [{ index: 0, delta: { content: 5, refusal: { a: 1 } } }] });
    const chunks = await answered(openaiWire, odd + delta({ content: "hi", tool_calls: null }) + tail("openai"));
    expect(chunks[0]).toMatchObject({ type: "start", id: "chatcmpl_1", model: "test-model" });
    expect(fold(chunks)).toMatchObject({ text: "hi", stop: "end_turn" });
  });

  it("as the id of a call gets one of ours", async () => {
    const call = { index: 0, id: { a: 1 }, function: { name: "LS", arguments: "{}" } };
    const { blocks } = fold(await answered(openaiWire, delta({ tool_calls: [call] }) + tail("openai")));
    expect(blocks).toMatchObject([{ type: "tool_use", id: "call_1_1", name: "LS" }]);
  });
});

const started = event({ type: "message_start", message: { id: "m", model: "m" } });
const begun = (input: unknown): string =>
  started +
  event({ type: "content_block_start", index: 0, content_block: { type: "tool_use", id: "a", name: "LS", input } }) +
  event({ type: "content_block_stop", index: 0 });

it.each<[Name, (input: unknown) => string]>([
  ["anthropic", begun],
  ["openai", (input) => delta({ tool_calls: [{ index: 0, id: "a", function: { name: "LS", arguments: input } }] })],
  ["ollama", (input) => message({ tool_calls: [{ function: { name: "LS", arguments: input } }] })],
])("An input that is no object reaches the shell as what it is, and never as an empty one (%s)", async (name, call) => {
  for (const input of [["x"], 7, true]) {
    const chunks = await answered(ended[name], call(input) + tail(name));
    expect(chunks).toContainEqual({ type: "input", index: 0, json: JSON.stringify(input) });
  }
});

const usages: Readonly<Record<Name, (count: unknown) => string>> = {
  anthropic: (count) =>
    event({
      type: "message_delta",
      delta: { stop_reason: "end_turn" },
      usage: { input_tokens: count, output_tokens: count },
    }) + event({ type: "message_stop" }),
  openai: (count) =>
    data({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }) +
    data({
      choices: [],
      usage: { prompt_tokens: count, completion_tokens: count, prompt_tokens_details: { cached_tokens: count } },
    }),
  ollama: (count) => line({ message: {}, done: true, prompt_eval_count: count, eval_count: count }),
};

describe.each(Object.keys(usages) as Name[])("Numbers of tokens from %s", (name) => {
  it.each([-5, 1e308, 0.5, "12", {}, null, true])("that are %j count as none", async (count) => {
    const body = (name === "anthropic" ? started : "") + usages[name](count);
    const { usage } = fold(await answered(ended[name], body)) as Folded & { readonly usage: Usage };
    expect(usage).toEqual({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0 });
  });
});

describe("Calls without number in one answer", () => {
  const many = Array.from({ length: MOST_CALLS + 1 }, (_, index) => ({
    index,
    id: `t${index}`,
    function: { name: "LS", arguments: "{}" },
  }));

  it.each<[Name, string]>([
    ["openai", many.map((call) => delta({ tool_calls: [call] })).join("")],
    ["ollama", message({ tool_calls: many })],
  ])("end it with a sentence (%s)", async (name, calls) => {
    expect(saidIn(await answered(ended[name], calls + tail(name)))).toMatch(/^malformed: .* has more than 1000 calls$/);
  });

  it("are not lost silently where hundreds of thousands of pieces were held back beside them", async () => {
    const call = delta({ tool_calls: [{ index: 0, id: "a", function: { name: "LS", arguments: "{}" } }] });
    const chunks = await answered(openaiWire, call + delta({ content: "x" }).repeat(200_000) + tail("openai"));
    expect(fold(chunks).text).toHaveLength(200_000);
  });
});

const QUIET: Readonly<Record<Name, string>> = {
  anthropic: 'data: {"type": "ping"}\n\n',
  openai: data({ id: "c", choices: [{ index: 0, delta: { content: "" } }] }),
  ollama: message({ role: "assistant", content: "" }),
};

it.each(wires)("Events in which $name says nothing are silence, whatever they are called", async (format) => {
  const piece = QUIET[format.name as Name];
  const body = (async function* (): AsyncGenerator<string> {
    for (let count = 0; count < 100; count++) {
      yield piece;
      await sleep(20);
    }
  })();
  await using server = await serveRaw(async (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${format.contentType}\r\nconnection: close\r\n\r\n`);
    for await (const part of body) if (!socket.write(part) || socket.destroyed) return;
  });
  const provider = await format.provider(server.url, { tries: 1, idleSecs: 0.15 });
  expect(saidIn(await chunksOf(provider, requestOf("hi")))).toMatch(/^connection: .* sent nothing for 0\.2 s/);
});

/** A server that answers the first request of each connection with bytes of its own. */
async function serveRaw(answer: (socket: Socket) => unknown): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.once("data", () => void answer(socket));
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => void server.close(done));
    },
  };
}

describe.each(wires)("An answer from where $name should be", (format) => {
  it.each([
    [
      "that changes to another protocol",
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nx",
      /^connection: .* closed the connection before it answered/,
    ],
    ["that is no HTTP", "\0\0\0 \r\n\r\n", /^malformed: .* is not proper HTTP \(HPE_\w+\): check [A-Z-]/i],
    ["with headers without end", `HTTP/1.1 200 OK\r\nx: ${"a".repeat(200_000)}`, /^malformed: .* not proper HTTP/],
  ])("%s ends in a sentence", async (_what, bytes, said) => {
    await using server = await serveRaw((socket) => socket.write(bytes));
    const chunks = await chunksOf(await format.provider(server.url, { tries: 1 }), requestOf("hi"));
    expect(saidIn(chunks)).toMatch(said);
  });

  it("is taken whatever the case of its content type", async () => {
    const type = format.contentType.toUpperCase();
    expect(saidIn(await answered(format, format.frames({ text: ["hi"] }).join(""), type))).toBe("hi");
  });
});
