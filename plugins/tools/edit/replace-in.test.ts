import fc from "../../../test/check.js";
import { describe, expect, it } from "vitest";
import { decode, encode, formOf } from "../text-form.js";
import { replaceIn } from "./replace-in.js";

const breaks = fc.constantFrom("\n", "\r\n");
const word = fc
  .string({ unit: fc.constantFrom("a", "b", " ", "é", "€", "😀", "\t", "\r"), maxLength: 5 })
  .filter((one) => !one.endsWith("\r"));

/** Lines with line endings of either kind, as one text. */
const text = fc
  .array(fc.tuple(word, breaks), { maxLength: 6 })
  .map((lines) => lines.map(([line, end]) => line + end).join(""));

/** What no generated text holds. */
const MARK = "<mark>";

const plain = (one: string): string => one.replaceAll("\r\n", "\n");

describe("Replacing a piece of a text", () => {
  it("never touches what is before and behind it, in any encoding", async () => {
    const forms = fc.constantFrom(
      { encoding: "utf8", bom: false } as const,
      { encoding: "utf8", bom: true } as const,
      { encoding: "utf16le", bom: true } as const,
      { encoding: "utf16be", bom: true } as const,
    );
    const inner = text.map((one) => `${MARK}${one}${MARK}`);
    await fc.assert(
      fc.asyncProperty(forms, fc.tuple(text, inner, text), text, async (form, [head, old, tail], replacement) => {
        const bytes = await encode(head + old + tail, form);
        const found = formOf(bytes, true)!;
        const before = await decode(bytes, found);
        // A model sees no carriage returns, but is free to send them.
        for (const wanted of [old, plain(old)]) {
          const { text: after, lines } = replaceIn(before, wanted, replacement);
          expect(lines).toHaveLength(1);
          const result = await encode(after, found);
          const start = await encode(head, form);
          const end = (await encode(tail, { ...form, bom: false })).toString("hex");
          expect(result.subarray(0, start.length)).toEqual(start);
          expect(result.toString("hex").endsWith(end)).toBe(true);
          expect(plain(after)).toBe(plain(head + replacement + tail));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("keeps the line endings of lines that stay, also inside the piece", () => {
    fc.assert(
      fc.property(fc.array(breaks, { minLength: 4, maxLength: 8 }), fc.nat(), (ends, place) => {
        const changed = place % ends.length;
        const line = (at: number, name = "line"): string => `${name} ${at}`;
        const before = ends.map((end, at) => line(at) + end).join("");
        const expected = ends.map((end, at) => line(at, at === changed ? "changed" : "line") + end).join("");
        const after = replaceIn(before, plain(before), plain(expected));
        expect(after.text).toBe(expected);
      }),
    );
  });

  it("gives new lines the ending of a text that knows only one", () => {
    fc.assert(
      fc.property(breaks, text, text, (end, around, replacement) => {
        const uniform = (one: string): string => plain(one).replaceAll("\r", "").replaceAll("\n", end);
        const before = `x${end}${uniform(around)}${MARK}${end}`;
        const { text: after } = replaceIn(before, MARK, plain(replacement).replaceAll("\r", ""));
        expect(after).toBe(before.replace(MARK, uniform(replacement)));
      }),
    );
  });

  it("finds as many places as there are, from left to right without overlap", () => {
    expect(replaceIn("aaa", "aa", "b")).toEqual({ text: "ba", lines: [1] });
    expect(replaceIn("a\r\na\r\n", "a\n", "b\n")).toEqual({ text: "b\r\nb\r\n", lines: [1, 2] });
    expect(replaceIn("a\r\nb\na\nb\r\n", "a\nb", "x\nb").text).toBe("x\r\nb\nx\nb\r\n");
  });
});
