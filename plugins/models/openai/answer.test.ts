import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../schemas/json.js";
import type { Chunk, ModelRequest } from "../../../schemas/provider.js";
import { Answer } from "./answer.js";

const asked: ModelRequest = {
  model: "m",
  system: [],
  tools: [],
  maxTokens: 10,
  messages: [
    { role: "user", content: [] },
    { role: "assistant", content: [{ type: "tool_use", id: "old", name: "Read", input: {} }] },
  ],
};

const delta = (part: object): JsonObject => ({ id: "c1", model: "m-1", choices: [{ index: 0, delta: part }] });
const finish = (finish_reason: string): JsonObject => ({ choices: [{ index: 0, delta: {}, finish_reason }] });
const call = (index: number | null, id: string | null, name: string | null, args: unknown): JsonObject =>
  delta({ tool_calls: [{ index, id, function: { name, arguments: args } }] });

/** An answer in short: blocks as `kind(content)`, then the stop reason. Checks the order of chunks on the way. */
function answerOf(...wires: JsonObject[]): string {
  const answer = new Answer(asked);
  const chunks: Chunk[] = [...wires.flatMap((wire) => answer.take(wire)), ...answer.end()];
  const said: string[] = [];
  let open = -1;
  let blocks = 0;
  for (const chunk of chunks) {
    if (chunk.type === "block") {
      expect([open, chunk.index]).toEqual([-1, blocks++]);
      open = chunk.index;
      said.push(chunk.block.type === "tool_use" ? `${chunk.block.name}#${chunk.block.id}(` : `${chunk.block.type}(`);
    } else if (chunk.type === "text" || chunk.type === "thinking" || chunk.type === "input") {
      expect(chunk.index).toBe(open);
      said.push(chunk.type === "text" ? chunk.text : chunk.type === "thinking" ? chunk.thinking : chunk.json);
    } else if (chunk.type === "block_end") {
      expect(chunk.index).toBe(open);
      open = -1;
      said.push(") ");
    } else if (chunk.type === "stop") said.push(chunk.stopReason);
  }
  return said.join("");
}

