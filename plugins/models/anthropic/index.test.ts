import { describe, expect, it } from "vitest";
import { anthropicWire, event } from "../../../test/providers/anthropic-wire.js";
import { fold } from "../../../test/providers/fold.js";
import { chunksOf, providerNamed, requestOf, saidIn } from "../../../test/providers/provider.js";
import { serveWire, type WireReply, type WireServer } from "../../../test/providers/wire-server.js";
import type { Block, Message } from "../../../schemas/message.js";
import type { ModelRequest, Provider } from "../../../schemas/provider.js";

const headers = { "content-type": "text/event-stream" };
const hello: WireReply = { headers, body: anthropicWire.frames({ text: ["Hello"] }) };
const MARK = { type: "ephemeral" };

const providerAt = (server: WireServer, settings = {}, env = { ANTHROPIC_API_KEY: "sk-1" }): Promise<Provider> =>
  providerNamed("anthropic", { "anthropic.base_url": server.url, ...settings }, env);

interface Body {
  readonly tools: readonly object[];
  readonly messages: readonly Message[];
}

/** What is sent for these requests, one after the other. */
async function sent(requests: readonly ModelRequest[], settings = {}): Promise<Body[]> {
  await using server = await serveWire(() => hello);
  const provider = await providerAt(server, settings);
  for (const request of requests) expect(saidIn(await chunksOf(provider, request))).toBe("Hello");
  return server.requests.map(({ body }) => JSON.parse(body) as Body);
}

const say = (role: Message["role"], ...content: readonly (Block | string)[]): Message => ({
  role,
  content: content.map((each) => (typeof each === "string" ? { type: "text", text: each } : each)),
});

describe("the request to Anthropic", () => {
  it("goes to /v1/messages with key, version and a name of its own", async () => {
    await using server = await serveWire(() => hello);
    await chunksOf(await providerAt(server), requestOf("hi"));
    expect(server.requests[0]).toMatchObject({ method: "POST", path: "/v1/messages" });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: "Bearer sk-1",
      "content-type": "application/json",
      "anthropic-version": expect.stringMatching(/^\d{4}-/),
      "user-agent": expect.stringMatching(/^nacre\//),
    });
  });

  it("carries a token where there is no key", async () => {
    await using server = await serveWire(() => hello);
    const env = { ANTHROPIC_AUTH_TOKEN: "t-1" } as never;
    expect(saidIn(await chunksOf(await providerAt(server, {}, env), requestOf("hi")))).toBe("Hello");
    expect(server.requests[0]?.headers["authorization"]).toBe("Bearer t-1");
  });

  it("holds system parts, tools and messages, and marks what the cache shall keep", async () => {
    const tools = ["A", "B"].map((name) => ({ name, description: name, inputSchema: { type: "object" } }));
    const messages = [
      say("user", "1"),
      say("assistant", "2"),
      say("user", "3", "4"),
      say("assistant", "5"),
      say("user", "6"),
    ];
    const [body] = await sent([requestOf(messages, { system: ["One.", " ", "Two."], tools })]);
    const text = (words: string, marked = false): object => ({
      type: "text",
      text: words,
      ...(marked && { cache_control: MARK }),
    });
    expect(body).toEqual({
      model: "test-model",
      max_tokens: 1000,
      stream: true,
      system: [text("One."), text("Two.", true)],
      tools: ["A", "B"].map((name) => ({ name, description: name, input_schema: { type: "object" } })),
      messages: [
        { role: "user", content: [text("1")] },
        { role: "assistant", content: [text("2")] },
        { role: "user", content: [text("3"), text("4", true)] },
        { role: "assistant", content: [text("5")] },
        { role: "user", content: [text("6", true)] },
      ],
    });
  });

  it("marks the last tool where there is no system prompt", async () => {
    const tools = ["A", "B"].map((name) => ({ name, description: name, inputSchema: {} }));
    const [body] = await sent([requestOf("hi", { system: [], tools })]);
    expect(body).not.toHaveProperty("system");
    expect(body?.tools).toMatchObject([{ name: "A" }, { name: "B", cache_control: MARK }]);
    expect(body?.tools[0]).not.toHaveProperty("cache_control");
  });

  it("repeats what earlier requests of a conversation said, apart from the marks", async () => {
    const messages = Array.from({ length: 9 }, (_, i) => say(i % 2 ? "assistant" : "user", `message ${i} 🐚`));
    const bodies = await sent([1, 3, 5, 7, 9].map((count) => requestOf(messages.slice(0, count))));
    const plain = (body: unknown): string => JSON.stringify(body).replaceAll(/,"cache_control":\{[^}]*\}/g, "");
    const last = plain(bodies.at(-1)?.messages);
    for (const body of bodies) expect(last.startsWith(plain(body.messages).slice(0, -1))).toBe(true);
    for (const body of bodies) expect(JSON.stringify(body).split("cache_control").length - 1).toBeLessThanOrEqual(3);
  });

  it("leaves out what the API refuses: empty texts, thinking without a signature, messages with nothing left", async () => {
    const signed: Block = { type: "thinking", thinking: "mine", signature: "s" };
    const [body] = await sent([
      requestOf([
        say("user", "", "hi"),
        say("assistant", { type: "thinking", thinking: "another provider's" }),
        say("assistant", signed, "\n\n", { type: "tool_use", id: "c", name: "A", input: {} }),
        say("user", { type: "tool_result", tool_use_id: "c", content: [{ type: "text", text: "" }], is_error: true }),
      ]),
    ]);
    expect(body?.messages).toMatchObject([
      { role: "user", content: [{ text: "hi" }] },
      { role: "assistant", content: [signed, { type: "tool_use" }] },
      { role: "user", content: [{ type: "tool_result", content: [], is_error: true, cache_control: MARK }] },
    ]);
  });

  it("carries PDFs, and half characters as U+FFFD", async () => {
    const source = { type: "base64", media_type: "application/pdf", data: "JVBERg==" } as const;
    const [body] = await sent([
      requestOf([say("user", { type: "document", source, title: "a.pdf" }, "cut \ud83d off")]),
    ]);
    expect(body?.messages).toMatchObject([
      { content: [{ type: "document", source, title: "a.pdf" }, { text: "cut \ufffd off" }] },
    ]);
  });

  it.each([
    [undefined, {}, {}],
    [4000, {}, { thinking: { type: "enabled", budget_tokens: 4000 }, max_tokens: 5000 }],
    [100, {}, { thinking: { type: "enabled", budget_tokens: 1024 }, max_tokens: 2024 }],
    [4000, { "anthropic.thinking": "adaptive" }, { thinking: { type: "adaptive" }, max_tokens: 1000 }],
  ])("asks for %s tokens of thinking with settings %j as %j", async (thinkingTokens, settings, expected) => {
    const [body] = await sent([requestOf("hi", thinkingTokens === undefined ? {} : { thinkingTokens })], settings);
    expect(body).toMatchObject(expected);
    if (thinkingTokens === undefined) expect(body).not.toHaveProperty("thinking");
  });
});

