import { Writable } from "node:stream";
import fc from "../../../test/check.js";
import { describe, expect, it } from "vitest";
import { Output } from "./output.js";
import { jsonText } from "../../../schemas/json-text.js";

function sink(error?: NodeJS.ErrnoException): Writable & { readonly pieces: string[] } {
  const pieces: string[] = [];
  const write = (part: unknown, _: unknown, done: (error?: Error) => void): void => {
    pieces.push(String(part));
    done(error);
  };
  return Object.assign(new Writable({ write }), { pieces });
}

describe("Output", () => {
  it("writes much in few pieces and in order", async () => {
    const stream = sink();
    const output = new Output(stream, () => {});
    for (let line = 0; line < 20_000; line++) output.write(`${line}\n`);
    await output.done();
    expect(stream.pieces.join("")).toBe(Array.from({ length: 20_000 }, (_, line) => `${line}\n`).join(""));
    expect(stream.pieces.length).toBeLessThan(10);
  });

  it.each([
    ["EPIPE", undefined],
    ["ENOSPC", "Standard output cannot be written to: no space."],
  ])("tells once of %s and goes quiet", async (code, sentence) => {
    const told: unknown[] = [];
    const output = new Output(sink(Object.assign(new Error("no space"), { code })), (words) => void told.push(words));
    output.write("one");
    await output.done();
    output.write("two");
    await output.done();
    expect(told).toEqual([sentence]);
  });
});

describe("toJson", () => {
  it("says the same as JSON in characters that no terminal acts on", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const json = jsonText({ text });
        expect(JSON.parse(json)).toEqual({ text });
        // oxlint-disable-next-line no-control-regex -- what must not be there
        expect(json).not.toMatch(/[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
      }),
    );
  });
});
