import { expect, it } from "vitest";
import type { TurnEvent } from "../../../schemas/event.js";
import type { JsonObject } from "../../../schemas/json.js";
import { canonical, sha256 } from "./canonical.js";
import { recordOf } from "./record-of.js";

const decision = { behavior: "allow", reason: "It only reads." } as const;

function inputOf(input: JsonObject): unknown {
  const call = { type: "call", at: 0, id: "c", name: "X", effect: "read", input, decision } as TurnEvent;
  return recordOf(call, false)!["input"];
}

it("tells an input as it is, a long text in it by its beginning, size and hash", () => {
  const long = "x".repeat(3_000);
  expect(inputOf({ path: "a.txt", edits: [{ old: "a", new: long }] })).toEqual({
    path: "a.txt",
    edits: [{ old: "a", new: { chars: 3_000, sha256: sha256(long), text: long.slice(0, 2_000) } }],
  });
});

it("tells an input that is large all in all by its beginning, size and hash", () => {
  const input = { edits: Array.from({ length: 100 }, (_, at) => `${at} ${"x".repeat(1_000)}`) };
  const text = canonical(input);
  expect(inputOf(input)).toEqual({ chars: text.length, sha256: sha256(text), text: text.slice(0, 2_000) });
});

it("tells no key, wherever in an input it stands", () => {
  const key = `sk-${"a1".repeat(12)}`;
  expect(JSON.stringify(inputOf({ deep: [{ in: { headers: `x-api-key: ${key}` } }] }))).not.toContain(key);
});