const start = event({ type: "message_start", message: { id: "m", model: "x", usage: { input_tokens: 1 } } });
const end = event({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 1 } });
const stop = event({ type: "message_stop" });
const open = (index: number, content_block: object = { type: "text", text: "" }): string =>
  event({ type: "content_block_start", index, content_block });
const delta = (index: number, piece: object = { type: "text_delta", text: "hm" }): string =>
  event({ type: "content_block_delta", index, delta: piece });
const close = (index: number): string => event({ type: "content_block_stop", index });

/** The answer to these events, without a second try. */
async function answer(...events: readonly string[]): Promise<ReturnType<typeof fold>> {
  await using server = await serveWire(() => ({ headers, body: events.join("") }));
  return fold(await chunksOf(await providerAt(server, { "anthropic.max_tries": 1 }), requestOf("hi")));
}

describe("the answer of Anthropic", () => {
  it("keeps thinking and redacted thinking byte for byte, and gives them back unchanged", async () => {
    const redacted = { type: "redacted_thinking", data: "EmwKAhgB/+==" } as const;
    const { blocks } = await answer(
      start,
      open(0, { type: "thinking", thinking: "", signature: "" }),
      delta(0, { type: "thinking_delta", thinking: " Hm,\n" }),
      delta(0, { type: "thinking_delta", thinking: "ä " }),
      delta(0, { type: "signature_delta", signature: "EuYB+/" }),
      delta(0, { type: "signature_delta", signature: "==" }),
      close(0),
      open(1, redacted),
      close(1),
      end,
      stop,
    );
    expect(blocks).toEqual([{ type: "thinking", thinking: " Hm,\nä ", signature: "EuYB+/==" }, redacted]);
    const [body] = await sent([
      requestOf([say("user", "a"), { role: "assistant", content: blocks }, say("user", "b")]),
    ]);
    expect(body?.messages[1]?.content).toEqual(blocks);
  });

  it("passes over blocks of types it does not know, and keeps counting its own", async () => {
    const { blocks } = await answer(
      start,
      open(0, { type: "server_tool_use", id: "s", name: "web_search", input: {} }),
      delta(0, { type: "input_json_delta", partial_json: "{}" }),
      close(0),
      open(1),
      delta(1),
      delta(1, { type: "citations_delta", citation: {} }),
      close(1),
      end,
      stop,
    );
    expect(blocks).toEqual([{ type: "text", text: "hm" }]);
  });

  it("takes a call whose input came whole at its start", async () => {
    const { blocks } = await answer(
      start,
      open(0, { type: "tool_use", id: "c", name: "A", input: { b: 1 } }),
      close(0),
      end,
      stop,
    );
    expect(blocks).toEqual([{ type: "tool_use", id: "c", name: "A", input: { b: 1 } }]);
  });

  it("keeps counts of message_start that message_delta does not replace", async () => {
    const usage = { input_tokens: 3, cache_read_input_tokens: 70, cache_creation_input_tokens: 5, output_tokens: 1 };
    const begin = event({ type: "message_start", message: { id: "m", model: "x", usage } });
    expect(await answer(begin, open(0), delta(0), close(0), end, stop)).toMatchObject({
      usage: { input: 3, cacheRead: 70, cacheWrite: 5, output: 1 },
    });
  });

  it.each<[string, readonly string[], string]>([
    ["a block before the message", [open(0)], "begins block 0"],
    ["a message twice", [start, start], "begins twice"],
    ["a block with a wrong index", [start, open(1)], "begins block 1 where block 0 was due"],
    ["a block twice", [start, open(0), close(0), open(0)], "begins block 0 where block 1 was due"],
    ["a block inside a block", [start, open(0), open(1)], "begins block 1"],
    ["a delta for another block", [start, open(0), delta(1)], "delta for block 1, which is not open"],
    ["a delta after its block", [start, open(0), close(0), delta(0)], "delta for block 0, which is not open"],
    [
      "a delta of another type",
      [start, open(0), delta(0, { type: "input_json_delta", partial_json: "" })],
      "input_json_delta in a block of type text",
    ],
    ["a delta without its text", [start, open(0), delta(0, { type: "text_delta" })], "text_delta without text"],
    ["an end of another block", [start, open(0), close(3)], "ends block 3"],
    ["a call without a name", [start, open(0, { type: "tool_use", id: "c" })], "tool without id or name"],
    ["an end inside a block", [start, open(0), end, stop], "ends while block 0 is open"],
    ["an end without a reason", [start, open(0), close(0), stop], "ends without a stop reason"],
    ["an event that is no JSON", [start, "data: {oops\n\n"], "not JSON"],
    ["an event that is no object", [start, "data: 7\n\n"], "not an object"],
  ])("%s is malformed", async (_, events, words) => {
    const { error, blocks } = await answer(...events);
    expect(error).toMatchObject({ kind: "malformed", message: expect.stringContaining(words) });
    expect(blocks.every((block) => block.type !== "tool_use")).toBe(true);
  });

  it("is told up to the broken event, also when everything arrived together", async () => {
    const { text, error } = await answer(start, open(0), delta(0), delta(0), "data: {oops\n\n", delta(0));
    expect([text, error?.kind]).toEqual(["hmhm", "malformed"]);
  });

  it.each([
    ["overloaded_error", "overloaded", 529],
    ["rate_limit_error", "rate_limit", 429],
    ["invalid_request_error", "invalid_request", 400],
    ["authentication_error", "auth", 401],
    ["something_new", "server", 500],
  ])("%s inside the stream is %s with status %d", async (type, kind, status) => {
    const { error } = await answer(start, event({ type: "error", error: { type, message: "said so" } }));
    expect(error).toMatchObject({ kind, status, message: expect.stringContaining(`${status} ${type} said so`) });
  });
});

