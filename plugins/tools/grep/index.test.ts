import { chmodSync, existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, type Shell } from "../../../test/boot.js";
import { act, fileShell, textOf, type Act } from "../testing.js";

const grep = (pattern: string, more: object = {}): Act => ["Grep", { pattern, ...more }];
const content = (pattern: string, more: object = {}): Act => grep(pattern, { output_mode: "content", ...more });

const FILES = {
  "a.txt": "one\ntwo foo\nthree\nfour\nFOO five\nsix\n",
  "src/b.ts": "const foo = 1;\nfoo(foo);\n",
  "src/deep/c.ts": "nothing\n",
  "d.js": "foo\n",
};

describe("Grep finds", () => {
  it("files, the newest first, unless told otherwise", async () => {
    const date = ({ dir }: Shell): void => {
      for (const [place, name] of ["d.js", "a.txt", "src/b.ts"].entries())
        utimesSync(join(dir, name), 1_000 - place, 1_000 - place);
    };
    const [result] = await act(FILES, [date, grep("foo")]);
    expect(result!.content).toBe("d.js\na.txt\nsrc/b.ts");
    expect(result!.details).toEqual({
      mode: "files_with_matches",
      filenames: ["d.js", "a.txt", "src/b.ts"],
      numFiles: 3,
    });
  });

  it.each([
    ["with file and number", {}, "a.txt:2:two foo\nd.js:1:foo\nsrc/b.ts:1:const foo = 1;\nsrc/b.ts:2:foo(foo);"],
    ["without numbers", { "-n": false }, "a.txt:two foo\nd.js:foo\nsrc/b.ts:const foo = 1;\nsrc/b.ts:foo(foo);"],
    ["in any case of letters", { "-i": true, path: "a.txt" }, "a.txt:2:two foo\na.txt:5:FOO five"],
    ["with lines behind", { "-A": 1, path: "a.txt" }, "a.txt:2:two foo\na.txt-3-three"],
    ["with lines before", { "-B": 1, path: "a.txt" }, "a.txt-1-one\na.txt:2:two foo"],
    [
      "with lines around, and a mark where some are missing",
      { "-i": true, "-C": 1, path: "a.txt" },
      "a.txt-1-one\na.txt:2:two foo\na.txt-3-three\na.txt-4-four\na.txt:5:FOO five\na.txt-6-six",
    ],
    [
      "the same by another name",
      { context: 1, glob: "{d.js,a.txt}" },
      "a.txt-1-one\na.txt:2:two foo\na.txt-3-three\n--\nd.js:1:foo",
    ],
    ["as matches alone", { "-o": true, path: "src" }, "src/b.ts:1:foo\nsrc/b.ts:2:foo\nsrc/b.ts:2:foo"],
  ])("lines %s", async (_what, more, text) => {
    expect(await textOf(FILES, content("foo", more))).toBe(text);
  });

  it("how often, in all files together", async () => {
    const results = await act(FILES, [grep("foo", { output_mode: "count" }), content("foo")]);
    expect(results[0]!.content).toBe("a.txt:1\nd.js:1\nsrc/b.ts:2\nTotal: 4 in 3 files.");
    expect(results[0]!.details).toMatchObject({ mode: "count", numFiles: 3, numMatches: 4 });
    expect(results[1]!.details).toMatchObject({ mode: "content", numFiles: 3, numLines: 4, numMatches: 4 });
  });

  it.each([
    ["*.ts", ["src/b.ts"]],
    ["src/**/*.ts", ["src/b.ts"]],
    ["*.{js,txt}", ["a.txt", "d.js"]],
    ["!*.ts", ["a.txt", "d.js"]],
    ["!src/**", ["a.txt", "d.js"]],
    ["", ["a.txt", "d.js", "src/b.ts"]],
  ])("in the files that %s names", async (glob, files) => {
    expect((await textOf(FILES, grep("foo", { glob }))).split("\n").toSorted()).toEqual(files);
  });

  it("in the files of a type, which a pattern may narrow", async () => {
    expect(await textOf(FILES, grep("o", { type: "ts" }))).toMatch(/^src\/.*\nsrc\/.*$/);
    expect(await textOf(FILES, grep("o", { type: "ts", glob: "b.*" }))).toBe("src/b.ts");
  });

  it("over several lines, if told so", async () => {
    expect(await textOf(FILES, content("two.*four", { multiline: true, "-o": true }))).toBe(
      "a.txt:2:two foo\na.txt:3:three\na.txt:4:four",
    );
    expect(await textOf(FILES, content("two.*four"))).toBe("No matches found.");
  });

  it("patterns and names that look like options, as what they are", async () => {
    const files = { "--pre=x": "--files\n", "-e": "--files" };
    const results = await act(files, [
      grep("--files", { path: "--pre=x" }),
      grep("--pre=./evil", { glob: "--pre=./evil" }),
      grep("-files", { type: "--pre=./evil" }),
    ]);
    expect(results.map(({ content }) => content)).toEqual([
      "--pre=x",
      "No files found.",
      expect.stringMatching(/unrecognized file type/),
    ]);
  });

  it("text in UTF-16, and without carriage returns", async () => {
    const files = { "w.txt": Buffer.from("\uFEFFGrüße\r\nfoo\r\n", "utf16le"), "c.txt": "foo\r\n" };
    expect(await textOf(files, content("foo$", { "-n": false }))).toBe("c.txt:foo\nw.txt:foo");
    expect(await textOf(files, grep("foo\\r$", { glob: "c*" }))).toBe("c.txt");
  });
});

