import fc from "../test/check.js";
import { describe, expect, it } from "vitest";
import { jsonText } from "./json-text.js";
import { oneLine, printable, reveal, sanitize, shortened } from "./printable.js";
import { Sanitizer, type StreamManner } from "./sanitizer.js";

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
    "\u001b[38;5;1m",
    "\u001b[8m",
    "\u001b[0m",
    "\u001b[31;38;2;1m",
    "\u001b",
    "\u009b2J",
    "\u009d0;t\u009c",
    "\r",
    "\r\n",
    "\n",
    "\u202e",
    "\u2066",
    "\u200d",
    "\ufe0f",
    "\u2764",
    "\u200b",
    "\u{e0041}",
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
const CONTROL = /[^\n\t\P{Cc}]|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\u{e0000}-\u{e0fff}]|\p{Surrogate}/u;
const ANY: StreamManner[] = [{}, { colour: "drop" }, { colour: "keep" }];

function inPieces(raw: string, cuts: readonly number[], manner: StreamManner): string {
  const sanitizer = new Sanitizer(manner);
  const places = [0, ...cuts.map((cut) => cut % (raw.length + 1)).toSorted((a, b) => a - b), raw.length];
  const parts = places.slice(1).map((end, index) => sanitizer.take(raw.slice(places[index], end)));
  return parts.join("") + sanitizer.end();
}

describe("sanitize", () => {
  it("lets no control sequence, bidi control, blank without width or lone surrogate through, whatever the text", () => {
    fc.assert(
      fc.property(text, (raw) => {
        const all = [sanitize(raw), sanitize(raw, { colour: "drop" }), reveal(raw), printable(raw), oneLine(raw, 20)];
        for (const clean of [...all, shortened(raw, 20)]) expect(clean).not.toMatch(CONTROL);
        expect(printable(raw)).not.toMatch(/[\n\t]/);
      }),
      { numRuns: 1000 },
    );
  });

  it("lets nothing but colours through where they are kept, and takes them back at the end", () => {
    fc.assert(
      fc.property(text, (raw) => {
        const clean = sanitize(raw, { colour: "keep" });
        const parts = clean.split("\u001b[");
        const rest = parts.map((part, at) => (at === 0 ? part : part.replace(/^[\d;]+m/, "")));
        expect(rest.join("")).not.toMatch(CONTROL);
        expect(clean.lastIndexOf("\x1b")).toBe(clean.lastIndexOf("\x1b[0m"));
      }),
      { numRuns: 500 },
    );
  });

  it.each(ANY)("changes nothing when it is given its own result (%j)", (manner) => {
    fc.assert(
      fc.property(text, (raw) => {
        const clean = sanitize(raw, manner);
        expect(sanitize(clean, manner)).toBe(clean);
      }),
      { numRuns: 500 },
    );
  });

  it.each(ANY)("gives the same text however it is cut into pieces (%j)", (manner) => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(60), { maxLength: 6 }), (raw, cuts) => {
        expect(inPieces(raw, cuts, manner)).toBe(sanitize(raw, manner));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["keeps newlines, tabs and letters of all scripts", "a\tb\näöü 漢字 🙂 \u05d0", "a\tb\näöü 漢字 🙂 \u05d0"],
    ["keeps what joins letters and pictures", "👨‍👩‍👧 ❤️‍🔥 1️⃣ می‌خواهم", "👨‍👩‍👧 ❤️‍🔥 1️⃣ می‌خواهم"],
    ["shows a joiner that joins nothing", "a\u200db é\u200d\u200dé", "a\\u200db é\\u200d\\u200dé"],
    ["makes an escape sequence visible", "\u001b[2Jx", "\\x1b[2Jx"],
    ["makes a colour visible", "\u001b[31mx", "\\x1b[31mx"],
    ["makes a lone carriage return visible and takes a line end of DOS as one", "a\rb\r\nc", "a\\rb\nc"],
    ["makes bidi controls visible (advisory 37)", "a\u202eb", "a\\u202eb"],
    ["makes tag characters visible", "a\u{e0041}b", "a\\u{e0041}b"],
    ["makes half a character visible", "a\ud83db", "a\\ud83db"],
  ])("%s", (_, raw, clean) => {
    expect(sanitize(raw)).toBe(clean);
  });

  it("leaves out colours, or writes anew those that hide nothing", () => {
    const raw = "\u001b[31mred\u001b[0m \u001b[2J\u001b[8;1msecret\u001b[38;5;999mx";
    expect(sanitize(raw, { colour: "drop" })).toBe("red \\x1b[2Jsecretx");
    expect(sanitize(raw, { colour: "keep" })).toBe("\u001b[31mred\u001b[0m \\x1b[2J\u001b[1msecretx\u001b[0m");
  });

  it("takes a time that grows with the text alone", () => {
    const took = (raw: string): number => {
      const start = performance.now();
      sanitize(raw, { colour: "drop" });
      return performance.now() - start;
    };
    expect(took("\x1b[".repeat(500_000))).toBeLessThan(2_000);
    expect(took(`\x1b[${"1;".repeat(1_000_000)}`)).toBeLessThan(2_000);
  });
});

describe("a long line in a stream", () => {
  it("is cut, and a note says by how much, wherever the pieces end", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 6 }), (cuts) => {
        expect(inPieces(`${"a".repeat(12)}\nb\n${"c".repeat(11)}`, cuts, { line: 10 })).toBe(
          `${"a".repeat(10)} [... 2 more characters in this line]\nb\n${"c".repeat(10)} [... 1 more characters in this line]`,
        );
      }),
    );
  });
});

describe("reveal", () => {
  it("shows line breaks, tabs and characters that hide (advisory 38)", () => {
    expect(reveal("rm\u200b -rf\u00a0x\n\ty\u{e0041}")).toBe("rm\\u200b -rf\\xa0x\\n\n\\ty\\u{e0041}");
  });
});

describe("a name on one line", () => {
  it("joins lines and cuts what is too long between characters", () => {
    expect(oneLine("a\n  b", 10)).toBe("a b");
    expect(oneLine("abc🙂def", 5)).toBe("abc…");
  });

  it("shows its line breaks where they belong to it", () => {
    expect(printable("a\nb\tc\u001b")).toBe("a\\nb\\tc\\x1b");
    expect(shortened("a\nbcdef", 5)).toBe("a\\nb…");
  });
});

describe("JSON text", () => {
  it("reads back as it was and has no byte that a terminal acts on", () => {
    fc.assert(
      fc.property(text, (raw) => {
        const json = jsonText({ [raw]: raw });
        expect(JSON.parse(json)).toEqual({ [raw]: raw });
        expect(json).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
