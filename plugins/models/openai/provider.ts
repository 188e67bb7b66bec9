import type { Chunk, ModelRequest, Provider } from "../../../schemas/provider.js";
import { Failure, failureOf } from "../failure.js";
import type { HttpResponse } from "../http-fetch.js";
import type { ReadOptions } from "../read-stream.js";
import { retrying, type RetryOptions } from "../retry.js";
import { Connection, type ConnectionOptions } from "./connection.js";
import { readAnswer } from "./read-answer.js";
import { bodyWriter, type Dislike } from "./request.js";

export interface OpenAIOptions
  extends ConnectionOptions, Pick<RetryOptions, "tries" | "budgetMs" | "random">, Pick<ReadOptions, "idleMs"> {}

/** Known models that an error names. */
const NAMED_MODELS = 20;

/** The words of a refusal, and what to leave out or say otherwise the next time. */
const DISLIKES: readonly (readonly [RegExp, Dislike])[] = [
  [/reasoning_effort/, "reasoning"],
  [/max_completion_tokens/, "max_tokens"],
  [/stream_options/, "stream_options"],
];

/** A provider that speaks Chat Completions through the official SDK. Nothing is imported before the first request. */
export function createOpenAI(options: OpenAIOptions): Required<Pick<Provider, "stream" | "models">> {
  let made: Server | undefined;
  const server = (): Server => (made ??= serverOf(options));

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<Chunk, void> {
    let current: Server;
    try {
      current = server();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return yield { type: "error", error: error.error };
    }
    const { connection, ask } = current;
    const reading = { endpoint: connection.endpoint, ...options };
    yield* retrying(
      connection.endpoint,
      async function* (stop) {
        yield* readAnswer(await ask(request, stop), request, reading);
      },
      { ...options, signal },
    );
  }

  return { stream, models: async () => server().connection.models() };
}

interface Server {
  readonly connection: Connection;
  ask(request: ModelRequest, signal: AbortSignal): Promise<HttpResponse>;
}

function serverOf(options: ConnectionOptions): Server {
  const connection = new Connection(options);
  const write = bodyWriter(connection.server);
  const learned = new Map<string, Set<Dislike>>();

  /** Asks. What the server does not take is learned once for each model, and the request goes out without it. */
  async function ask(request: ModelRequest, signal: AbortSignal): Promise<HttpResponse> {
    let dislikes = learned.get(request.model);
    if (!dislikes) learned.set(request.model, (dislikes = new Set()));
    for (;;) {
      try {
        return await connection.ask(write(request, dislikes), signal);
      } catch (error) {
        const failure = failureOf(error, connection.endpoint);
        const dislike = failure.error.status === 400 ? dislikeIn(failure.message) : undefined;
        if (!dislike || dislikes.has(dislike)) throw await withModels(failure, connection);
        dislikes.add(dislike);
      }
    }
  }

  return { connection, ask };
}

function dislikeIn(message: string): Dislike | undefined {
  return DISLIKES.find(([words]) => words.test(message))?.[1];
}

/** An unknown model is told together with those there are; OpenAI's own has too many to name. */
async function withModels(failure: Failure, connection: Connection): Promise<Failure> {
  if (failure.error.status !== 404 || connection.server.own) return failure;
  const names = await connection.models().catch(() => []);
  if (names.length === 0) return failure;
  const message = `${failure.message}; it has ${names.slice(0, NAMED_MODELS).join(", ")}`;
  return new Failure({ ...failure.error, message }, failure.details);
}
