import { describe, expect, it } from "vitest";
import { chunksOf, providerNamed, requestOf, saidIn } from "../../../test/providers/provider.js";
import { serveWire, type WireReply, type WireServer } from "../../../test/providers/wire-server.js";
import type { Provider } from "../../../schemas/provider.js";

const stream = { "content-type": "text/event-stream" };
const event = (data: unknown): string => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
const piece = (delta: object, finish_reason: string | null = null): string =>
  event({ id: "c1", object: "chat.completion.chunk", model: "m-1", choices: [{ index: 0, delta, finish_reason }] });
const usage = event({ id: "c1", model: "m-1", choices: [], usage: { prompt_tokens: 9, completion_tokens: 2 } });
const hello: WireReply = {
  headers: stream,
  body: [
    piece({ role: "assistant", content: "" }),
    piece({ content: "Hel" }),
    piece({ content: "lo" }),
    piece({}, "stop"),
    usage,
    event("[DONE]"),
  ],
};
const refusal = (status: number, message: string, headers = {}): WireReply => ({
  status,
  headers,
  body: JSON.stringify({ error: { message, type: "invalid_request_error", param: null, code: null } }),
});

const providerAt = (server: WireServer, env = {}): Promise<Provider> =>
  providerNamed("openai", { "openai.base_url": `${server.url}/v1` }, env);

