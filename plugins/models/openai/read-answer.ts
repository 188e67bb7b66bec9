import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Chunk, ModelRequest } from "../../../schemas/provider.js";
import { Failure, kept, malformedFailure, type Endpoint } from "../failure.js";
import type { HttpResponse } from "../http-fetch.js";
import { readEvents, type ReadOptions, type ServerEvent } from "../read-stream.js";
import { statusFailure } from "../status-failure.js";
import { Answer } from "./answer.js";

const END = "[DONE]";

/** Reads one answer: lists of chunks, the last with `stop`. Ends without it when the answer was cut off. */
export async function* readAnswer(
  response: HttpResponse,
  request: ModelRequest,
  options: ReadOptions,
): AsyncGenerator<readonly Chunk[], void, undefined> {
  const { endpoint } = options;
  const answer = new Answer(request);
  try {
    for await (const events of readEvents(response.body, options)) {
      const { chunks, ended } = takeEvents(events, answer, endpoint);
      if (ended) response.body.drain();
      if (ended && answer.finished) chunks.push(...kept(endpoint, () => answer.end()));
      if (chunks.length > 0) {
        response.body.used();
        yield chunks;
      }
      if (ended) return;
    }
  } catch (error) {
    // The model had said that it is done: only the usage is lost.
    if (!answer.finished || (error instanceof Failure && error.error.kind === "aborted")) throw error;
  }
  if (answer.finished) yield kept(endpoint, () => answer.end());
}

function takeEvents(
  events: readonly ServerEvent[],
  answer: Answer,
  endpoint: Endpoint,
): { chunks: Chunk[]; ended: boolean } {
  const chunks: Chunk[] = [];
  for (const { data } of events) {
    if (data === END) return { chunks, ended: true };
    const wire = parse(data, endpoint);
    chunks.push(...kept(endpoint, () => answer.take(wire)));
  }
  return { chunks, ended: answer.finished && answer.counted };
}

function parse(data: string, endpoint: Endpoint): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw malformedFailure(endpoint, "has an event that is no JSON");
  }
  if (!isObject(value)) throw malformedFailure(endpoint, "has an event that is no object");
  if (value["error"]) throw streamedError(value["error"], endpoint);
  return value;
}

/** An error inside a stream that began well. It counts as the status it would have had. */
function streamedError(error: unknown, endpoint: Endpoint): Failure {
  const { message, type, code } = isObject(error) ? error : { message: error };
  const word = [code, type].find((each) => typeof each === "string" && each !== "") as string | undefined;
  return statusFailure(
    {
      status: typeof code === "number" && code >= 400 && code < 600 ? code : statusOf(word ?? ""),
      message: typeof message === "string" ? message : "",
      ...(word === undefined ? {} : { type: word }),
    },
    endpoint,
  );
}

function statusOf(word: string): number {
  if (/rate_limit|quota/.test(word)) return 429;
  if (/overloaded|capacity|unavailable/.test(word)) return 529;
  if (/invalid|context_length|not_found|unsupported/.test(word)) return 400;
  return 500;
}
