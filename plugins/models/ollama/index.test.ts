import { describe, expect, it } from "vitest";
import { chunksOf, providerNamed, requestOf, saidIn } from "../../../test/providers/provider.js";
import { serveWire, type WireReply, type WireServer } from "../../../test/providers/wire-server.js";
import type { Provider } from "../../../schemas/provider.js";
import { addressOf } from "./address.js";

const ndjson = { "content-type": "application/x-ndjson" };
const line = (message: object, rest = {}): string =>
  `${JSON.stringify({ model: "qwen3:8b", created_at: "2026-01-01T00:00:00Z", message: { role: "assistant", ...message }, done: false, ...rest })}\n`;
const done = (done_reason = "stop"): string =>
  line({ content: "" }, { done: true, done_reason, total_duration: 9, prompt_eval_count: 7, eval_count: 3 });
const stream = (...body: string[]): WireReply => ({ headers: ndjson, body });
const hello = stream(line({ content: "Hel" }), line({ content: "lo" }), done());
const failed = (status: number, error: string): WireReply => ({ status, body: JSON.stringify({ error }) });
const model = (name: string, family = "qwen3"): object => ({ name, model: name, size: 1, details: { family } });
const tags = (...models: object[]): WireReply => ({ body: JSON.stringify({ models }) });

const providerAt = (server: WireServer, settings = {}): Promise<Provider> =>
  providerNamed("ollama", { "ollama.url": server.url, ...settings });

