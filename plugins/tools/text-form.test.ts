import fc from "../../test/check.js";
import { describe, expect, it } from "vitest";
import { decode, encode, formOf } from "./text-form.js";

const TEXT = "Grüße, Welt\r\n€ 5\n";

describe("The form of a text", () => {
  it.each([
    ["UTF-8", Buffer.from(TEXT), { encoding: "utf8", bom: false }],
    ["nothing at all", Buffer.alloc(0), { encoding: "utf8", bom: false }],
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${TEXT}`), { encoding: "utf8", bom: true }],
    ["UTF-16 with a mark", Buffer.from(`\uFEFF${TEXT}`, "utf16le"), { encoding: "utf16le", bom: true }],
    [
      "UTF-16 with a mark, big end first",
      Buffer.from(`\uFEFF${TEXT}`, "utf16le").swap16(),
      { encoding: "utf16be", bom: true },
    ],
    ["UTF-16 without a mark", Buffer.from(TEXT, "utf16le"), { encoding: "utf16le", bom: false }],
    [
      "UTF-16 without a mark, big end first",
      Buffer.from(TEXT, "utf16le").swap16(),
      { encoding: "utf16be", bom: false },
    ],
    ["Windows' Latin", Buffer.from("Gr\xfc\xdfe \x80", "latin1"), { encoding: "windows-1252", bom: false }],
    [
      "Latin with bytes that Windows does not know",
      Buffer.from("Gr\xfc\x81", "latin1"),
      { encoding: "latin1", bom: false },
    ],
    ["a program", Buffer.from("\x7fELF\x02\x01\x01\0\0\0\0", "latin1"), undefined],
    ["noise", Buffer.from("\x01\x02\xff\xfe\x03\x04\x05\x06", "latin1"), undefined],
    ["half a character of UTF-16", Buffer.from([0xff, 0xfe, 0x41, 0x00, 0x42]), undefined],
  ])("is recognised: %s", (_what, bytes, form) => {
    expect(formOf(bytes, true)).toEqual(form);
  });

  it("is not misled by a character that the end of a piece has cut", () => {
    for (const character of ["é", "€", "😀"]) {
      const bytes = Buffer.from(`text ${character}`);
      for (let cut = 1; cut < Buffer.byteLength(character); cut++) {
        expect(formOf(bytes.subarray(0, -cut), false)).toEqual({ encoding: "utf8", bom: false });
        expect(formOf(bytes.subarray(0, -cut), true)?.encoding).toBe("windows-1252");
      }
    }
  });

  it("gives back the same bytes for whatever it takes for text", async () => {
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 12 }),
        fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
        fc.string({ unit: "binary" }).map((text) => Buffer.from(text, "utf16le")),
        fc.constantFrom(Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])),
        fc.constant(Buffer.from("plain words\r\n")),
      ),
    );
    await fc.assert(
      fc.asyncProperty(pieces, async (parts) => {
        const bytes = Buffer.concat(parts);
        const form = formOf(bytes, true);
        if (form) expect(await encode(await decode(bytes, form), form)).toEqual(bytes);
      }),
      { numRuns: 1_000 },
    );
  });

  it("refuses a character that it cannot write", async () => {
    await expect(encode("a → b", { encoding: "windows-1252", bom: false })).rejects.toThrow(
      'The file is written in windows-1252, which has no character "→"; nothing was changed.',
    );
  });
});
