import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call } from "../../../test/boot.js";
import { act, fileShell, textOf } from "../testing.js";

const NUMBERED = "1\tone\n2\ttwo\n3\tthree";

describe("Read shows text", () => {
  it.each([
    ["with a number and a tab before each line", "one\ntwo\nthree\n", {}, NUMBERED],
    ["the same without a last line break", "one\ntwo\nthree", {}, NUMBERED],
    ["without carriage returns", "one\r\ntwo\r\nthree\r\n", {}, NUMBERED],
    ["from a line on", "one\ntwo\nthree\n", { offset: 2 }, "2\ttwo\n3\tthree"],
    ["up to a number of lines, without a word about the rest", "one\ntwo\nthree\n", { offset: 2, limit: 1 }, "2\ttwo"],
    ["with empty lines and tabs as they are", "\n\ta\n\n", {}, "1\t\n2\t\ta\n3\t"],
    ["from the start when the offset is 0", "one\n", { offset: 0 }, "1\tone"],
    ["without its byte order mark", "\uFEFFone\n", {}, "1\tone"],
    [
      "with NUL as a replacement character",
      `${"a".repeat(9_000).replaceAll(/.{100}/g, "$&\n")}x\0y`,
      { offset: 91 },
      "91\tx\uFFFDy",
    ],
  ])("%s", async (_what, content, more, text) => {
    expect(await textOf({ "a.txt": content }, ["Read", { file_path: "a.txt", ...more }])).toBe(text);
  });

  it.each([
    ["UTF-16", Buffer.from("\uFEFFGrüße\r\n€\r\n", "utf16le")],
    ["UTF-16, big end first", Buffer.from("\uFEFFGrüße\r\n€\r\n", "utf16le").swap16()],
    ["windows-1252", Buffer.from("Gr\xfc\xdfe\r\n\x80\r\n", "latin1")],
  ])("in %s", async (_what, bytes) => {
    expect(await textOf({ "a.txt": bytes }, ["Read", { file_path: "a.txt" }])).toBe("1\tGrüße\n2\t€");
  });

  it("gives programs the lines, where they start and how many there are", async () => {
    await using shell = await fileShell({
      files: { "a.txt": "one\r\ntwo\nthree\n" },
      script: [call("Read", { file_path: "a.txt", offset: 2 })],
    });
    await shell.send("go");
    const filePath = join(shell.dir, "a.txt");
    expect(shell.result(0).details).toEqual({
      type: "text",
      file: { filePath, content: "two\nthree", numLines: 2, startLine: 2, totalLines: 3 },
    });
  });

  it.each([
    ["empty", "", {}, /^\(.*a\.txt is empty\.\)$/],
    ["shorter than the offset", "one\ntwo\n", { offset: 7 }, /^\(.*a\.txt has 2 lines; offset 7 is past its end\.\)$/],
  ])("or says that the file is %s, which is no error", async (_what, content, more, text) => {
    const [result] = await act({ "a.txt": content }, [["Read", { file_path: "a.txt", ...more }]]);
    expect(result).toMatchObject({ isError: false, content: expect.stringMatching(text) });
  });
});

