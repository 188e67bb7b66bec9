import { PassThrough } from "node:stream";
import fc from "../../../test/check.js";
import { describe, expect, it } from "vitest";
import { readLines } from "./read-lines.js";

describe("readLines", () => {
  it("gives the same lines however the bytes are cut, the last one also without its end", async () => {
    const line = fc.string({ unit: fc.constantFrom("a", "ö", "🙂", "\r", '"') });
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat(100), { maxLength: 6 }), async (lines, cuts) => {
        const bytes = Buffer.from(lines.join("\n"));
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
        const input = new PassThrough();
        const found: string[] = [];
        const end = new Promise<void>((resolve) => {
          readLines(input, { line: (text) => void found.push(text), tooLong: () => {}, end: resolve });
        });
        for (const [index, place] of places.slice(1).entries()) input.write(bytes.subarray(places[index], place));
        input.end();
        await end;
        expect(found).toEqual(lines.filter((text) => text !== ""));
      }),
    );
  });
});