describe("a Chat Completions answer", () => {
  it.each<[string, JsonObject[], string]>([
    ["text in pieces", [delta({ content: "Hel" }), delta({ content: "lo" }), finish("stop")], "text(Hello) end_turn"],
    ["no text at all", [delta({ content: "" }), finish("stop")], "end_turn"],
    ["text given as parts", [delta({ content: [{ type: "text", text: "Hi" }] }), finish("stop")], "text(Hi) end_turn"],
    [
      "empty and missing choices",
      [{ choices: [] }, {}, { choices: null }, delta({ content: "x" }), finish("stop")],
      "text(x) end_turn",
    ],
    ["other choices", [{ choices: [{ index: 1, delta: { content: "no" } }] }, finish("stop")], "end_turn"],
    [
      "reasoning before text",
      [delta({ reasoning_content: "hm" }), delta({ content: "x" }), finish("stop")],
      "thinking(hm) text(x) end_turn",
    ],
    ["reasoning by its other name", [delta({ reasoning: "hm", content: "" }), finish("stop")], "thinking(hm) end_turn"],
    ["a length that was reached", [delta({ content: "x" }), finish("length")], "text(x) max_tokens"],
    ["a filter", [delta({ content: "x" }), finish("content_filter")], "text(x) refusal"],
    ["a refusal", [delta({ refusal: "I can" }), delta({ refusal: "not" }), finish("stop")], "text(I cannot) refusal"],
    [
      "a call after text",
      [delta({ content: "x" }), call(0, "a", "Read", '{"f":'), call(0, null, null, "1}"), finish("tool_calls")],
      'text(x) Read#a({"f":1}) tool_use',
    ],
    ["a call that ends with `stop`", [call(0, "a", "Read", "{}"), finish("stop")], "Read#a({}) tool_use"],
    [
      "calls one after the other",
      [call(0, "a", "A", "{}"), call(1, "b", "B", "{}"), finish("tool_calls")],
      "A#a({}) B#b({}) tool_use",
    ],
    [
      "interleaved calls",
      [
        call(0, "a", "A", ""),
        call(1, "b", "B", ""),
        call(1, null, null, '{"b"'),
        call(0, null, null, '{"a"'),
        call(1, null, null, ":2}"),
        call(0, null, null, ":1}"),
        finish("tool_calls"),
      ],
      'A#a({"a":1}) B#b({"b":2}) tool_use',
    ],
    [
      "text beside calls",
      [
        call(0, "a", "A", "{"),
        delta({ content: "so" }),
        call(0, null, null, "}"),
        delta({ content: " on" }),
        finish("tool_calls"),
      ],
      "A#a({}) text(so on) tool_use",
    ],
    [
      "calls that share an index",
      [call(0, "a", "A", "{}"), call(0, "b", "B", "{}"), finish("tool_calls")],
      "A#a({}) B#b({}) tool_use",
    ],
    [
      "an id repeated in every piece",
      [call(0, "a", "A", "{"), call(0, "a", "A", "}"), finish("tool_calls")],
      "A#a({}) tool_use",
    ],
    [
      "calls without index",
      [call(null, "a", "A", "{"), call(null, null, null, "}"), call(null, "b", "B", "{}"), finish("tool_calls")],
      "A#a({}) B#b({}) tool_use",
    ],
    [
      "calls without id",
      [call(0, null, "A", "{}"), call(1, "", "B", "{}"), finish("tool_calls")],
      "A#call_2_1({}) B#call_2_2({}) tool_use",
    ],
    [
      "ids that were used before",
      [call(0, "old", "A", "{}"), call(1, "b", "B", "{}"), call(2, "b", "B", "{}"), finish("tool_calls")],
      "A#call_2_1({}) B#b({}) B#call_2_3({}) tool_use",
    ],
    [
      "a name after its id",
      [delta({ content: "x" }), call(0, "a", null, "{"), call(0, null, "A", "}"), finish("tool_calls")],
      "text(x) A#a({}) tool_use",
    ],
    ["arguments given as an object", [call(0, "a", "A", { f: 1 }), finish("tool_calls")], 'A#a({"f":1}) tool_use'],
  ])("with %s comes out as blocks, one open at a time", (_, wires, said) => {
    expect(answerOf(...wires)).toBe(said);
  });

  it("refuses a call that never got a name", () => {
    expect(() => answerOf(call(0, "a", null, "{}"), finish("tool_calls"))).toThrow("without a name");
  });

  it("takes id and model from the first piece, or makes them up from the place in the conversation", () => {
    expect(new Answer(asked).take(delta({}))).toEqual([{ type: "start", id: "c1", model: "m-1" }]);
    expect(new Answer(asked).take({})).toEqual([{ type: "start", id: "chatcmpl_2", model: "m" }]);
  });

  it.each([
    [
      { prompt_tokens: 10, completion_tokens: 3 },
      { input: 10, output: 3, cacheRead: 0, cacheWrite: 0 },
    ],
    [
      { prompt_tokens: 10, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 6, cache_write_tokens: 2 } },
      { input: 2, output: 3, cacheRead: 6, cacheWrite: 2 },
    ],
    [
      { prompt_tokens: 10, prompt_cache_hit_tokens: 4 },
      { input: 6, output: 0, cacheRead: 4, cacheWrite: 0 },
    ],
  ])("counts usage %j with what the cache served left out of the input", (usage, expected) => {
    const answer = new Answer(asked);
    answer.take(finish("stop"));
    expect([answer.finished, answer.counted]).toEqual([true, false]);
    answer.take({ choices: [], usage });
    expect(answer.counted).toBe(true);
    expect(answer.end().at(-1)).toEqual({ type: "stop", stopReason: "end_turn", usage: expected });
  });
});
