import type { StopReason } from "../../schemas/provider.js";
import type { Answer, Heard } from "./adapter.js";
import { providerNamed } from "./provider.js";
import type { WireFormat } from "./wire-adapter.js";

const KEY = "sk-ant-contract-key";

/** One event of the Messages API. */
export const event = (data: { readonly type: string } & Readonly<Record<string, unknown>>): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

function block(index: number, content_block: object, deltas: readonly object[]): string[] {
  return [
    event({ type: "content_block_start", index, content_block }),
    ...deltas.map((delta) => event({ type: "content_block_delta", index, delta })),
    event({ type: "content_block_stop", index }),
  ];
}

function frames({ thinking, text, calls = [], stop, usage }: Answer): string[] {
  const blocks: [object, object[]][] = [];
  if (thinking)
    blocks.push([
      { type: "thinking", thinking: "", signature: "" },
      [
        ...thinking.map((part) => ({ type: "thinking_delta", thinking: part })),
        { type: "signature_delta", signature: "sig+/==" },
      ],
    ]);
  if (text) blocks.push([{ type: "text", text: "" }, text.map((part) => ({ type: "text_delta", text: part }))]);
  for (const [i, { name, input }] of calls.entries()) {
    const json = JSON.stringify(input);
    const pieces = ["", json.slice(0, 5), json.slice(5)];
    const deltas = pieces.map((partial_json) => ({ type: "input_json_delta", partial_json }));
    blocks.push([{ type: "tool_use", id: `toolu_${i}`, name, input: {} }, deltas]);
  }
  const reason: StopReason = stop ?? (calls.length > 0 ? "tool_use" : "end_turn");
  const read = {
    input_tokens: usage?.input ?? 10,
    cache_read_input_tokens: usage?.cacheRead ?? 0,
    cache_creation_input_tokens: usage?.cacheWrite ?? 0,
  };
  const message = { id: "msg_1", type: "message", role: "assistant", model: "test-model", content: [] };
  return [
    event({ type: "message_start", message: { ...message, usage: { ...read, output_tokens: 1 } } }),
    event({ type: "ping" }),
    ...blocks.flatMap(([start, deltas], index) => block(index, start, deltas)),
    event({
      type: "message_delta",
      delta: { stop_reason: reason, stop_sequence: null },
      usage: { output_tokens: usage?.output ?? 5 },
    }),
    event({ type: "message_stop" }),
  ];
}

interface Body {
  readonly model: string;
  readonly system?: readonly { readonly text: string }[];
  readonly tools?: readonly { readonly name: string }[];
  readonly messages: readonly { readonly content: readonly Part[] }[];
}

interface Part {
  readonly type: string;
  readonly text: string;
  readonly thinking: string;
  readonly name: string;
  readonly input: unknown;
  readonly content?: string | readonly Part[];
  readonly source: { readonly data: string };
}

function heard({ model, system = [], tools = [], messages }: Body): Heard {
  const top = messages.flatMap(({ content }) => content);
  const all = top.flatMap((part) => [part, ...(Array.isArray(part.content) ? (part.content as Part[]) : [])]);
  const of = (parts: readonly Part[], type: string): readonly Part[] => parts.filter((part) => part.type === type);
  return {
    model,
    system: system.map(({ text }) => text).join("\n"),
    tools: tools.map(({ name }) => name),
    texts: of(top, "text").map(({ text }) => text),
    thinking: of(top, "thinking").map(({ thinking }) => thinking),
    calls: of(top, "tool_use").map(({ name, input }) => ({ name, input })),
    results: of(top, "tool_result").map(({ content = "" }) =>
      typeof content === "string"
        ? content
        : of(content, "text")
            .map(({ text }) => text)
            .join(""),
    ),
    images: of(all, "image").map(({ source }) => source.data),
  };
}

/** The Messages API. */
export const anthropicWire: WireFormat = {
  name: "anthropic",
  key: KEY,
  abilities: [
    "thinking",
    "sends thinking back",
    "images",
    "cache usage",
    "stops with stop_sequence",
    "stops with refusal",
    "stops with pause_turn",
  ],
  contentType: "text/event-stream; charset=utf-8",
  frames,
  closing: 1,
  errorEvent: event({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
  noise: [": a comment\n\n", event({ type: "ping" }), event({ type: "message_mood", mood: "fine" }), "retry: 5\n\n"],
  refusal: (status, message) =>
    JSON.stringify({ type: "error", error: { type: status === 529 ? "overloaded_error" : "some_error", message } }),
  heard,
  provider: (url, { idleSecs, tries }) =>
    providerNamed(
      "anthropic",
      {
        "anthropic.base_url": url,
        ...(idleSecs === undefined ? {} : { "anthropic.idle_secs": idleSecs }),
        ...(tries === undefined ? {} : { "anthropic.max_tries": tries }),
      },
      { ANTHROPIC_API_KEY: KEY },
    ),
};
