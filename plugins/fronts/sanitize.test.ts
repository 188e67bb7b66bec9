import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sanitizer, oneLine, reveal, sanitize, sanitizeOutput } from "./sanitize.js";

const hostile = fc.oneof(
  fc.constantFrom(
    "\u001b]0;title\u0007",
    "\u001b]52;c;ZXZpbA==\u0007",
    "\u001b]8;;http://x\u001b\\",
    "\u001bP1$r\u001b\\",
    "\u001b_apc\u001b\\",
    "\u001b^pm\u001b\\",
    "\u001b[2J",
    "\u001b[31m",
    "\u009b2J",
    "\u009d0;t\u009c",
    "\r",
    "\r\n",
    "\u202e",
    "\u2066",
    "\ud83d",
    "\ude00",
    "\u{1f600}",
    "\b\b\b",
    "\u007f",
  ),
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
);
const text = fc.array(hostile, { maxLength: 12 }).map((parts) => parts.join(""));
// oxlint-disable-next-line no-control-regex -- what must never pass
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/u;

describe("sanitize", () => {
  it("lets no control sequence, bidi control or lone surrogate through, whatever the text", () => {
    fc.assert(
      fc.property(text, (raw) => {
        for (const clean of [sanitize(raw), sanitizeOutput(raw), reveal(raw), oneLine(raw, 20)]) {
          expect(clean).not.toMatch(CONTROL);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("gives the same text however it is cut into pieces", () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(60), { maxLength: 6 }), (raw, cuts) => {
        const sanitizer = new Sanitizer();
        const places = [0, ...cuts.map((cut) => cut % (raw.length + 1)).toSorted((a, b) => a - b), raw.length];
        const parts = places.slice(1).map((end, index) => sanitizer.take(raw.slice(places[index], end)));
        expect(parts.join("") + sanitizer.end()).toBe(sanitize(raw));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["keeps newlines, tabs and letters of all scripts", "a\tb\näöü 漢字 🙂 \u05d0", "a\tb\näöü 漢字 🙂 \u05d0"],
    ["makes an escape sequence visible", "\u001b[2Jx", "\\x1b[2Jx"],
    ["makes a lone carriage return visible and takes a line end of DOS as one", "a\rb\r\nc", "a\\rb\nc"],
    ["makes bidi controls visible", "a\u202eb", "a\\u202eb"],
    ["makes half a character visible", "a\ud83db", "a\\ud83db"],
  ])("%s", (_, raw, clean) => {
    expect(sanitize(raw)).toBe(clean);
  });

  it("drops colours of commands and shows their other sequences", () => {
    expect(sanitizeOutput("\u001b[31mred\u001b[0m \u001b[2J")).toBe("red \\x1b[2J");
  });
});

describe("reveal", () => {
  it("shows line breaks, tabs and characters that hide", () => {
    expect(reveal("rm\u200b -rf\u00a0x\n\ty\u{e0041}")).toBe("rm\\u200b -rf\\xa0x\\n\n\\ty\\u{e0041}");
  });
});

describe("oneLine", () => {
  it("joins lines and cuts what is too long between characters", () => {
    expect(oneLine("a\n  b", 10)).toBe("a b");
    expect(oneLine("abc🙂def", 5)).toBe("abc…");
  });
});
