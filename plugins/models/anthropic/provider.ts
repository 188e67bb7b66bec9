import type { BaseAnthropic } from "@anthropic-ai/sdk/client";
import type { Chunk, Provider } from "../../../schemas/provider.js";
import type { Secret } from "../../../schemas/secret.js";
import { checkedFetch } from "../checked-fetch.js";
import type { Endpoint } from "../failure.js";
import type { HttpResponse } from "../http-fetch.js";
import { readEvents, type ReadOptions } from "../read-stream.js";
import { retrying, type RetryOptions } from "../retry.js";
import { Answer } from "./answer.js";
import { requestBody } from "./request-body.js";

const OFFICIAL = "https://api.anthropic.com";

export interface AnthropicOptions extends Pick<RetryOptions, "tries" | "budgetMs" | "random"> {
  /** Where `/v1/messages` is; Anthropic's own server when empty. */
  readonly baseUrl?: string;
  readonly apiKey?: Secret | undefined;
  /** Used when there is no key. */
  readonly authToken?: Secret | undefined;
  /** Longest silence inside an answer, in milliseconds. */
  readonly idleMs?: number;
  /** Ask for thinking without a budget, as newer models want it. */
  readonly adaptiveThinking?: boolean;
  readonly userAgent?: string;
}

/** The `stream` function of a provider that speaks the Messages API through the official SDK. */
export function createAnthropic(options: AnthropicOptions): Provider["stream"] {
  const baseUrl = options.baseUrl || OFFICIAL;
  const { apiKey } = options;
  const secret = apiKey ?? options.authToken;
  const keyName = apiKey ? "ANTHROPIC_API_KEY" : "ANTHROPIC_AUTH_TOKEN";
  if (!secret) return () => refuse("ANTHROPIC_API_KEY not set: set it, or choose another provider with --provider");
  if (/[^\x21-\x7e]/.test(secret.reveal())) return () => refuse(`${keyName} holds a character that cannot be sent`);
  if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl))
    return () => refuse(`ANTHROPIC_BASE_URL is not a web address: ${baseUrl}`);
  const endpoint: Endpoint = {
    name: "Anthropic",
    url: baseUrl,
    keyName,
    urlName: "ANTHROPIC_BASE_URL",
  };
  const credentials = { [apiKey ? "apiKey" : "authToken"]: secret };
  let client: Promise<BaseAnthropic> | undefined;
  return (request, signal) => {
    let body: readonly Uint8Array[] | undefined;
    const attempt = async function* (inner: AbortSignal): AsyncGenerator<readonly Chunk[]> {
      client ??= connect(endpoint, credentials, options.userAgent);
      body ??= requestBody(request, options);
      yield* readAnswer(await send(await client, body, inner), { endpoint, ...options });
    };
    return retrying(endpoint, attempt, { ...options, signal });
  };
}

async function* readAnswer({ body }: HttpResponse, options: ReadOptions): AsyncGenerator<readonly Chunk[]> {
  const answer = new Answer(options.endpoint);
  for await (const events of readEvents(body, options)) {
    const chunks: Chunk[] = [];
    try {
      for (const event of events) answer.take(event.data, chunks);
    } finally {
      // What came before a broken event is told also when both arrived together.
      if (answer.complete) body.drain();
      if (chunks.length > 0) {
        body.used();
        yield chunks;
      }
    }
  }
}

async function* refuse(message: string): AsyncGenerator<Chunk> {
  yield { type: "error", error: { kind: "config", message } };
}

async function connect(
  endpoint: Endpoint,
  credentials: { readonly apiKey?: Secret; readonly authToken?: Secret },
  userAgent: string | undefined,
): Promise<BaseAnthropic> {
  const { BaseAnthropic } = await import("@anthropic-ai/sdk/client");
  return new BaseAnthropic({
    apiKey: credentials.apiKey?.reveal() ?? null,
    authToken: credentials.authToken?.reveal() ?? null,
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
