import fc from "../../../test/check.js";
import { describe, expect, it } from "vitest";
import type { Chunk } from "../../../schemas/provider.js";
import { joined } from "./chunks.js";
import { difference } from "./difference.js";
import { canonical } from "./fingerprint.js";
import { places } from "./places.js";
import { redactor } from "./redact.js";

describe("redaction", () => {
  const redact = redactor({ MY_API_KEY: 'quote"and\\back-0123', SHORT_KEY: "abc", PATH: "/usr/bin/0123456789" });
  const tail = "a1B2".repeat(9);

  it.each([
    ["the value of a secret variable", 'quote"and\\back-0123'],
    ["a key of Anthropic", `sk-ant-api03-${tail}`],
    ["a key of OpenAI", `sk-proj-${tail}`],
    ["a token of GitHub", `ghp_${tail}`],
    ["a key after a line break", `\nsk-ant-${tail}`],
  ])("takes out %s and leaves valid JSON", (_, secret) => {
    const clean = redact(JSON.stringify({ text: `before ${secret} after` }));
    expect(JSON.parse(clean)).toEqual({ text: expect.stringMatching(/^before \s?\*\*\* after$/) as string });
  });

  it.each(["abc", "/usr/bin/0123456789", `task-${tail}`, "sk-short"])("leaves %j alone", (text) => {
    expect(redact(JSON.stringify(text))).toBe(JSON.stringify(text));
  });
});

describe("joined chunks", () => {
  const piece = fc.record({
    type: fc.constantFrom("text" as const, "input" as const),
    index: fc.integer({ min: 0, max: 2 }),
    words: fc.string(),
  });
  const chunkOf = ({ type, index, words }: { type: "text" | "input"; index: number; words: string }): Chunk =>
    type === "text" ? { type, index, text: words } : { type, index, json: words };
  const wordsOf = (chunks: readonly Chunk[], kind: string, place: number): string =>
    chunks
      .map((chunk) => {
        if (chunk.type !== kind || !("index" in chunk) || chunk.index !== place) return "";
        return chunk.type === "text" ? chunk.text : chunk.type === "input" ? chunk.json : "";
      })
      .join("");

  it("say the same as the pieces, and no two neighbours could still be joined", () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const chunks = pieces.map(chunkOf);
        const whole = joined(chunks);
        for (const kind of ["text", "input"]) {
          for (const place of [0, 1, 2]) expect(wordsOf(whole, kind, place)).toBe(wordsOf(chunks, kind, place));
        }
        expect(joined(whole)).toEqual(whole);
      }),
    );
  });
});

describe("the first difference", () => {
  it("is found in whatever differs and in nothing that does not", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(difference(one, structuredClone(one))).toBeUndefined();
        expect(difference(one, other) === undefined).toBe(canonical(one) === canonical(other));
      }),
    );
  });

  it("shows a long text from shortly before the place", () => {
    const same = "s".repeat(500);
    const found = difference({ a: [same + "x".repeat(200)] }, { a: [`${same}y`] });
    expect(found).toEqual({
      path: "a[0]",
      got: `…"${"s".repeat(20)}y"`,
      expected: `…"${"s".repeat(20)}${"x".repeat(40)}"…`,
    });
  });
});

describe("folders", () => {
  const header = { type: "recording", version: 1, nacre: "1", cwd: "/work/a", home: "/work/a/home" } as const;

  it("are put in each other's place, the inner one first and no neighbour", () => {
    const both = places(header, { cwd: "/tmp/x", home: "/root/.nacre" });
    const recorded = JSON.stringify({ a: "/work/a/f /work/a/home/f /work/ab /work/a." });
    const here = JSON.stringify({ a: "/tmp/x/f /root/.nacre/f /work/ab /tmp/x." });
    expect(both.toHere(recorded)).toBe(here);
    expect(both.toRecorded(here)).toBe(recorded);
  });

  it("that are the same leave everything as it is", () => {
    expect(places(header, { cwd: "/work/a", home: "/work/a/home" }).differ).toBe(false);
  });
});