describe("the ollama provider", () => {
  it("asks /api/chat and streams thinking, text and calls with ids made from the place in the conversation", async () => {
    const calls = [
      { function: { name: "Read", arguments: { f: 1 } } },
      { function: { index: 1, name: "LS", arguments: {} } },
    ];
    await using server = await serveWire(() =>
      stream(
        line({ content: "", thinking: "hm" }),
        line({ content: "Hi" }),
        line({ content: "", tool_calls: calls }),
        done(),
      ),
    );
    const provider = await providerAt(server, { "ollama.context": 16_384 });
    const tools = [{ name: "Read", description: "Reads", inputSchema: { type: "object" } }];
    expect(await chunksOf(provider, requestOf("hi", { tools, thinkingTokens: 100 }))).toEqual([
      { type: "start", id: "ollama_1", model: "qwen3:8b" },
      { type: "block", index: 0, block: { type: "thinking", thinking: "" } },
      { type: "thinking", index: 0, thinking: "hm" },
      { type: "block_end", index: 0 },
      { type: "block", index: 1, block: { type: "text", text: "" } },
      { type: "text", index: 1, text: "Hi" },
      { type: "block_end", index: 1 },
      { type: "block", index: 2, block: { type: "tool_use", id: "call_1_1", name: "Read" } },
      { type: "input", index: 2, json: '{"f":1}' },
      { type: "block_end", index: 2 },
      { type: "block", index: 3, block: { type: "tool_use", id: "call_1_2", name: "LS" } },
      { type: "input", index: 3, json: "{}" },
      { type: "block_end", index: 3 },
      { type: "stop", stopReason: "tool_use", usage: { input: 7, output: 3, cacheRead: 0, cacheWrite: 0 } },
    ]);
    expect(server.requests[0]).toMatchObject({ method: "POST", path: "/api/chat" });
    expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({
      model: "test-model",
      stream: true,
      think: true,
      options: { num_predict: 1000, num_ctx: 16_384 },
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "hi" },
      ],
      tools: [{ type: "function", function: { name: "Read", description: "Reads", parameters: { type: "object" } } }],
    });
  });

  it("sends calls, results by the name of their tool, pictures as base64, and notes for what Ollama cannot take", async () => {
    await using server = await serveWire(() => hello);
    const png = { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } } as const;
    const pdf = {
      type: "document",
      title: "a.pdf",
      source: { type: "base64", media_type: "application/pdf", data: "J" },
    } as const;
    const call = { type: "tool_use", id: "c1", name: "Read", input: { f: 1 } } as const;
    const request = requestOf([
      { role: "user", content: [{ type: "text", text: "see" }, png, pdf] },
      { role: "assistant", content: [{ type: "thinking", thinking: "hm" }, { type: "text", text: "I read" }, call] },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "c1", is_error: true, content: [{ type: "text", text: "no" }, png] },
        ],
      },
    ]);
    await chunksOf(await providerAt(server), request);
    expect((JSON.parse(server.requests[0]?.body ?? "") as { messages: unknown[] }).messages.slice(1)).toEqual([
      { role: "user", content: "see\n\n[a.pdf was left out: Ollama takes no documents]", images: ["AAAA"] },
      {
        role: "assistant",
        content: "I read",
        thinking: "hm",
        tool_calls: [{ function: { name: "Read", arguments: { f: 1 } } }],
      },
      { role: "tool", tool_name: "Read", content: "Error: no" },
      { role: "user", content: "From the results above:", images: ["AAAA"] },
    ]);
  });

  it("says that the answer was cut by its limit when the server does", async () => {
    await using server = await serveWire(() => stream(line({ content: "x" }), done("length")));
    const chunks = await chunksOf(await providerAt(server), requestOf("hi"));
    expect(chunks.at(-1)).toMatchObject({ type: "stop", stopReason: "max_tokens" });
  });

  it.each<[string, WireReply, string]>([
    ["fails", failed(500, "model runner has stopped"), "server"],
    ["fails within the stream", stream(line({ content: "x" }), '{"error":"out of memory"}\n'), "server"],
    ["cuts the answer off", stream(line({ content: "x" })), "connection"],
    ["sends a line that is no JSON", stream("{oops\n"), "malformed"],
    ["sends a call without a name", stream(line({ tool_calls: [{ function: {} }] })), "malformed"],
    ["sends nothing", stream(), "connection"],
  ])("asks again when the server %s", async (_, reply, kind) => {
    await using server = await serveWire((__, number) => (number === 0 ? reply : hello));
    const chunks = await chunksOf(await providerAt(server), requestOf("hi"));
    expect(chunks.find((chunk) => chunk.type === "retry")).toMatchObject({ attempt: 1, error: { kind } });
    expect(saidIn(chunks)).toBe("Hello");
  });

  it.each([
    [[model("qwen3:8b"), model("llama3.2:3b")], "installed are qwen3:8b, llama3.2:3b"],
    [[], "no model is installed"],
  ])("answers an unknown model with those that are installed", async (models, there) => {
    await using server = await serveWire(({ path }) =>
      path === "/api/tags" ? tags(...models) : failed(404, "model 'test-model' not found"),
    );
    const said = saidIn(await chunksOf(await providerAt(server), requestOf("hi")));
    expect(said.replace(/127\.0\.0\.1:\d+/, "HOST")).toBe(
      `invalid_request: Ollama at HOST has no model "test-model": ${there}; install one with \`ollama pull MODEL\``,
    );
  });

  it("lists the installed models that can talk, in the server's order", async () => {
    await using server = await serveWire(() =>
      tags(model("nomic-embed-text:latest", "nomic-bert"), model("b:1"), model("a:1")),
    );
    const provider = await providerAt(server);
    expect(await provider.models?.()).toEqual(["b:1", "a:1"]);
    expect(await provider.available?.()).toBe(true);
  });

  it("names `ollama pull` when nothing is installed and `ollama serve` when nobody is there", async () => {
    const server = await serveWire(() => tags());
    const provider = await providerAt(server);
    await expect(provider.models?.()).rejects.toThrow(
      /^Ollama at .* has no model: install one with `ollama pull MODEL`$/,
    );
    await server[Symbol.asyncDispose]();
    await expect(provider.models?.()).rejects.toThrow(/^cannot reach Ollama at .*`ollama serve`/);
    expect(await provider.available?.()).toBe(false);
  });

  it("gives up looking for a server that does not answer after a second", async () => {
    await using silent = await serveWire(() => new Promise(() => {}));
    const provider = await providerAt(silent);
    const started = performance.now();
    expect(await provider.available?.()).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("stops at once when it is aborted in the middle of an answer, and closes the connection", async () => {
    await using server = await serveWire(() => ({ ...stream(line({ content: "x" })), after: "hang" }));
    const stop = new AbortController();
    const types: string[] = [];
    for await (const chunk of (await providerAt(server)).stream(requestOf("hi"), stop.signal)) {
      types.push(chunk.type === "error" ? chunk.error.kind : chunk.type);
      if (chunk.type === "text") stop.abort();
    }
    expect(types).toEqual(["start", "block", "text", "aborted"]);
    await server.closed();
  });
});

describe("the address of an Ollama server", () => {
  it.each([
    ["http://localhost:11434/", "http://localhost:11434"],
    ["gpu.lan", "http://gpu.lan:11434"],
    ["gpu.lan:80", "http://gpu.lan"],
    [":8080", "http://localhost:8080"],
    ["0.0.0.0", "http://localhost:11434"],
    ["https://gpu.lan/ollama/", "https://gpu.lan/ollama"],
    ["ftp://gpu.lan", undefined],
    ["what is this", undefined],
  ])("%s is understood as %s", (given, url) => {
    expect(addressOf(given)).toBe(url);
  });

  it("that is none ends a request with a sentence", async () => {
    const provider = await providerNamed("ollama", {}, { OLLAMA_HOST: "ftp://x" });
    expect(saidIn(await chunksOf(provider, requestOf("hi")))).toBe(
      "config: --ollama-url is not a web address: ftp://x",
    );
    expect(await provider.available?.()).toBe(false);
  });
});
