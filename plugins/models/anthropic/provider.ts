import type { BaseAnthropic } from "@anthropic-ai/sdk/client";
import type { Chunk, Provider } from "../../../schemas/provider.js";
import { checkedFetch } from "../checked-fetch.js";
import type { Endpoint } from "../failure.js";
import type { HttpResponse } from "../http-fetch.js";
import { readEvents } from "../read-stream.js";
import { retrying, type RetryOptions } from "../retry.js";
import { Answer } from "./answer.js";
import { requestBody } from "./request-body.js";

export interface AnthropicOptions extends Pick<RetryOptions, "tries" | "budgetMs" | "random"> {
  /** Where `/v1/messages` is. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** Used when there is no key. */
  readonly authToken?: string | undefined;
  /** Longest silence inside an answer, in milliseconds. */
  readonly idleMs?: number;
  /** Ask for thinking without a budget, as newer models want it. */
  readonly adaptiveThinking?: boolean;
  readonly userAgent?: string;
}

/** The `stream` function of a provider that speaks the Messages API through the official SDK. */
export function createAnthropic(options: AnthropicOptions): Provider["stream"] {
  const { baseUrl, apiKey, authToken } = options;
  const secret = apiKey || authToken;
  if (!secret) return () => refuse("ANTHROPIC_API_KEY not set: set it, or choose another provider with --provider");
  if (!URL.canParse(baseUrl)) return () => refuse(`ANTHROPIC_BASE_URL is not an address: ${baseUrl}`);
  const endpoint: Endpoint = {
    name: "Anthropic",
    url: baseUrl,
    keyName: apiKey ? "ANTHROPIC_API_KEY" : "ANTHROPIC_AUTH_TOKEN",
    urlName: "ANTHROPIC_BASE_URL",
    secrets: [secret],
  };
  let client: Promise<BaseAnthropic> | undefined;
  return (request, signal) => {
    const body = requestBody(request, options);
    const attempt = async function* (inner: AbortSignal): AsyncGenerator<readonly Chunk[]> {
      const response = await send(await (client ??= connect(endpoint, options)), body, inner);
      const answer = new Answer(endpoint);
      for await (const events of readEvents(response.body, { endpoint, ...options })) {
        const chunks: Chunk[] = [];
        for (const event of events) answer.take(event.data, chunks);
        if (answer.complete) response.body.drain();
        if (chunks.length > 0) yield chunks;
      }
    };
    return retrying(endpoint, attempt, { ...options, signal });
  };
}

async function* refuse(message: string): AsyncGenerator<Chunk> {
  yield { type: "error", error: { kind: "config", message } };
}

async function connect(endpoint: Endpoint, options: AnthropicOptions): Promise<BaseAnthropic> {
  const { BaseAnthropic } = await import("@anthropic-ai/sdk/client");
  const { apiKey, authToken, userAgent } = options;
  return new BaseAnthropic({
    ...(apiKey ? { apiKey } : { authToken: authToken ?? null }),
    baseURL: endpoint.url,
    fetch: checkedFetch(endpoint, "text/event-stream") as unknown as typeof fetch,
    maxRetries: 0,
    logLevel: "off",
    openTelemetry: false,
    ...(userAgent ? { defaultHeaders: { "User-Agent": userAgent } } : {}),
  });
}

/** The body goes past the SDK's own serialisation: it is bytes already, most of them from earlier requests. */
async function send(client: BaseAnthropic, body: readonly Uint8Array[], signal: AbortSignal): Promise<HttpResponse> {
  const response = await client
    .post("/v1/messages", {
      headers: { "content-type": "application/json" },
      fetchOptions: { body } as never,
      stream: true,
      signal,
    })
    .asResponse();
  return response as unknown as HttpResponse;
}
