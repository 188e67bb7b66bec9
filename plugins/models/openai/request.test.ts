import { describe, expect, it } from "vitest";
import type { Block, Message } from "../../../schemas/message.js";
import type { ModelRequest } from "../../../schemas/provider.js";
import type { Server } from "./messages.js";
import { bodyWriter, type Dislike } from "./request.js";

const own: Server = { own: true, files: true };
const other: Server = { own: false, files: false };

const user = (...content: Block[]): Message => ({ role: "user", content });
const assistant = (...content: Block[]): Message => ({ role: "assistant", content });
const text = (text: string): Block => ({ type: "text", text });
const image: Block = { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } };
const pdf: Block = {
  type: "document",
  title: "a.pdf",
  source: { type: "base64", media_type: "application/pdf", data: "JVBE" },
};

function written(
  request: Partial<ModelRequest>,
  server: Server = own,
  ...dislikes: Dislike[]
): Record<string, unknown> {
  const whole: ModelRequest = { model: "m", system: [], messages: [], tools: [], maxTokens: 100, ...request };
  return JSON.parse(bodyWriter(server)(whole, new Set(dislikes))) as Record<string, unknown>;
}
const messagesOf = (messages: Message[], server?: Server): unknown => written({ messages }, server)["messages"];

describe("a Chat Completions request", () => {
  it("carries model, limit, streaming with usage, the system prompt as one message, and tools as functions", () => {
    const tools = [{ name: "Read", description: "Reads", inputSchema: { type: "object" } }];
    expect(written({ system: ["A", "", "B"], tools, messages: [user(text("hi"))] })).toEqual({
      model: "m",
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 100,
      messages: [
        { role: "system", content: "A\n\nB" },
        { role: "user", content: "hi" },
      ],
      tools: [{ type: "function", function: { name: "Read", description: "Reads", parameters: { type: "object" } } }],
    });
  });

  it("speaks to compatible servers with the older name of the limit, unless one dislikes it", () => {
    expect(written({}, other)).toMatchObject({ max_tokens: 100 });
    expect(written({}, other, "max_tokens")).toMatchObject({ max_completion_tokens: 100 });
    expect(written({}, other, "stream_options")).not.toHaveProperty("stream_options");
  });

  it.each([
    [undefined, undefined],
    [0, undefined],
    [2000, "low"],
    [10_000, "medium"],
    [32_000, "high"],
  ])("turns %s thinking tokens into the effort %s", (thinkingTokens, effort) => {
    const request = thinkingTokens === undefined ? {} : { thinkingTokens };
    expect(written(request)["reasoning_effort"]).toBe(effort);
    expect(written(request, own, "reasoning")["reasoning_effort"]).toBe("none");
  });

  it("sends calls and their results with the ids that tie them, results first", () => {
    const call: Block = { type: "tool_use", id: "c1", name: "Read", input: { f: 1 } };
    const failed: Block = { type: "tool_result", tool_use_id: "c2", content: "no such file", is_error: true };
    const results: Block[] = [text("also"), { type: "tool_result", tool_use_id: "c1", content: "" }, failed];
    expect(messagesOf([assistant(text("I "), text("read"), call), user(...results)])).toEqual([
      {
        role: "assistant",
        content: "I read",
        tool_calls: [{ id: "c1", type: "function", function: { name: "Read", arguments: '{"f":1}' } }],
      },
      { role: "tool", tool_call_id: "c1", content: "(no output)" },
      { role: "tool", tool_call_id: "c2", content: "Error: no such file" },
      { role: "user", content: "also" },
    ]);
  });

  it("shows pictures, and those of a result in a message after it", () => {
    const result: Block = {
      type: "tool_result",
      tool_use_id: "c1",
      content: [{ type: "text", text: "a.png" }, image as never],
    };
    const shown = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
    const byAddress: Block = { type: "image", source: { type: "url", url: "https://x/y.png" } };
    expect(messagesOf([user(result), user(text("see"), image, byAddress)])).toEqual([
      { role: "tool", tool_call_id: "c1", content: "a.png" },
      { role: "user", content: [{ type: "text", text: "From the result of c1:" }, shown] },
      {
        role: "user",
        content: [{ type: "text", text: "see" }, shown, { type: "image_url", image_url: { url: "https://x/y.png" } }],
      },
    ]);
  });

  it("sends a document as a file where that is understood, and says so where not", () => {
    const file = { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBE" };
    expect(messagesOf([user(pdf)])).toEqual([{ role: "user", content: [{ type: "file", file }] }]);
    expect(messagesOf([user(pdf)], other)).toEqual([
      { role: "user", content: "[a.pdf was left out: this model server takes no documents]" },
    ]);
  });

  it("gives reasoning back only with a call, only to a compatible server, and never that of another provider", () => {
    const call: Block = { type: "tool_use", id: "c1", name: "Read", input: {} };
    const thought: Block = { type: "thinking", thinking: "hm" };
    const signed: Block = { type: "thinking", thinking: "secret", signature: "s" };
    const [withCall] = messagesOf([assistant(thought, signed, call)], other) as object[];
    expect(withCall).toMatchObject({ content: null, reasoning_content: "hm" });
    expect(messagesOf([assistant(thought, text("x"))], other)).toEqual([{ role: "assistant", content: "x" }]);
    expect((messagesOf([assistant(thought, call)]) as object[])[0]).not.toHaveProperty("reasoning_content");
  });

  it("translates each message once", () => {
    let reads = 0;
    const message: Message = {
      role: "user",
      get content() {
        reads += 1;
        return [text("hi")] as const;
      },
    };
    const write = bodyWriter(own);
    const request: ModelRequest = { model: "m", system: [], messages: [message], tools: [], maxTokens: 1 };
    const first = write(request, new Set());
    const before = reads;
    expect(write(request, new Set())).toBe(first);
    expect(reads).toBe(before);
  });
});
