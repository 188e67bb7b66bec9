import type { Answer, Heard } from "./adapter.js";
import { providerNamed } from "./provider.js";
import type { WireFormat } from "./wire-adapter.js";

/** One line of `/api/chat`. */
function line(message: object, rest: object = { done: false }): string {
  const head = { model: "test-model", created_at: "2026-01-01T00:00:00.000000001Z" };
  return `${JSON.stringify({ ...head, message: { role: "assistant", content: "", ...message }, ...rest })}\n`;
}

function frames({ thinking = [], text = [], calls = [], stop, usage }: Answer): string[] {
  return [
    ...thinking.map((part) => line({ thinking: part })),
    ...text.map((part) => line({ content: part })),
    ...calls.map(({ name, input }, index) => line({ tool_calls: [{ function: { index, name, arguments: input } }] })),
    line(
      {},
      {
        done: true,
        done_reason: stop === "max_tokens" ? "length" : "stop",
        total_duration: 5_000_000,
        load_duration: 1_000_000,
        prompt_eval_count: usage?.input ?? 10,
        eval_count: usage?.output ?? 5,
      },
    ),
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
  const textsOf = (...roles: readonly string[]): string[] =>
    messages.flatMap(({ role, content }) => (roles.includes(role) && content !== "" ? [content] : []));
  return {
    model,
    system: textsOf("system").join("\n"),
    tools: tools.map((tool) => tool.function.name),
    texts: textsOf("user", "assistant"),
    thinking: messages.flatMap(({ thinking }) => thinking ?? []),
    calls: messages.flatMap(({ tool_calls = [] }) =>
      tool_calls.map((call) => ({ name: call.function.name, input: call.function.arguments })),
    ),
    results: textsOf("tool"),
    images: messages.flatMap(({ images = [] }) => images),
  };
}

/** Ollama's own API. */
export const ollamaWire: WireFormat = {
  name: "ollama",
  abilities: ["thinking", "images"],
  contentType: "application/x-ndjson",
  frames,
  closing: 1,
  errorEvent: `${JSON.stringify({ error: "model runner has unexpectedly stopped" })}\n`,
  noise: ["\n", line({}), "\r\n"],
  refusal: (_, message) => JSON.stringify({ error: message }),
  heard,
  provider: (url, { idleSecs, tries }) =>
    providerNamed("ollama", {
      "ollama.url": url,
      ...(idleSecs === undefined ? {} : { "ollama.idle_secs": idleSecs }),
      ...(tries === undefined ? {} : { "ollama.max_tries": tries }),
    }),
};
