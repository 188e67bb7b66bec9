import fc from "../check.js";
import { describe, expect, it } from "vitest";
import type { Answer } from "./adapter.js";
import { anthropicWire } from "./anthropic-wire.js";
import { fold } from "./fold.js";
import { ollamaWire } from "./ollama-wire.js";
import { openaiWire } from "./openai-wire.js";
import { chunksOf, requestOf } from "./provider.js";
import { serveWire } from "./wire-server.js";

const answer: Answer = {
  thinking: ["Größe? ", "🐚🐚"],
  text: ["Ein „Wörtchen“\r\n", "data: {}\n\n", "日本語 🧵", " end"],
  calls: [
    { name: "Read", input: { file_path: "ä/🐙.txt" } },
    { name: "Write", input: { content: "\u2028\r\n:" } },
  ],
};

/** Splits bytes at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((place) => place % bytes.length))].sort((a, b) => a - b);
  return [0, ...sorted]
    .map((from, i) => bytes.subarray(from, sorted[i] ?? bytes.length))
    .filter((part) => part.length > 0);
}

describe.each([anthropicWire, openaiWire, ollamaWire])("the stream of $name", (format) => {
  const frames = format.frames(answer);
  const withNoise = frames.flatMap((frame, i) => [format.noise[i % format.noise.length] as string, frame]);
  const crlf = (text: string): string =>
    format.contentType.startsWith("text/") ? text.replaceAll("\n", "\r\n") : text;

  it.each([
    ["as it is", frames.join("")],
    ["with CRLF line ends", crlf(frames.join(""))],
    ["with comments and events of unknown types", withNoise.join("")],
  ])("%s gives the same chunks wherever its bytes are cut", async (_, text) => {
    let parts: readonly (string | Uint8Array)[] = [frames.join("")];
    await using server = await serveWire(() => ({
      headers: { "content-type": format.contentType },
      body: parts,
      pace: 0,
    }));
    const provider = await format.provider(server.url, { tries: 1 });
    const chunks = (): Promise<unknown> => chunksOf(provider, requestOf("hi"));
    const whole = await chunksOf(provider, requestOf("hi"));
    expect(fold(whole)).toMatchObject({ text: answer.text?.join(""), stop: "tool_use" });
    const bytes = Buffer.from(text);
    const places = fc.array(fc.nat(bytes.length - 1), { minLength: 1, maxLength: 10 });
    const property = fc.asyncProperty(places, async (at) => {
      parts = cut(bytes, at);
      expect(await chunks()).toEqual(whole);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
