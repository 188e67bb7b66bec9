import { expect, it } from "vitest";
import type { TurnEvent } from "./event.js";
import type { Message } from "./message.js";
import { know } from "./redact.js";
import { withTexts } from "./with-texts.js";
import { withoutSecrets } from "./without-secrets.js";

const loud = (text: string): string => text.toUpperCase();

it.each([
  ["a text", "a", "A"],
  ["lists in objects", { a: ["b", { c: "d" }] }, { a: ["B", { c: "D" }] }],
  ["what is no text", { a: 1, b: null, c: undefined, d: "e" }, { a: 1, b: null, c: undefined, d: "E" }],
  ["a member named __proto__", JSON.parse('{"__proto__":{"a":"b"}}'), JSON.parse('{"__proto__":{"a":"B"}}')],
])("puts something else for each text of %s", (_, value, expected) => {
  const made = withTexts(value, loud);
  expect(made).toStrictEqual(expected);
  expect(JSON.stringify(made)).toBe(JSON.stringify(expected));
});

it("gives the value itself back where nothing changes, and copies only what holds a change", () => {
  const value = { same: { a: "A" }, other: { b: "b" } };
  expect(withTexts(value.same, loud)).toBe(value.same);
  const made = withTexts(value, loud) as typeof value;
  expect(made).toEqual({ same: { a: "A" }, other: { b: "B" } });
  expect(made.same).toBe(value.same);
  expect(value.other.b).toBe("b");
});

it("leaves what is not plain and what passes as it is", () => {
  const value = { bytes: Buffer.from("b"), date: new Date(0), signed: { a: "b" } };
  expect(withTexts(value, loud, (one) => one === value.signed)).toBe(value);
});

it("leaves out what is nested deeper than data from outside may be, however deep it is", () => {
  let deep: unknown = "hidden";
  for (let level = 0; level < 100_000; level++) deep = { in: deep };
  expect(JSON.stringify(withTexts(deep, loud))).not.toContain("hidden");
});

it("takes a known secret out of the deepest input that a call may have", () => {
  know("known-secret-4711");
  const input = JSON.parse(`${'{"a":'.repeat(99)}"known-secret-4711"${"}".repeat(99)}`) as Record<string, unknown>;
  const message: Message = { role: "assistant", content: [{ type: "tool_use", id: "c", name: "X", input }] };
  const prompt = { type: "prompt", at: 0, id: "p", content: message.content } as TurnEvent;
  expect(JSON.stringify(withoutSecrets(prompt))).not.toContain("known-secret-4711");
});
