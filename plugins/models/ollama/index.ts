import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Chunk, ModelRequest, Provider } from "../../../schemas/provider.js";
import { Failure, failureOf, hostOf } from "../failure.js";
import { retrying } from "../retry.js";
import { readAnswer } from "./read-answer.js";
import { bodyWriter } from "./request.js";
import { OllamaServer } from "./server.js";

const PULL = "install one with `ollama pull MODEL`";

const setup: Setup = (ctx) => {
  const { url, context } = ctx.settings;
  const write = bodyWriter(typeof context === "number" ? context : undefined);
  let made: OllamaServer | undefined;
  const server = (): OllamaServer => (made ??= new OllamaServer(String(url)));

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<Chunk, void> {
    try {
      const ollama = server();
      const { endpoint } = ollama;
      yield* retrying(
        endpoint,
        async function* (stop) {
          const answer = ollama.chat(write(request), stop);
          const response = await answer.catch(async (error) => {
            throw await explained(failureOf(error, endpoint), ollama, request.model);
          });
          yield* readAnswer(response, request, endpoint);
        },
        { signal },
      );
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      yield { type: "error", error: error.error };
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

  const available = async (): Promise<boolean> => {
    try {
      return await server().available();
    } catch {
      return false;
    }
  };
  ctx.add("provider", live<Provider>({ name: "ollama", stream, available, models }));
};

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

export default setup;
