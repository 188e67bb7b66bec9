import type { StopReason } from "../../schemas/provider.js";
import type { Answer, Heard } from "./adapter.js";
import { providerNamed } from "./provider.js";
import type { WireFormat } from "./wire-adapter.js";

const KEY = "sk-contract-key";

const FINISH: Readonly<Partial<Record<StopReason, string>>> = {
  end_turn: "stop",
  tool_use: "tool_calls",
  max_tokens: "length",
  refusal: "content_filter",
};

const event = (data: unknown): string => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

/** One event of Chat Completions. */
function chunk(delta: object, finish_reason: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
  return event({ ...HEAD, choices, usage: null });
}

const HEAD = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_770_000_000, model: "test-model" };

function frames({ thinking = [], text = [], calls = [], stop, usage }: Answer): string[] {
  const reason = stop ?? (calls.length > 0 ? "tool_use" : "end_turn");
  const [read, write] = [usage?.cacheRead ?? 0, usage?.cacheWrite ?? 0];
  const counted = {
    prompt_tokens: (usage?.input ?? 10) + read + write,
    completion_tokens: usage?.output ?? 5,
    total_tokens: (usage?.input ?? 10) + read + write + (usage?.output ?? 5),
    prompt_tokens_details: { cached_tokens: read, cache_write_tokens: write },
  };
  return [
    chunk({ role: "assistant", content: "" }),
    ...thinking.map((part) => chunk({ reasoning_content: part })),
    ...text.map((part) => chunk({ content: part })),
    ...callFrames(calls),
    chunk({}, FINISH[reason] ?? "stop"),
    event({ ...HEAD, choices: [], usage: counted }),
    event("[DONE]"),
  ];
}

/** All calls begin, then their inputs come in turns: what a server may do and a reader must put in order. */
function callFrames(calls: NonNullable<Answer["calls"]>): string[] {
  const begun = calls.map(({ name }, index) =>
    chunk({ tool_calls: [{ index, id: `call_${index}`, type: "function", function: { name, arguments: "" } }] }),
  );
  const inputs = calls.map(({ input }) => JSON.stringify(input));
  const pieces = (cut: (json: string) => string): string[] =>
    inputs.map((json, index) => chunk({ tool_calls: [{ index, function: { arguments: cut(json) } }] }));
  return [...begun, ...pieces((json) => json.slice(0, 5)), ...pieces((json) => json.slice(5))];
}

interface Body {
  readonly model: string;
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly messages: readonly {
    readonly role: string;
    readonly content: string | null | readonly Part[];
    readonly reasoning_content?: string;
    readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
  }[];
}

interface Part {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}

function heard({ model, tools = [], messages }: Body): Heard {
  const textsOf = (roles: readonly string[]): string[] =>
    messages
      .filter(({ role }) => roles.includes(role))
      .flatMap(({ content }) =>
        typeof content === "string" ? [content] : (content ?? []).map(({ text }) => text ?? ""),
      )
      .filter((text) => text !== "");
  const parts = messages.flatMap(({ content }) => (typeof content === "string" ? [] : (content ?? [])));
  return {
    model,
    system: textsOf(["system"]).join("\n"),
    tools: tools.map((tool) => tool.function.name),
    texts: textsOf(["user", "assistant"]),
    thinking: messages.flatMap(({ reasoning_content }) => reasoning_content ?? []),
    calls: messages.flatMap(({ tool_calls = [] }) =>
      tool_calls.map((call) => ({ name: call.function.name, input: JSON.parse(call.function.arguments) as unknown })),
    ),
    results: textsOf(["tool"]),
    images: parts.flatMap(({ image_url }) => image_url?.url.split(",")[1] ?? []),
  };
}

/** Chat Completions. */
export const chatWire: WireFormat = {
  name: "openai",
  key: KEY,
  abilities: ["thinking", "images", "cache usage", "stops with refusal"],
  contentType: "text/event-stream; charset=utf-8",
  frames,
  closing: 3,
  errorEvent: event({ error: { message: "Overloaded", type: "overloaded_error", code: null } }),
  noise: [": keep-alive\n\n", event({ ...HEAD, choices: [] }), "retry: 5\n\n"],
  refusal: (_, message) => JSON.stringify({ error: { message, type: "some_error", param: null, code: null } }),
  heard,
  provider: (url, { idleSecs, tries }) =>
    providerNamed(
      "openai",
      {
        "openai.base_url": `${url}/v1`,
        ...(idleSecs === undefined ? {} : { "openai.idle_secs": idleSecs }),
        ...(tries === undefined ? {} : { "openai.max_tries": tries }),
      },
      { OPENAI_API_KEY: KEY },
    ),
};
