import type { Answer, Heard } from "./adapter.js";
import { providerNamed } from "./provider.js";
import type { WireFormat } from "./wire-adapter.js";

const line = (message: object, rest: object = { done: false }): string =>
  `${JSON.stringify({ model: "test-model", created_at: "2026-01-01T00:00:00Z", message: { role: "assistant", content: "", ...message }, ...rest })}\n`;

function frames({ thinking = [], text = [], calls = [], stop, usage }: Answer): string[] {
  const counted = { prompt_eval_count: usage?.input ?? 10, eval_count: usage?.output ?? 5 };
  return [
    ...thinking.map((part) => line({ thinking: part })),
    ...text.map((content) => line({ content })),
    ...calls.map(({ name, input }, index) => line({ tool_calls: [{ function: { index, name, arguments: input } }] })),
    line({}, { done: true, done_reason: stop === "max_tokens" ? "length" : "stop", total_duration: 9, ...counted }),
  ];
}

interface Body {
  readonly model: string;
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly messages: readonly {
    readonly role: string;
    readonly content: string;
    readonly thinking?: string;
    readonly images?: readonly string[];
    readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: unknown } }[];
  }[];
}

function heard({ model, tools = [], messages }: Body): Heard {
  const texts = (...roles: string[]): string[] =>
    messages.filter(({ role, content }) => roles.includes(role) && content !== "").map(({ content }) => content);
  return {
    model,
    system: texts("system").join("\n"),
    tools: tools.map((tool) => tool.function.name),
    texts: texts("user", "assistant"),
    thinking: messages.flatMap(({ thinking }) => thinking ?? []),
    calls: messages.flatMap(({ tool_calls = [] }) =>
      tool_calls.map((call) => ({ name: call.function.name, input: call.function.arguments })),
    ),
    results: texts("tool"),
    images: messages.flatMap(({ images = [] }) => images),
  };
}

/** Ollama's own chat. */
export const ollamaWire: WireFormat = {
  name: "ollama",
  abilities: ["thinking", "sends thinking back", "images"],
  contentType: "application/x-ndjson",
  frames,
  closing: 1,
  errorEvent: `${JSON.stringify({ error: "the model runner has stopped" })}\n`,
  noise: ["\n", line({})],
  refusal: (_, message) => JSON.stringify({ error: message }),
  heard,
  provider: (url, { idleSecs, tries }) =>
    providerNamed("ollama", {
      "ollama.url": url,
      ...(idleSecs === undefined ? {} : { "ollama.idle_secs": idleSecs }),
      ...(tries === undefined ? {} : { "ollama.max_tries": tries }),
    }),
};
