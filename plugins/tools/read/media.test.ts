import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { PDFDocument } from "pdf-lib";
import { describe, expect, it } from "vitest";
import type { ResultEvent } from "../../../schemas/event.js";
import { act, type Act } from "../testing.js";
import { pictureSize } from "./picture.js";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const JPEG = Buffer.from("ffd8ffe000104a46494600010100000100010000ffc0000b080003000501011100ffd9", "hex");
const WEBP = Buffer.from("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=", "base64");

async function read(bytes: string | Uint8Array, name: string, more: object = {}): Promise<ResultEvent> {
  const acts: Act[] = [(shell) => writeFileSync(join(shell.dir, name), bytes), ["Read", { file_path: name, ...more }]];
  return (await act({}, acts))[0]!;
}

describe("Read shows a picture", () => {
  it.each([
    ["image/png", PNG, 1, 1],
    ["image/gif", GIF, 1, 1],
    ["image/jpeg", JPEG, 5, 3],
    ["image/webp", WEBP, 1, 1],
  ])("of type %s by its content, whatever its name is", async (type, bytes, width, height) => {
    const { content, details } = await read(bytes, "a.txt");
    expect(content).toEqual([
      { type: "image", source: { type: "base64", media_type: type, data: bytes.toString("base64") } },
    ]);
    expect(details).toMatchObject({
      type: "image",
      file: { type, originalSize: bytes.length, dimensions: { width, height } },
    });
  });

  it("and measures both newer kinds of WebP", () => {
    const lossless = Buffer.concat([
      Buffer.from("RIFF....WEBPVP8L....\x2f", "latin1"),
      Buffer.from([0x63, 0x40, 0x0c, 0]),
    ]);
    const extended = Buffer.concat([
      Buffer.from("RIFF....WEBPVP8X........", "latin1"),
      Buffer.from([99, 0, 0, 49, 0, 0]),
    ]);
    expect(pictureSize(lossless, "image/webp")).toEqual([100, 50]);
    expect(pictureSize(extended, "image/webp")).toEqual([100, 50]);
  });

  it.each([
    [
      "is too many bytes",
      Buffer.concat([PNG, Buffer.alloc(4_000_000)]),
      /is a picture of 3\.8 MB; at most 3\.75 MB can be shown/,
    ],
    ["is damaged", PNG.subarray(0, 18), /is a damaged picture \(image\/png\)\.$/],
    ["is too large", Buffer.from(PNG).fill(0x7f, 18, 20), /has 32639 x 1 pixels; at most 8000 in each direction/],
  ])("unless it %s", async (_what, bytes, message) => {
    expect(await read(bytes, "a.png")).toMatchObject({ isError: true, content: expect.stringMatching(message) });
  });

  it("but takes text for text that only begins like one", async () => {
    expect((await read("GIF8 is a format\n", "a.gif")).content).toBe("1\tGIF8 is a format");
    expect((await read("<svg></svg>", "a.svg")).content).toBe("1\t<svg></svg>");
  });
});

async function pdf(pages: number): Promise<Buffer> {
  const document = await PDFDocument.create();
  for (let page = 1; page <= pages; page++) document.addPage([100 + page, 100]);
  return Buffer.from(await document.save());
}

/** Widths of the pages that were shown, by which they are known. */
async function pagesOf({ content }: ResultEvent): Promise<readonly number[]> {
  const block = (content as readonly { type: string; source?: { data: string } }[]).find(
    ({ type }) => type === "document",
  );
  const document = await PDFDocument.load(Buffer.from(block!.source!.data, "base64"));
  return document.getPages().map((page) => page.getWidth() - 100);
}

