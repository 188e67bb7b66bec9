import type { StopReason } from "../../schemas/provider.js";
import type { Answer, Heard } from "./adapter.js";
import { providerNamed } from "./provider.js";
import type { WireFormat } from "./wire-adapter.js";

const KEY = "sk-contract-key";

const FINISH: Partial<Record<StopReason, string>> = {
  tool_use: "tool_calls",
  max_tokens: "length",
  refusal: "content_filter",
};

const event = (data: unknown): string => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
const base = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "test-model" };
const piece = (delta: object, finish_reason: string | null = null): string =>
  event({ ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason }] });

function frames({ thinking = [], text = [], calls = [], stop, usage }: Answer): string[] {
  const reason = stop ?? (calls.length > 0 ? "tool_use" : "end_turn");
  const { input, output, cacheRead, cacheWrite } = usage ?? { input: 10, output: 5, cacheRead: 0, cacheWrite: 0 };
  const counted = {
    prompt_tokens: input + cacheRead + cacheWrite,
    completion_tokens: output,
    prompt_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWrite },
  };
  return [
    piece({ role: "assistant", content: "" }),
    ...thinking.map((reasoning_content) => piece({ reasoning_content })),
    ...text.map((content) => piece({ content })),
    ...calls.flatMap(({ name, input }, index) => {
      const json = JSON.stringify(input);
      const begin = { index, id: `call_${index}`, type: "function", function: { name, arguments: "" } };
      return [
        piece({ tool_calls: [begin] }),
        ...[json.slice(0, 5), json.slice(5)].map((part) =>
          piece({ tool_calls: [{ index, function: { arguments: part } }] }),
        ),
      ];
    }),
    piece({}, FINISH[reason] ?? "stop"),
    event({ ...base, choices: [], usage: counted }),
    event("[DONE]"),
  ];
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
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}

function heard({ model, tools = [], messages }: Body): Heard {
  const parts = (content: Body["messages"][number]["content"]): readonly Part[] =>
    typeof content === "string" ? [{ text: content }] : (content ?? []);
  const texts = (...roles: string[]): string[] =>
    messages
      .filter(({ role }) => roles.includes(role))
      .flatMap(({ content }) => parts(content).flatMap(({ text }) => text ?? []));
  return {
    model,
    system: texts("system", "developer").join("\n"),
    tools: tools.map((tool) => tool.function.name),
    texts: texts("user", "assistant"),
    thinking: messages.flatMap(({ reasoning_content }) => reasoning_content ?? []),
    calls: messages.flatMap(({ tool_calls = [] }) =>
      tool_calls.map((call) => ({ name: call.function.name, input: JSON.parse(call.function.arguments) as unknown })),
    ),
    results: texts("tool"),
    images: messages.flatMap(({ content }) =>
      parts(content).flatMap(({ image_url }) => image_url?.url.split(",")[1] ?? []),
    ),
  };
}

/** Chat Completions. */
export const openaiWire: WireFormat = {
  name: "openai",
  key: KEY,
  abilities: ["thinking", "sends thinking back", "images", "cache usage", "stops with refusal"],
  contentType: "text/event-stream",
  frames,
  closing: 3,
  errorEvent: event({ error: { message: "overloaded", type: "server_error", code: 503 } }),
  noise: [": keep-alive\n\n", "retry: 5\n\n", piece({})],
  refusal: (status, message) =>
    JSON.stringify({ error: { message, type: status < 500 ? "some_error" : "server_error", param: null, code: null } }),
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