describe("the anthropic provider", () => {
  it("names the variable when there is no key", async () => {
    const provider = await providerNamed("anthropic", {});
    expect(saidIn(await chunksOf(provider, requestOf("hi")))).toMatch(/^config: ANTHROPIC_API_KEY not set\b/);
  });

  it.each(["here", "localhost:8080", "ftp://x"])("refuses the address %s", async (url) => {
    const provider = await providerNamed("anthropic", { "anthropic.base_url": url }, { ANTHROPIC_API_KEY: "k" });
    expect(saidIn(await chunksOf(provider, requestOf("hi")))).toBe(
      `config: ANTHROPIC_BASE_URL is not a web address: ${url}`,
    );
  });

  it("says it in one sentence when the key cannot be sent", async () => {
    await using server = await serveWire(() => hello);
    const provider = await providerAt(server, {}, { ANTHROPIC_API_KEY: "sk-first\nsk-second" });
    expect(saidIn(await chunksOf(provider, requestOf("hi")))).toBe(
      "config: ANTHROPIC_API_KEY holds a character that cannot be sent",
    );
    expect(server.requests).toEqual([]);
  });

  it("uses one connection for one request after the other", async () => {
    const ports = new Set<unknown>();
    await using server = await serveWire((request) => {
      ports.add(request.port);
      return hello;
    });
    const provider = await providerAt(server);
    for (let i = 0; i < 5; i++) await chunksOf(provider, requestOf("hi"));
    expect(ports.size).toBe(1);
  });
});