describe("Read is bounded", () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index + 1}`).join("\n");

  it("at 2,000 lines, naming the next offset, with which the rest can be read", async () => {
    const read = (more: object): readonly [string, object] => ["Read", { file_path: "a.txt", ...more }];
    const results = await act({ "a.txt": lines }, [read({}), read({ offset: 4_001 }), read({ limit: 3_000 })]);
    const [first, last, wide] = results.map((result) => String(result.content));
    expect(first).toMatch(/\n2000\tline 2000\n\n\(PARTIAL view: lines 1-2000 of 5000\. Read on with offset 2001\.\)$/);
    expect(last).toMatch(/^4001\tline 4001\n[^]*\n5000\tline 5000$/);
    expect(wide).toBe(first);
  });

  it("at 2,000 characters a line, never cutting a character in two", async () => {
    const text = await textOf({ "a.txt": `${"x".repeat(1_999)}😀tail\nnext\n` }, ["Read", { file_path: "a.txt" }]);
    expect(text).toBe(`1\t${"x".repeat(1_999)}… [6 more characters]\n2\tnext`);
  });

  it("at 256 KB", async () => {
    const text = await textOf({ "a.txt": `${"x".repeat(999)}\n`.repeat(600) }, ["Read", { file_path: "a.txt" }]);
    expect(text.length).toBeLessThan(257 * 1_024);
    expect(text.slice(-60)).toMatch(/\(PARTIAL view: lines 1-26\d of 600\. Read on with offset 26\d\.\)$/);
  });

  it("in memory and time for a file of 5 GB without a single line break", async () => {
    const grow = (path: string): void => {
      writeFileSync(path, "first line\nsecond ");
      execFileSync("sh", ["-c", 'head -c 3000000 /dev/zero | tr "\\0" x >> "$0"', path]);
      truncateSync(path, 5_000_000_000);
    };
    const before = process.memoryUsage().rss;
    const [result] = await act({}, [
      (shell) => grow(join(shell.dir, "big.txt")),
      ["Read", { file_path: "big.txt", limit: 1 }],
    ]);
    expect(result!.content).toBe("1\tfirst line");
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  it("to a page far into a long file, in every encoding", async () => {
    const long = Array.from({ length: 60_000 }, (_, index) => `Zeile ${index + 1} für €`).join("\r\n");
    const files = {
      "utf8.txt": long,
      "wide.txt": Buffer.from(`\uFEFF${long}`, "utf16le"),
      "big-end.txt": Buffer.from(`\uFEFF${long}`, "utf16le").swap16(),
      "old.txt": Buffer.from(long.replaceAll("€", "\x80"), "latin1"),
    };
    const read = (name: string): readonly [string, object] => ["Read", { file_path: name, offset: 50_000, limit: 2 }];
    const results = await act(files, Object.keys(files).map(read));
    for (const { content } of results) expect(content).toBe("50000\tZeile 50000 für €\n50001\tZeile 50001 für €");
  });

  it("by the turn: a long search for a line ends with it", async () => {
    await using shell = await fileShell({ script: [call("Read", { file_path: "big.txt", offset: 2 })] });
    writeFileSync(join(shell.dir, "big.txt"), "text");
    execFileSync("sh", ["-c", 'head -c 3000000 /dev/zero | tr "\\0" x >> "$0"', join(shell.dir, "big.txt")]);
    truncateSync(join(shell.dir, "big.txt"), 20_000_000_000);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    expect(await shell.send("go", { signal: controller.signal })).toMatchObject({ reason: "aborted" });
    expect(shell.result(0).isError).toBe(true);
  });
});

describe("Read refuses", () => {
  const refusal = async (path: string, make: (dir: string) => void = () => {}): Promise<string> => {
    const [result] = await act({}, [(shell) => make(shell.dir), ["Read", { file_path: path }]]);
    expect(result!.isError).toBe(true);
    return String(result!.content);
  };

  it.each([
    ["what is not there", "none.txt", /none\.txt does not exist\.$/],
    ["a path through a file", "/etc/passwd/x", /does not exist: a part of its path is a file\.$/],
    ["an empty path", "", /^The path is empty\.$/],
    ["a path with NUL", "a\0b", /^The path contains a NUL character\.$/],
    ["a name that is too long", "x".repeat(300), /has a name that is too long\.$/],
    ["a folder", ".", /is a folder: use LS or Glob to see what is in it\.$/],
    ["a device", "/dev/zero", /^\/dev\/zero is a device; only regular files can be used\.$/],
  ])("%s", async (_what, path, message) => {
    expect(await refusal(path)).toMatch(message);
  });

  it("a named pipe, without waiting for somebody to write into it", async () => {
    expect(await refusal("pipe", (dir) => execFileSync("mkfifo", [join(dir, "pipe")]))).toMatch(/is a named pipe/);
  });

  it("a socket", async () => {
    const server = createServer();
    await using shell = await fileShell({ script: [call("Read", { file_path: "socket" })] });
    await new Promise<void>((done) => void server.listen(join(shell.dir, "socket"), done));
    await shell.send("go");
    server.close();
    expect(shell.result(0).content).toMatch(/is a socket/);
  });

  it("a link that leads nowhere or in a circle", async () => {
    expect(await refusal("link", (dir) => symlinkSync("none", join(dir, "link")))).toMatch(/does not exist\.$/);
    expect(await refusal("link", (dir) => symlinkSync("link", join(dir, "link")))).toMatch(/a link that leads nowhere/);
  });

  it("bytes that are no text", async () => {
    expect(await refusal("a.bin", (dir) => writeFileSync(join(dir, "a.bin"), "\x7fELF\x01\0\0\0\x02"))).toMatch(
      /a\.bin is a binary file; look at it with a program that knows its format\.$/,
    );
  });
});

describe("Read takes paths", () => {
  it("from the session's folder, from the home folder, absolute, and through links", async () => {
    const results = await act({ "sub/a.txt": "here\n" }, [
      (shell) => {
        writeFileSync(join(shell.home, "..", "h.txt"), "home\n");
        symlinkSync("sub", join(shell.dir, "folder-link"));
        symlinkSync("sub/a.txt", join(shell.dir, "link"));
      },
      ["Read", { file_path: "sub/../sub/a.txt" }],
      ["Read", { file_path: "~/h.txt" }],
      ["Read", { file_path: "link" }],
      ["Read", { file_path: "folder-link/a.txt" }],
      ["Read", { file_path: "/proc/self/status", limit: 1 }],
    ]);
    const texts = results.map(({ content }) => String(content));
    expect(texts.slice(0, 4)).toEqual(["1\there", "1\thome", "1\there", "1\there"]);
    expect(texts[4]).toMatch(/^1\tName:/);
  });

  it("from the session's folder after it has moved", async () => {
    const results = await act({ "sub/a.txt": "here\n" }, [
      (shell) => {
        mkdirSync(join(shell.dir, "sub"), { recursive: true });
        shell.session.chdir(join(shell.dir, "sub"));
      },
      ["Read", { file_path: "a.txt" }],
    ]);
    expect(results[0]!.content).toBe("1\there");
  });

  it.each(["read_file", "FileRead"])("under the name %s as well", async (name) => {
    expect(await textOf({ "a.txt": "x" }, [name, { file_path: "a.txt" }])).toBe("1\tx");
  });
});
