import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Block, Message } from "../../schemas/message.js";
import type { Provider } from "../../schemas/provider.js";
import { fold } from "./fold.js";
import { chunksOf, providerNamed, requestOf } from "./provider.js";

const mock = new LLMock({ port: 0, logLevel: "silent" });
const tools = [{ name: "Read", description: "Reads", inputSchema: { type: "object", properties: {} } }];

beforeAll(async () => {
  mock.onMessage("long", { content: "All work and no play. ".repeat(50) });
  mock.addFixture({
    match: { userMessage: "read", hasToolResult: false },
    response: {
      content: "I read both.",
      toolCalls: ["a", "b"].map((name) => ({ name: "Read", arguments: JSON.stringify({ file_path: `${name}.txt` }) })),
    },
  });
  mock.addFixture({ match: { userMessage: "read", hasToolResult: true }, response: { content: "Both are empty." } });
  mock.addFixture({ match: { userMessage: "refuse" }, response: { error: { message: "No." }, status: 400 } });
  await mock.start();
});
afterAll(() => mock.stop());

/** A second server, written by others: what it and our own agree on is likely the protocol. */
describe.each<[string, () => Promise<Provider>]>([
  ["anthropic", () => providerNamed("anthropic", { "anthropic.base_url": mock.url }, { ANTHROPIC_API_KEY: "k" })],
  ["openai", () => providerNamed("openai", { "openai.base_url": `${mock.url}/v1` })],
  ["ollama", () => providerNamed("ollama", { "ollama.url": mock.url })],
])("the provider %s against aimock", (_, make) => {
  const ask = async (prompt: string | readonly Message[]): Promise<ReturnType<typeof fold>> =>
    fold(await chunksOf(await make(), requestOf(prompt, { tools })));

  it("streams a long text", async () => {
    expect(await ask("long")).toMatchObject({
      text: "All work and no play. ".repeat(50),
      stop: "end_turn",
      retries: [],
    });
  });

  it("calls tools and goes on with their results", async () => {
    const { blocks, stop } = await ask("read");
    const calls = blocks.flatMap((block) => (block.type === "tool_use" ? [block] : []));
    expect(calls.map(({ name, input }) => [name, input])).toEqual([
      ["Read", { file_path: "a.txt" }],
      ["Read", { file_path: "b.txt" }],
    ]);
    expect([new Set(calls.map(({ id }) => id)).size, stop]).toEqual([2, "tool_use"]);
    const results = calls.map(({ id }): Block => ({ type: "tool_result", tool_use_id: id, content: "(empty)" }));
    const prompt = requestOf("read").messages;
    const answered: Message[] = [...prompt, { role: "assistant", content: blocks }, { role: "user", content: results }];
    expect(await ask(answered)).toMatchObject({ text: "Both are empty.", stop: "end_turn" });
  });

  it("reports a refusal in one sentence", async () => {
    const { error, retries } = await ask("refuse");
    expect([error?.kind, error?.status, retries.length]).toEqual(["invalid_request", 400, 0]);
    expect(error?.message).toContain("No.");
  });
});