describe("Read shows a PDF", () => {
  it("whole up to ten pages, byte for byte", async () => {
    const bytes = await pdf(10);
    const { content, details } = await read(bytes, "a.pdf");
    expect(content).toEqual([
      { type: "text", text: "a.pdf: 10 pages" },
      {
        type: "document",
        source: { type: "base64", media_type: "application/pdf", data: bytes.toString("base64") },
        title: "a.pdf",
      },
    ]);
    expect(details).toMatchObject({ type: "pdf", file: { originalSize: bytes.length, totalPages: 10 } });
  });

  it.each([
    ["3", [3]],
    ["2-4", [2, 3, 4]],
    ["24-", [24, 25]],
    ["24-90", [24, 25]],
    [" 1 - 2 ", [1, 2]],
  ])("of many pages by those asked for: %s", async (pages, shown) => {
    const result = await read(await pdf(25), "a.pdf", { pages });
    expect(await pagesOf(result)).toEqual(shown);
    expect(result.content).toMatchObject([{ text: `a.pdf: pages ${shown[0]}-${shown.at(-1)} of 25` }, {}]);
  });

  it.each([
    [undefined, /has 25 pages: ask for at most 20 of them with pages, such as "1-20"\.$/],
    ["1-21", /^At most 20 pages at once: "1-21" asks for 21\.$/],
    ["0-2", /names no pages: they count from 1/],
    ["5-2", /names no pages/],
    ["26", /has only 25 pages\.$/],
    ["x", /^pages must look like "3", "1-5" or "10-", not "x"\.$/],
  ])("and refuses pages %s of 25", async (pages, message) => {
    const result = await read(await pdf(25), "a.pdf", pages === undefined ? {} : { pages });
    expect(result).toMatchObject({ isError: true, content: expect.stringMatching(message) });
  });

  const objects = (...bodies: readonly (string | Buffer)[]): Buffer =>
    Buffer.concat([
      Buffer.from("%PDF-1.5\n"),
      ...bodies.flatMap((body, place) => [
        Buffer.from(`${place + 1} 0 obj\n`),
        Buffer.from(body),
        Buffer.from("\nendobj\n"),
      ]),
      Buffer.from("trailer\n<< /Root 1 0 R >>\n%%EOF\n"),
    ]);
  const bomb = deflateSync(Buffer.alloc(90_000_000));
  const stream = Buffer.concat([
    Buffer.from(`<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ${bomb.length} >>\nstream\n`),
    bomb,
    Buffer.from("\nendstream"),
  ]);
  const tree = "<< /Type /Catalog /Pages 2 0 R >>";

  it.each([
    ["that is cut", Buffer.from("%PDF-1.7\n"), /cannot be read as a PDF: /],
    [
      "whose tree of pages is a circle",
      objects(tree, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"),
      /its list of pages is damaged/,
    ],
    [
      "that unpacks to too much",
      objects(tree, "<< /Type /Pages /Kids [] /Count 0 >>", stream),
      /it unpacks to more than 64 MB/,
    ],
  ])("and refuses one %s", async (_what, bytes, message) => {
    expect(await read(bytes, "a.pdf")).toMatchObject({ isError: true, content: expect.stringMatching(message) });
  });

  it("and refuses one that is protected", async () => {
    const plain = objects(tree, "<< /Type /Pages /Kids [] /Count 0 >>").toString("latin1");
    const locked = plain.replace("/Root", "/Encrypt << /Filter /Standard >> /Root");
    const result = await read(Buffer.from(locked, "latin1"), "a.pdf");
    expect(result).toMatchObject({ isError: true, content: expect.stringMatching(/is protected by a password\.$/) });
  });
});

describe("Read shows a notebook", () => {
  const notebook = {
    cells: [
      { cell_type: "markdown", id: "m1", source: ["# Title\n", "words"] },
      {
        cell_type: "code",
        id: "c1",
        source: "print(1)",
        outputs: [
          { output_type: "stream", text: ["1\n", "2\n"] },
          { output_type: "execute_result", data: { "text/plain": "42", "image/png": "AAAA" } },
          { output_type: "display_data", data: { "image/png": "AAAA" } },
          { output_type: "error", ename: "ValueError", evalue: "no" },
        ],
      },
    ],
    nbformat: 4,
  };

  it("with all cells, their ids and what they printed", async () => {
    const { content, details } = await read(JSON.stringify(notebook), "a.ipynb");
    expect(String(content).replaceAll(/^\d+\t/gm, "")).toBe(
      '<cell 1 id="m1" markdown>\n# Title\nwords\n</cell>\n<cell 2 id="c1" code>\nprint(1)\n' +
        "<output>\n1\n2\n42\n[image/png]\nValueError: no\n</cell>",
    );
    expect(details).toMatchObject({ type: "notebook", file: { cells: notebook.cells } });
  });

  it("in parts, like any text", async () => {
    const { content } = await read(JSON.stringify(notebook), "a.ipynb", { offset: 2, limit: 1 });
    expect(content).toBe("2\t# Title");
  });

  it("as text when it is none", async () => {
    expect((await read("no notebook", "a.ipynb")).content).toBe("1\tno notebook");
  });

  it("without more of one cell's output than 10,000 characters", async () => {
    const cells = [
      { cell_type: "code", source: "x", outputs: [{ output_type: "stream", text: `${"y".repeat(99)}\n`.repeat(200) }] },
    ];
    const { content } = await read(JSON.stringify({ cells }), "a.ipynb");
    expect(String(content).length).toBeLessThan(11_000);
    expect(String(content).slice(-40)).toContain("… [cut]");
  });
});
