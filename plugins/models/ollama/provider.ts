import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Chunk, ModelRequest, Provider } from "../../../schemas/provider.js";
import { Failure, failureOf, hostOf } from "../failure.js";
import type { ReadOptions } from "../read-stream.js";
import { retrying, type RetryOptions } from "../retry.js";
import { readAnswer } from "./read-answer.js";
import { bodyWriter } from "./request.js";
import { OllamaServer } from "./server.js";

export interface OllamaOptions
  extends Pick<RetryOptions, "tries" | "budgetMs" | "random">, Pick<ReadOptions, "idleMs"> {
  /** Address of the server, as people write it. */
  readonly url: string;
  /** Context window to ask for, in tokens. */
  readonly context?: number | undefined;
}

const PULL = "install one with `ollama pull MODEL`";

/** A provider that speaks Ollama's own API. */
export function createOllama(options: OllamaOptions): Required<Pick<Provider, "stream" | "available" | "models">> {
  const write = bodyWriter(options.context);
  let made: OllamaServer | undefined;
  const server = (): OllamaServer => (made ??= new OllamaServer(options.url));

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<Chunk, void> {
    let ollama: OllamaServer;
    try {
      ollama = server();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return yield { type: "error", error: error.error };
    }
    const { endpoint } = ollama;
    yield* retrying(
      endpoint,
      async function* (stop) {
        const response = await ollama.chat(write(request), stop).catch(async (error: unknown) => {
          throw await explained(failureOf(error, endpoint), ollama, request.model);
        });
        yield* readAnswer(response, request, { endpoint, ...options });
      },
      { ...options, signal },
    );
  }

  async function available(): Promise<boolean> {
    try {
      return await server().available();
    } catch {
      return false;
    }
  }

  async function models(): Promise<readonly string[]> {
    const ollama = server();
    const names = await ollama.models().catch((error: unknown) => {
      throw new UserError(started(failureOf(error, ollama.endpoint)).message, EXIT.provider);
    });
    if (names.length > 0) return names;
    throw new UserError(`Ollama at ${hostOf(ollama.endpoint)} has no model: ${PULL}`, EXIT.provider);
  }

  return { stream, available, models };
}

/** A refusal with what to do about it: which models there are, or how to start the server. */
async function explained(failure: Failure, ollama: OllamaServer, model: string): Promise<Failure> {
  if (failure.error.status !== 404) return started(failure);
  const names = await ollama.models().catch(() => undefined);
  if (!names || names.includes(model)) return failure;
  const there = names.length > 0 ? `installed are ${names.join(", ")}` : "no model is installed";
  const message = `Ollama at ${hostOf(ollama.endpoint)} has no model "${model}": ${there}; ${PULL}`;
  return new Failure({ ...failure.error, message }, failure.details);
}

function started(failure: Failure): Failure {
  if (failure.error.kind !== "connection") return failure;
  const message = `${failure.message}; is Ollama running (\`ollama serve\`)?`;
  return new Failure({ ...failure.error, message }, failure.details);
}