describe("Grep leaves out", () => {
  it("ignored files, also when the pattern of names would fit them", async () => {
    const files = { ".gitignore": "*.log\nout/\n", "a.log": "x", "out/b.js": "x", "c.js": "x" };
    expect(await textOf(files, grep("x"))).toBe("c.js");
    expect(await textOf(files, grep("x", { glob: "*.{js,log}" }))).toBe("c.js");
    expect(await textOf(files, grep("x", { glob: "**" }))).toBe("c.js");
    expect(await textOf(files, grep("x", { glob: "*.log" }))).toBe("No files found.");
  });

  it("version control, binary files and what lies behind links", async () => {
    const link = ({ dir, home }: Shell): void => {
      mkdirSync(join(home, "out"));
      writeFileSync(join(home, "out/x.txt"), "secret");
      symlinkSync(join(home, "out"), join(dir, "link"));
    };
    const files = { ".git/config": "secret", bin: "\0secret", ".hidden": "secret" };
    expect(await textOf(files, link, grep("secret"))).toBe(".hidden");
    expect(await textOf(files, link, content("secret", { path: "bin" }))).toBe("No matches found.");
  });
});

describe("Grep is bounded", () => {
  const many = { "many.txt": Array.from({ length: 2_500 }, (_, index) => `x${index}`).join("\n") };

  it("at 1,000 entries, naming where to go on", async () => {
    const results = await act(many, [content("x"), content("x", { offset: 2_000 }), content("x", { offset: 9_000 })]);
    const [first, last, past] = results.map(({ content }) => String(content).split("\n"));
    expect(first!.slice(-2)).toEqual(["many.txt:1000:x999", "(Entries 1-1000 of 2500; go on with offset 1000.)"]);
    expect([last![0], last!.at(-1), last!.length]).toEqual(["many.txt:2001:x2000", "many.txt:2500:x2499", 500]);
    expect(past!.at(-1)).toBe("(There are only 2500 entries; offset 9000 is past their end.)");
  });

  it("at the entries asked for", async () => {
    const text = await textOf(many, content("x", { head_limit: 2, offset: 1 }));
    expect(text).toBe("many.txt:2:x1\nmany.txt:3:x2\n(Entries 2-3 of 2500; go on with offset 3.)");
  });

  it("at 2,000 characters a line and 30,000 in all", async () => {
    const files = { "long.txt": `${"y".repeat(1_000_000)}\n`.repeat(50) };
    const text = await textOf(files, content("y+"));
    expect(text.length).toBeLessThan(31_000);
    expect(text.split("\n")[0]!.length).toBeLessThan(2_100);
    expect(text).toMatch(/\(Entries 1-\d+ of 50; go on with offset \d+\.\)$/);
  });

  it("in what it keeps, saying that there is more", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, place) => [`${place}.txt`, `${"z".repeat(1_900)}\n`.repeat(1_000)]),
    );
    expect(await textOf(files, content("z"))).toMatch(
      /\(There is too much to show it all: narrow the pattern or the path\.\)$/,
    );
  });

  it("by the turn, which ends the search with it", async () => {
    await using shell = await fileShell({ script: [call("Grep", { pattern: "x", path: "/proc" })] });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const started = performance.now();
    await shell.send("go", { signal: controller.signal });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("Grep refuses", () => {
  it.each([
    ["a bad pattern, in ripgrep's words", { pattern: "(" }, /^regex parse error:[^]*unclosed group$/],
    ["a pattern that would take too long", { pattern: "(\\p{L}{1000}){1000}" }, /[Cc]ompiled regex exceeds size limit/],
    ["an unknown type", { pattern: "x", type: "nope" }, /^unrecognized file type: nope$/],
    ["a pattern with NUL", { pattern: "a\0b" }, /^The pattern contains a NUL character\.$/],
    ["a path that is not there", { pattern: "x", path: "none" }, /none does not exist\.$/],
    ["a device", { pattern: "x", path: "/dev/zero" }, /is no file and no folder\.$/],
    ["an unknown kind of output", { pattern: "x", output_mode: "all" }, /^Invalid input for Grep/],
  ])("%s", async (_what, input, message) => {
    const [result] = await act({}, [["Grep", input]]);
    expect(result).toMatchObject({ isError: true, content: expect.stringMatching(message) });
  });

  it("to take settings of ripgrep from anywhere", async () => {
    const evil = ({ dir }: Shell): void => {
      writeFileSync(join(dir, "evil.sh"), "#!/bin/sh\ntouch pwned\n");
      chmodSync(join(dir, "evil.sh"), 0o755);
      writeFileSync(join(dir, ".ripgreprc"), `--pre=${join(dir, "evil.sh")}\n`);
      process.env["RIPGREP_CONFIG_PATH"] = join(dir, ".ripgreprc");
    };
    let pwned = true;
    const look = ({ dir }: Shell): void => void (pwned = existsSync(join(dir, "pwned")));
    const results = await act({ a: "foo" }, [evil, grep("foo"), look]);
    delete process.env["RIPGREP_CONFIG_PATH"];
    expect([results[0]!.content, pwned]).toEqual(["a", false]);
  });
});
