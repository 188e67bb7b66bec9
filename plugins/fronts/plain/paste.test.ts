import fc from "../../../test/check.js";
import { describe, expect, it } from "vitest";
import { PASTE_BEGIN, PASTE_END, PasteReader, asTyped } from "./paste.js";

describe("PasteReader", () => {
  it("tells pasted from typed text however the bytes are cut", () => {
    const word = fc.constantFrom("a", "bc\r", "\t", "ä🙂", "\u001b[D", "x\r\ny", "\n\n");
    const part = fc.record({
      text: fc.array(word, { minLength: 1 }).map((words) => words.join("")),
      pasted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat(200), { maxLength: 8 }), (parts, cuts) => {
        const raw = parts.map(({ text, pasted }) => (pasted ? PASTE_BEGIN + text + PASTE_END : text)).join("");
        const places = [0, ...cuts.map((cut) => cut % (raw.length + 1)).toSorted((a, b) => a - b), raw.length];
        const reader = new PasteReader();
        const found = places.slice(1).flatMap((end, index) => reader.take(raw.slice(places[index], end)));
        const of = (pasted: boolean): string =>
          found.flatMap((one) => (one.pasted === pasted ? [one.text] : [])).join("");
        const typed = parts.flatMap(({ text, pasted }) => (pasted ? [] : [text]));
        const clean = parts.flatMap(({ text, pasted }) =>
          pasted ? [text.replaceAll("\u001b", "").replace(/\r\n?/g, "\n")] : [],
        );
        expect(of(false)).toBe(typed.join(""));
        expect(asTyped(of(true))).toBe(clean.join(""));
        expect(of(true)).not.toMatch(/[\r\n\t]/);
      }),
    );
  });

  it("takes control characters out of a paste", () => {
    const [paste] = new PasteReader().take(`${PASTE_BEGIN}a\u0003\u001b[2J\u202eb${PASTE_END}`);
    expect(paste).toEqual({ text: "a[2Jb", pasted: true });
  });
});
