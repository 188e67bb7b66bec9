import assert from "node:assert/strict";
import fc from "../check.js";
import { describe, it } from "vitest";
import { Answer as AnthropicAnswer } from "../../plugins/models/anthropic/answer.js";
import { Failure } from "../../plugins/models/failure.js";
import type { HttpBody } from "../../plugins/models/http-body.js";
import type { HttpResponse } from "../../plugins/models/http-fetch.js";
import { readAnswer as readOllama } from "../../plugins/models/ollama/read-answer.js";
import { readAnswer as readOpenai } from "../../plugins/models/openai/read-answer.js";
import { readEvents } from "../../plugins/models/read-stream.js";
import { Draft } from "../../schemas/draft.js";
import type { Chunk } from "../../schemas/provider.js";
import { anthropicWire } from "../providers/anthropic-wire.js";
import { ollamaWire } from "../providers/ollama-wire.js";
import { openaiWire } from "../providers/openai-wire.js";
import { requestOf } from "../providers/provider.js";
import { anyChanges, anyJson, changed, fuzz, KEYS } from "./fuzz.js";

const endpoint = { name: "Test", url: "http://127.0.0.1:1", urlName: "URL" };
const request = requestOf("hi");

/** The part of a body that readers use. */
function bodyOf(pieces: readonly Buffer[]): HttpBody {
  let at = 0;
  const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    const value = pieces[at++];
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  };
  return { next, cancel() {}, drain() {} } as Partial<HttpBody> as HttpBody;
}

async function* readAnthropic({ body }: HttpResponse): AsyncGenerator<readonly Chunk[]> {
  const answer = new AnthropicAnswer(endpoint);
  for await (const events of readEvents(body, { endpoint })) {
    const chunks: Chunk[] = [];
    for (const { data } of events) answer.take(data, chunks);
    yield chunks;
  }
}

const FORMATS = [
  { wire: anthropicWire, read: readAnthropic, runs: 12_000 },
  { wire: openaiWire, read: (it: HttpResponse) => readOpenai(it, request, { endpoint }), runs: 10_000 },
  { wire: ollamaWire, read: (it: HttpResponse) => readOllama(it, request, { endpoint }), runs: 8_000 },
] as const;

const word = fc.oneof(fc.constantFrom("tool_use", "text", "thinking", "Read", ...KEYS), fc.string({ maxLength: 6 }));
const index = fc.oneof(fc.integer({ min: -1, max: 4 }), fc.constantFrom(1e9, 0.5, "0", null, "__proto__"));
const delta = fc.record(
  {
    type: fc.oneof(fc.constantFrom("text_delta", "input_json_delta", "thinking_delta"), word),
    text: word,
    partial_json: word,
  },
  { requiredKeys: [] },
);
const block = fc.record(
  { type: word, id: fc.oneof(word, anyJson), name: fc.oneof(word, anyJson), input: anyJson },
  { requiredKeys: ["type"] },
);

/** Events of the three protocols with odd values in the places that matter. */
const strangeEvent = fc.oneof(
  fc.record({ type: fc.constant("content_block_start"), index, content_block: fc.oneof(block, anyJson) }),
  fc.record({ type: fc.constant("content_block_delta"), index, delta: fc.oneof(delta, anyJson) }),
  fc.record({ type: fc.constant("content_block_stop"), index }),
  fc.record({ type: fc.constant("message_delta"), delta: fc.record({ stop_reason: word }), usage: anyJson }),
  fc.record({ type: fc.constant("error"), error: fc.oneof(fc.record({ type: word, message: word }), anyJson) }),
  fc.record({ type: word, index, message: anyJson }),
  fc.record({ error: anyJson }),
  fc.record({
    choices: fc.array(
      fc.record({
        index,
        finish_reason: fc.oneof(word, fc.constant(null)),
        delta: fc.record(
          {
            content: fc.oneof(word, anyJson),
            tool_calls: fc.array(
              fc.record({ index, id: word, function: fc.oneof(fc.record({ name: word, arguments: word }), anyJson) }),
            ),
          },
          { requiredKeys: [] },
        ),
      }),
      { maxLength: 2 },
    ),
  }),
  fc.record({
    message: fc.record({ content: fc.oneof(word, anyJson), tool_calls: anyJson }),
    done: fc.oneof(fc.boolean(), word),
  }),
  anyJson,
);
const junk = fc.oneof(
  strangeEvent.map((event) => `data: ${JSON.stringify(event)}\n\n`),
  strangeEvent.map((event) => `event: ping\ndata: ${JSON.stringify(event)}\n\n`),
  strangeEvent.map((event) => `${JSON.stringify(event)}\n`),
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    "\n\n",
    "data:\n\n",
    "data: [DONE]\n\n",
    ":\n",
    "\r",
    "\0",
    "event: x\n",
    "id: \0\n\n",
    "data: {\n\n",
    "{\n",
  ),
);
const answer = {
  thinking: ["Größe? ", "🐚"],
  text: ["Ein „Wort“\r\n", "日本語 🧵", " end"],
  calls: [
    { name: "Read", input: { file_path: "ä/🐙.txt" } },
    { name: "Write", input: { content: "\u2028:" } },
  ],
};

describe.each(FORMATS)("Any stream of $wire.name", ({ wire, read, runs }) => {
  const frames = wire.frames(answer);

  it(`ends with an answer that is whole or with a failure that says why, in ${runs} cases`, async () => {
    const cuts = fc.array(fc.nat(2_000), { maxLength: 6 });
    const noise = fc.option(fc.record({ at: fc.nat(2_000), byte: fc.nat(255) }), { nil: undefined });
    await fuzz(runs, fc.tuple(anyChanges(junk, 5), cuts, noise), async ([changes, places, wrong]) => {
      const bytes = Buffer.from(changed(frames, changes).join(""));
      if (wrong && bytes.length > 0) bytes[wrong.at % bytes.length] = wrong.byte;
      const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
      const pieces = [0, ...at].map((from, place) => bytes.subarray(from, at[place] ?? bytes.length));
      const draft = new Draft();
      let failure: unknown;
      let stops = 0;
      try {
        for await (const chunks of read({ body: bodyOf(pieces) } as HttpResponse)) {
          for (const chunk of chunks) {
            assert(stops === 0, "something comes behind the end");
            if (chunk.type === "stop") stops++;
            draft.take(chunk); // Throws at chunks out of order.
          }
        }
      } catch (error) {
        failure = error;
      }
      if (failure !== undefined) {
        assert(failure instanceof Failure, String(failure));
        assert.doesNotMatch(failure.message, /\n|undefined|\[object/);
      }
      expectWhole(draft, stops);
      if (changes.length === 0 && wrong === undefined) assert.equal(draft.message().content.length, 4);
    });
  });
});

/** What would be acted upon is what a reply may hold; only a stream that said that it is done is acted upon. */
function expectWhole(draft: Draft, stops: number): void {
  if (stops === 0) return assert.equal(draft.stopReason, undefined);
  assert.equal(typeof draft.stopReason, "string");
  for (const count of Object.values(draft.usage)) assert.equal(typeof count, "number");
  for (const one of draft.message().content) {
    if (one.type !== "tool_use") continue;
    assert(typeof one.id === "string" && typeof one.name === "string");
    assert.equal(Object.getPrototypeOf(one.input), Object.prototype);
  }
}
