import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Shell } from "../../../test/boot.js";
import type { ResultEvent } from "../../../schemas/event.js";
import { act, type Act } from "../testing.js";

const READ: Act = ["Read", { file_path: "a.txt" }];

function edit(old_string: string, new_string: string, more: object = {}): Act {
  return ["Edit", { file_path: "a.txt", old_string, new_string, ...more }];
}

/** Reads and edits a file; gives the result and what the file holds then, byte by byte. */
async function edited(before: string, change: Act): Promise<{ readonly result: ResultEvent; readonly bytes: string }> {
  let bytes = "";
  const look = ({ dir }: Shell): void => void (bytes = readFileSync(join(dir, "a.txt"), "latin1"));
  const results = await act({ "a.txt": Buffer.from(before, "latin1") }, [READ, change, look]);
  return { result: results[1]!, bytes };
}

const utf16 = (text: string): string => Buffer.from(`\uFEFF${text}`, "utf16le").toString("latin1");
const utf16be = (text: string): string => Buffer.from(`\uFEFF${text}`, "utf16le").swap16().toString("latin1");

describe("Edit changes what it is told and nothing else", () => {
  it.each([
    ["a word", "one two\nthree\n", edit("two", "2"), "one 2\nthree\n"],
    ["a piece by nothing", "one two\n", edit(" two", ""), "one\n"],
    ["every place, if told so", "a b a\na\n", edit("a", "aa", { replace_all: true }), "aa b aa\naa\n"],
    ["special characters as they are", "x\n", edit("x", "$& $1 \\n"), "$& $1 \\n\n"],
    ["a file without a last line break", "one\ntwo", edit("two", "2"), "one\n2"],
    ["the last line break itself", "one\ntwo\n", edit("two\n", "two"), "one\ntwo"],
    [
      "carriage returns that were not in old_string",
      "a\r\nb\r\nc\r\n",
      edit("a\nb\n", "a\nx\ny\n"),
      "a\r\nx\r\ny\r\nc\r\n",
    ],
    ["a line of a file with carriage returns into two", "a\r\nb\r\nc", edit("b", "b\nb2"), "a\r\nb\r\nb2\r\nc"],
    ["the last line of such a file", "a\r\nb", edit("b", "b\nc"), "a\r\nb\r\nc"],
    ["mixed line endings only where it must", "a\r\nb\nc\r\nd\n", edit("a\nb\nc", "a\nB\nc"), "a\r\nB\nc\r\nd\n"],
    ["a line of mixed ones by the ending before it", "a\nb\r\nc\n", edit("c", "c\nd"), "a\nb\r\nc\r\nd\n"],
    ["the first line by the ending after it", "a\r\nb\n", edit("a", "0\na"), "0\r\na\r\nb\n"],
    ["line endings that are named", "a\nb\nc\n", edit("b\n", "b\r\n"), "a\nb\r\nc\n"],
    ["line endings that are named and there", "a\r\nb\r\n", edit("a\r\nb", "a\nb"), "a\nb\r\n"],
    ["plain line endings, whatever the model thinks", "a\nb\nc\n", edit("a\r\nb", "a\r\nx"), "a\nx\nc\n"],
    ["lone carriage returns as characters", "a\rb\rc", edit("b", "x"), "a\rx\rc"],
    ["UTF-8", "\xc3\xa4 \xe2\x82\xac\n", edit("ä", "ü"), "\xc3\xbc \xe2\x82\xac\n"],
    ["UTF-8 behind a mark", "\xef\xbb\xbfa\n", edit("a", "b"), "\xef\xbb\xbfb\n"],
    ["UTF-16", utf16("ä\r\nb\r\n"), edit("ä\nb", "€\nb"), utf16("€\r\nb\r\n")],
    ["UTF-16, big end first", utf16be("ä\r\nb"), edit("b", "c"), utf16be("ä\r\nc")],
    ["windows-1252", "\xe4 \x93x\x94 \xdf\n", edit("x", "€"), "\xe4 \x93\x80\x94 \xdf\n"],
    ["latin1 with bytes that mean nothing", "\xe4\x81 x\n", edit("x", "ü"), "\xe4\x81 \xfc\n"],
  ])("%s", async (_what, before, change, after) => {
    const { result, bytes } = await edited(before, change);
    expect(result.content).toMatch(/^Edited /);
    expect(bytes).toBe(after);
  });

  it("naming the lines", async () => {
    const one = await edited("a\nb\nc\n", edit("c", "d"));
    const all = await edited("a\r\n".repeat(12), edit("a", "b", { replace_all: true }));
    expect(one.result.content).toMatch(/a\.txt: line 3\.$/);
    expect(all.result.content).toMatch(/a\.txt: 12 places \(lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, \.\.\.\)\.$/);
  });

  it("and tells programs so", async () => {
    const { result } = await edited("a\nb\nc\n", edit("b", "x"));
    expect(result.details).toEqual({
      filePath: expect.stringMatching(/\/a\.txt$/),
      oldString: "b",
      newString: "x",
      originalFile: "a\nb\nc\n",
      structuredPatch: [{ oldStart: 1, oldLines: 3, newStart: 1, newLines: 3, lines: [" a", "-b", "+x", " c"] }],
      userModified: false,
      replaceAll: false,
    });
  });

  it("several times in a row without reading again, and after a part was read", async () => {
    const results = await act({ "a.txt": "a\nb\nc\n" }, [
      ["Read", { file_path: "a.txt", offset: 2, limit: 1 }],
      edit("a", "1"),
      edit("1", "2"),
      edit("c", "3"),
      ["Read", { file_path: "a.txt" }],
    ]);
    expect(results.at(-1)!.content).toBe("1\t2\n2\tb\n3\t3");
  });

  it("through a link, which stays", async () => {
    const results = await act({ "a.txt": "a" }, [
      ({ dir }) => symlinkSync("a.txt", join(dir, "link")),
      ["Read", { file_path: "link" }],
      ["Edit", { file_path: "link", old_string: "a", new_string: "b" }],
      READ,
    ]);
    expect(results.at(-1)!.content).toBe("1\tb");
  });

  it("and with an empty old_string it makes a file, or fills an empty one", async () => {
    const results = await act({ "empty.txt": "" }, [
      edit("", "new\n"),
      READ,
      ["Read", { file_path: "empty.txt" }],
      ["Edit", { file_path: "empty.txt", old_string: "", new_string: "filled" }],
    ]);
    expect(results.map(({ content }) => String(content).split("/")[0])).toEqual(["Created ", "1\tnew", "(", "Edited "]);
  });
});

