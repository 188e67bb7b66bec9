import fc from "../../test/check.js";
import { describe, expect, it } from "vitest";
import { TextWindow } from "./text-window.js";

const gap = (leftOut: number): string => `<${leftOut}>`;

function windowOf(room: number, pieces: readonly string[]): TextWindow {
  const window = new TextWindow(room);
  for (const piece of pieces) window.add(piece);
  return window;
}

const texts = fc.array(fc.string({ unit: "binary", maxLength: 30 }), { maxLength: 40 });

describe("A text window", () => {
  it("is the whole text while it fits, however it was cut", () => {
    fc.assert(
      fc.property(texts, (pieces) => {
        const whole = pieces.join("");
        expect(windowOf(whole.length, pieces).text(whole.length, gap)).toBe(whole);
      }),
    );
  });

  it("is otherwise the two ends with a count of what is missing, and never half a character", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 60 }), (pieces, room) => {
        const whole = pieces.join("");
        const text = windowOf(room, pieces).text(room, gap);
        if (text === whole) return;
        const [, start = "", leftOut, end = ""] = /^([^]*)<(\d+)>([^]*)$/.exec(text)!;
        expect(whole.startsWith(start)).toBe(true);
        expect(whole.endsWith(end)).toBe(true);
        expect(start.length + Number(leftOut) + end.length).toBe(whole.length);
        expect(start.length + end.length).toBeLessThanOrEqual(room + 1);
        expect(text).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/);
      }),
    );
  });

  it("gives less when less is asked for", () => {
    expect(windowOf(100, ["0123456789"]).text(4, gap)).toBe("01<6>89");
  });

  it("gives the last characters at any time", () => {
    const window = windowOf(10, ["abc"]);
    expect(window.end(2)).toBe("bc");
    window.add("defghijklmnop");
    expect(window.end(5)).toBe("lmnop");
  });

  it("stays small when a flood comes in single characters", () => {
    const window = new TextWindow(1_000);
    for (let i = 0; i < 100_000; i++) window.add("x");
    expect(window.text(1_000, gap)).toBe(`${"x".repeat(500)}<99000>${"x".repeat(500)}`);
  });
});