describe("the openai provider", () => {
  it("asks a compatible server and streams its answer", async () => {
    await using server = await serveWire(() => hello);
    const provider = await providerAt(server, { OPENAI_API_KEY: "k-1" });
    expect(await chunksOf(provider, requestOf("hi"))).toEqual([
      { type: "start", id: "c1", model: "m-1" },
      { type: "block", index: 0, block: { type: "text", text: "" } },
      { type: "text", index: 0, text: "Hel" },
      { type: "text", index: 0, text: "lo" },
      { type: "block_end", index: 0 },
      { type: "stop", stopReason: "end_turn", usage: { input: 9, output: 2, cacheRead: 0, cacheWrite: 0 } },
    ]);
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "POST", path: "/v1/chat/completions" });
    expect(request?.headers).toMatchObject({ authorization: "Bearer k-1", "content-type": "application/json" });
    expect(request?.headers["user-agent"]).toMatch(/^nacre\//);
    expect(JSON.parse(request?.body ?? "")).toMatchObject({ model: "test-model", stream: true, max_tokens: 1000 });
  });

  it("sends a placeholder for a key to a server that is named without one", async () => {
    await using server = await serveWire(() => hello);
    expect(saidIn(await chunksOf(await providerAt(server), requestOf("hi")))).toBe("Hello");
    expect(server.requests[0]?.headers["authorization"]).toBe("Bearer none");
  });

  it("says how to name a key or a server when there is neither, and refuses an address that is none", async () => {
    const said = async (settings: object): Promise<string> =>
      saidIn(await chunksOf(await providerNamed("openai", { ...settings }), requestOf("hi")));
    expect(await said({})).toMatch(/^config: OPENAI_API_KEY not set: .*OPENAI_BASE_URL/);
    expect(await said({ "openai.base_url": "localhost" })).toBe(
      "config: OPENAI_BASE_URL is not a web address: localhost",
    );
  });

  it.each<[string, WireReply, string]>([
    ["without [DONE] but with a finish reason is complete", { ...hello, body: hello.body.slice(0, 5) }, "Hello"],
    [
      "whose connection breaks after the finish reason is complete",
      { ...hello, body: hello.body.slice(0, 4), after: "cut" },
      "Hello",
    ],
    [
      "that stays open after its usage is complete at once",
      { ...hello, body: hello.body.slice(0, 5), after: "hang" },
      "Hello",
    ],
    [
      "that is refused names the key, never its value",
      refusal(401, "Incorrect key: secret-key"),
      "auth: the model server at HOST answered 401 invalid_request_error Incorrect key: ***: check OPENAI_API_KEY",
    ],
    [
      "that is a JSON document is not an answer",
      { body: '{"choices":[]}' },
      "malformed: the answer of the model server at HOST is application/json and not an event stream: check OPENAI_BASE_URL",
    ],
  ])("an answer %s", async (_, reply, said) => {
    await using server = await serveWire(() => reply);
    const provider = await providerAt(server, { OPENAI_API_KEY: "secret-key" });
    expect(saidIn(await chunksOf(provider, requestOf("hi"))).replace(/127\.0\.0\.1:\d+/, "HOST")).toBe(said);
    expect(server.requests.length).toBe(1);
  });

  it.each<[string, WireReply, string]>([
    ["is overloaded", refusal(503, "busy"), "overloaded"],
    ["limits the rate", refusal(429, "slow down"), "rate_limit"],
    [
      "says so within the stream",
      { headers: stream, body: event({ error: { message: "busy", type: "server_error" } }) },
      "server",
    ],
    [
      "says so with a number",
      { headers: stream, body: piece({ content: "x" }) + event({ error: { message: "busy", code: 503 } }) },
      "overloaded",
    ],
    ["cuts the answer off", { ...hello, body: hello.body.slice(0, 2) }, "connection"],
    ["ends without a finish reason", { ...hello, body: [...hello.body.slice(0, 3), event("[DONE]")] }, "connection"],
    ["sends an event that is no JSON", { headers: stream, body: event("{oops") }, "malformed"],
    ["sends nothing", { headers: stream, body: "" }, "connection"],
  ])("asks again when the server %s", async (_, reply, kind) => {
    await using server = await serveWire((__, number) => (number === 0 ? reply : hello));
    const chunks = await chunksOf(await providerAt(server), requestOf("hi"));
    const retry = chunks.find((chunk) => chunk.type === "retry");
    expect(retry).toMatchObject({ attempt: 1, error: { kind } });
    expect(retry?.delayMs).toBeLessThanOrEqual(250);
    expect(saidIn(chunks)).toBe("Hello");
  });

  it.each([
    [
      "Function tools with reasoning_effort are not supported. Set reasoning_effort to 'none'.",
      { reasoning_effort: "none" },
    ],
    ["Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", { max_completion_tokens: 1000 }],
  ])("learns from %j and leaves it out from then on, without counting it as a failure", async (message, sent) => {
    await using server = await serveWire((_, number) => (number === 0 ? refusal(400, message) : hello));
    const provider = await providerAt(server);
    for (let i = 0; i < 2; i++) {
      const chunks = await chunksOf(provider, requestOf("hi"));
      expect([saidIn(chunks), chunks[0]?.type]).toEqual(["Hello", "start"]);
    }
    expect(server.requests.length).toBe(3);
    for (const { body } of server.requests.slice(1)) expect(JSON.parse(body)).toMatchObject(sent);
  });

  it("names the models a server has when it does not know the one asked for", async () => {
    await using server = await serveWire(({ path }) =>
      path === "/v1/models" ? { body: '{"data":[{"id":"qwen"},{"id":"llama"}]}' } : refusal(404, "no such model"),
    );
    const provider = await providerAt(server);
    expect(saidIn(await chunksOf(provider, requestOf("hi")))).toMatch(
      /^invalid_request: .* no such model.*; it has qwen, llama$/,
    );
    expect(await provider.models?.()).toEqual(["qwen", "llama"]);
  });

  it("stops at once when it is aborted in the middle of an answer, and closes the connection", async () => {
    await using server = await serveWire(() => ({ ...hello, body: hello.body.slice(0, 2), after: "hang" }));
    const stop = new AbortController();
    const provider = await providerAt(server);
    const types: string[] = [];
    for await (const chunk of provider.stream(requestOf("hi"), stop.signal)) {
      types.push(chunk.type === "error" ? chunk.error.kind : chunk.type);
      if (chunk.type === "text") stop.abort();
    }
    expect(types).toEqual(["start", "block", "text", "aborted"]);
    await server.closed();
  });
});