describe("Edit refuses", () => {
  it.each([
    ["to change nothing", "a\n", edit("a", "a"), /^old_string and new_string are the same: nothing to change\.$/],
    [
      "what is there more than once",
      "x a\ny\nx b\n",
      edit("x", "z"),
      /found 2 times in .*a\.txt \(lines 1, 3\): add lines around it to make it unique, or set replace_all\.$/,
    ],
    ["what is not there", "completely different\n", edit("qqq", "z"), /^old_string was not found in .*a\.txt\.$/],
    [
      "what is nearly there, naming the line",
      "one\nconst value = 42;\n",
      edit("const valeu = 42;", "z"),
      /not found in .* The closest line is 2: const value = 42;$/,
    ],
    [
      "what is there with other white space",
      "if (x) {\n\treturn 1;\n}\n",
      edit("if (x) {\n  return 1;\n}", "z"),
      /Line 1 differs only in white space: copy it exactly\.$/,
    ],
    [
      "an empty old_string for a file with content",
      "a",
      edit("", "b"),
      /^old_string is empty, but .*a\.txt is not: say what to replace\.$/,
    ],
    [
      "what the encoding has no characters for",
      "\xe4\n",
      edit("ä", "→"),
      /^The file is written in windows-1252, which has no character "→"; nothing was changed\.$/,
    ],
  ])("%s", async (_what, before, change, message) => {
    const { result, bytes } = await edited(before, change);
    expect(result).toMatchObject({ isError: true, content: expect.stringMatching(message) });
    expect(bytes).toBe(before);
  });

  const theirs = ({ dir }: Shell): void => writeFileSync(join(dir, "a.txt"), "theirs a");

  it.each([
    ["a file that was not read", [edit("a", "b")], /a\.txt has not been read in this session: read it first/],
    [
      "a file that has changed, even if the place is clear",
      [READ, theirs, edit("a", "b")],
      /has changed since it was read: read it again/,
    ],
    [
      "a file that has changed since it was edited",
      [READ, edit("a", "b"), theirs, edit("a", "b")],
      /has changed since it was read/,
    ],
    [
      "a file that is not there",
      [["Edit", { file_path: "none", old_string: "a", new_string: "b" }]],
      /none does not exist\.$/,
    ],
    ["a folder", [["Edit", { file_path: ".", old_string: "a", new_string: "b" }]], /is a folder/],
  ] satisfies readonly [string, readonly Act[], RegExp][])("%s", async (_what, acts, message) => {
    const results = await act({ "a.txt": "a" }, acts);
    expect(results.at(-1)).toMatchObject({ isError: true, content: expect.stringMatching(message) });
  });

  it("a file over 10 MB, and an edit that would make one", async () => {
    const grow = ({ dir }: Shell): void => writeFileSync(join(dir, "a.txt"), `a${"b".repeat(10 * 1024 * 1024)}`);
    const large = await act({}, [grow, READ, edit("a", "b")]);
    expect(large.at(-1)!.content).toMatch(/is larger than 10 MB; change it with a program, such as sed\.$/);
    const growing = await act({ "a.txt": "a" }, [READ, edit("a", "b".repeat(10 * 1024 * 1024 + 1))]);
    expect(growing.at(-1)!.content).toMatch(/would become larger than 10 MB; nothing was changed\.$/);
  });
});
