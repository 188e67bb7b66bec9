import fc from "../../../test/check.js";
import { describe, expect, it } from "vitest";
import type { Message } from "../../../schemas/message.js";
import { messageJson } from "./message-json.js";
import { prefixOf } from "./prefix.js";

const text = fc.oneof(fc.string(), fc.constantFrom("", "ä🐚", "x".repeat(20_000)));
const message: fc.Arbitrary<Message> = fc.record({
  role: fc.constantFrom("user" as const, "assistant" as const),
  content: fc.array(fc.record({ type: fc.constant("text" as const), text }), { maxLength: 2 }),
});

/** A conversation that grows, is taken back, and goes on another way. */
const turns = fc.array(fc.record({ keep: fc.nat(100), add: fc.array(message, { maxLength: 5 }), unsent: fc.nat(3) }), {
  minLength: 1,
  maxLength: 12,
});

const joined = (messages: readonly Message[]): string =>
  messages
    .map((each) => messageJson(each))
    .filter(Boolean)
    .join(",");

describe("the bytes kept of a conversation", () => {
  it("are those of its messages, however it grows, shrinks and parts, and never change after", () => {
    fc.assert(
      fc.property(message, turns, (first, steps) => {
        let messages: Message[] = [first];
        const given: [readonly Uint8Array[], string][] = [];
        for (const { keep, add, unsent } of steps) {
          messages = [...messages.slice(0, 1 + (keep % messages.length)), ...add];
          const count = Math.max(0, messages.length - unsent);
          given.push([prefixOf(messages, count), joined(messages.slice(0, count))]);
        }
        for (const [bytes, expected] of given) expect(Buffer.concat(bytes).toString()).toBe(expected);
      }),
    );
  });

  it("are not made anew when a message is added", () => {
    const say = (words: string): Message => ({ role: "user", content: [{ type: "text", text: words }] });
    const messages = Array.from({ length: 50 }, (_, i) => say(`message ${i}`));
    const [before] = prefixOf(messages, 50);
    const [after] = prefixOf([...messages, say("one more")], 51);
    expect(after?.buffer).toBe(before?.buffer);
  });

  it("are few pieces, so that sending them costs little", () => {
    const messages = Array.from({ length: 4000 }, (_, i): Message => {
      return { role: "user", content: [{ type: "text", text: `${i} ${"x".repeat(500)}` }] };
    });
    for (let count = 1; count <= 4000; count += 7) prefixOf(messages, count);
    expect(prefixOf(messages, 4000).length).toBeLessThan(12);
  });
});
