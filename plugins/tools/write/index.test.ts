import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boot, call, say, type Shell } from "../../../test/boot.js";
import { act, fileShell, FILE_TOOLS, textOf, type Act } from "../testing.js";

const READ: Act = ["Read", { file_path: "a.txt" }];
const write = (content: string, path = "a.txt"): Act => ["Write", { file_path: path, content }];

/** Runs acts and looks at the folder before it goes. */
async function after<T>(
  files: Record<string, string | Uint8Array>,
  acts: readonly Act[],
  look: (shell: Shell) => T,
): Promise<T> {
  let seen: T | undefined;
  await act(files, [...acts, (shell) => void (seen = look(shell))]);
  return seen!;
}

const contentOf =
  (path = "a.txt") =>
  (shell: Shell): string =>
    readFileSync(join(shell.dir, path), "latin1");

describe("Write makes a file", () => {
  it("with exactly the given content, and the folders it needs", async () => {
    const content = "one\r\ntwo\n\nthree";
    expect(await after({}, [write(content, "x/y/z.txt")], contentOf("x/y/z.txt"))).toBe(content);
  });

  it("that is empty", async () => {
    expect(await textOf({}, write(""))).toMatch(/^Created .*a\.txt \(0 lines\)\.$/);
  });

  it("with the rights that any new file has", async () => {
    const mode = await after({}, [write("x")], ({ dir }) => {
      writeFileSync(join(dir, "other"), "");
      return [statSync(join(dir, "a.txt")).mode, statSync(join(dir, "other")).mode];
    });
    expect(mode[0]).toBe(mode[1]);
  });

  it("that the session then knows: it may be written and edited again", async () => {
    const edit: Act = ["Edit", { file_path: "a.txt", old_string: "two", new_string: "three" }];
    expect(await after({}, [write("one"), write("two"), edit], contentOf())).toBe("three");
  });

  it("below a folder that is a link, where the link leads", async () => {
    const prepare = ({ dir }: Shell): void => {
      mkdirSync(join(dir, "real"));
      symlinkSync("real", join(dir, "link"));
    };
    expect(await after({}, [prepare, write("x", "link/sub/a.txt")], contentOf("real/sub/a.txt"))).toBe("x");
  });

  it("and tells programs so", async () => {
    await using shell = await fileShell({ script: [call("Write", { file_path: "a.txt", content: "x\n" })] });
    await shell.send("go");
    expect(shell.result(0).details).toEqual({
      type: "create",
      filePath: join(shell.dir, "a.txt"),
      content: "x\n",
      structuredPatch: [],
      originalFile: null,
    });
  });
});

describe("Write replaces a file", () => {
  it("that was read, and tells programs what changed", async () => {
    const results = await act({ "a.txt": "one\ntwo\n" }, [READ, write("one\n2\n")]);
    expect(results[1]).toMatchObject({
      isError: false,
      content: expect.stringMatching(/^Wrote .*a\.txt \(2 lines\)\.$/),
      details: {
        type: "update",
        content: "one\n2\n",
        originalFile: "one\ntwo\n",
        structuredPatch: [{ oldStart: 1, oldLines: 2, newStart: 1, newLines: 2, lines: [" one", "-two", "+2"] }],
      },
    });
  });

  it.each([
    ["UTF-8 with a mark", "\xef\xbb\xbfa\n", "ü\n", "\xef\xbb\xbf\xc3\xbc\n"],
    ["UTF-16", "\xff\xfea\0\n\0", "ü\n", "\xff\xfe\xfc\0\n\0"],
    ["UTF-16, big end first", "\xfe\xff\0a\0\n", "ü\n", "\xfe\xff\0\xfc\0\n"],
    ["windows-1252", "a\xe4\n", "€\n", "\x80\n"],
    ["carriage returns at every line", "a\r\nb\r\n", "x\ny\n", "x\r\ny\r\n"],
    ["no carriage returns where there were some", "a\r\nb\n", "x\ny\n", "x\ny\n"],
    ["the carriage returns that were given", "a\r\nb\r\n", "x\r\ny\n", "x\r\ny\n"],
  ])("and keeps its encoding and line endings: %s", async (_what, before, content, bytes) => {
    expect(await after({ "a.txt": Buffer.from(before, "latin1") }, [READ, write(content)], contentOf())).toBe(bytes);
  });

  it("and keeps its rights, through a link to it as well", async () => {
    const prepare = ({ dir }: Shell): void => {
      chmodSync(join(dir, "a.txt"), 0o754);
      symlinkSync("a.txt", join(dir, "link"));
    };
    const acts: Act[] = [prepare, ["Read", { file_path: "link" }], write("new", "link")];
    await after({ "a.txt": "old" }, acts, ({ dir }) => {
      expect(readFileSync(join(dir, "a.txt"), "utf8")).toBe("new");
      expect(statSync(join(dir, "a.txt")).mode & 0o777).toBe(0o754);
      expect(lstatSync(join(dir, "link")).isSymbolicLink()).toBe(true);
    });
  });

  it("under all of its names, when it has several", async () => {
    const prepare = ({ dir }: Shell): void => linkSync(join(dir, "a.txt"), join(dir, "b.txt"));
    await after({ "a.txt": "something old" }, [prepare, READ, write("new")], ({ dir }) => {
      expect(readFileSync(join(dir, "b.txt"), "utf8")).toBe("new");
      expect(statSync(join(dir, "a.txt")).nlink).toBe(2);
      expect(readdirSync(dir).toSorted()).toEqual(["a.txt", "b.txt"]);
    });
  });

  it("leaving nothing else in the folder", async () => {
    expect(await after({ "a.txt": "x" }, [READ, write("y")], ({ dir }) => readdirSync(dir))).toEqual(["a.txt"]);
  });
});

describe("Write refuses to replace", () => {
  const touch =
    (content: string, keepTime = false) =>
    ({ dir }: Shell): void => {
      const path = join(dir, "a.txt");
      const { atime, mtime } = statSync(path);
      writeFileSync(path, content);
      if (keepTime) utimesSync(path, atime, mtime);
    };

  it.each([
    ["a file that was not read", [write("new")], /a\.txt has not been read in this session: read it first\./],
    [
      "a file that changed",
      [READ, touch("changed"), write("new")],
      /a\.txt has changed since it was read: read it again/,
    ],
    [
      "a file that changed in content alone",
      [READ, touch("olD\n", true), write("new")],
      /has changed since it was read/,
    ],
    [
      "a file that was made anew",
      [READ, ({ dir }) => writeFileSync(join(dir, "a.txt"), "other"), write("new")],
      /has changed/,
    ],
  ] satisfies readonly [string, readonly Act[], RegExp][])("%s, which stays as it is", async (_what, acts, message) => {
    let content = "";
    const results = await act({ "a.txt": "old\n" }, [
      ...acts.slice(0, -1),
      (shell) => void (content = contentOf()(shell)),
      acts.at(-1)!,
      (shell) => expect(contentOf()(shell)).toBe(content),
    ]);
    expect(results.at(-1)).toMatchObject({ isError: true, content: expect.stringMatching(message) });
  });

  it("but not a file that was only touched", async () => {
    const late = ({ dir }: Shell): void => utimesSync(join(dir, "a.txt"), 1, 1);
    expect(await after({ "a.txt": "old" }, [READ, late, write("new")], contentOf())).toBe("new");
  });

  it("a file that was read only in part, until the rest was read", async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `${index + 1}\n`).join("");
    const part = (offset: number, limit: number): Act => ["Read", { file_path: "a.txt", offset, limit }];
    const results = await act({ "a.txt": lines }, [
      part(1, 10),
      write("new"),
      part(21, 10),
      write("new"),
      part(11, 10),
      part(20, 20),
      write("new"),
    ]);
    const writes = results.filter(({ name }) => name === "Write");
    expect(writes.map(({ isError }) => isError)).toEqual([true, true, false]);
    expect(writes[0]!.content).toMatch(/^Only a part of .*a\.txt has been read: read the rest/);
  });

  it("what another session has read", async () => {
    await using first = await fileShell({
      files: { "a.txt": "x" },
      script: [call("Read", { file_path: "a.txt" }), say("ok")],
    });
    await first.send("go");
    await using second = await boot({
      plugins: FILE_TOOLS,
      dir: first.dir,
      script: [call("Write", { file_path: "a.txt", content: "y" })],
    });
    await second.send("go");
    expect(second.result(0).content).toMatch(
      /has not been read in this session.*\(What was read before a resume does not count\.\)/,
    );
  });

  it("a folder, a device, and a link to something that does not exist", async () => {
    const prepare = ({ dir }: Shell): void => symlinkSync("none", join(dir, "link"));
    const results = await act({}, [
      prepare,
      write("x", "."),
      write("x", "/dev/null"),
      write("x", "link"),
      write("x", "link/a"),
    ]);
    expect(results.map(({ content }) => String(content).replace(/^\S+/, "*"))).toEqual([
      "* is a folder: use LS or Glob to see what is in it.",
      "* is a device; only regular files can be used.",
      "* is a link to something that does not exist.",
      "* is a link to something that does not exist.",
    ]);
    expect(results.every(({ isError }) => isError)).toBe(true);
  });

  it("a path through a file", async () => {
    const [result] = await act({ "a.txt": "x" }, [write("y", "a.txt/b/c.txt")]);
    expect(result!.content).toMatch(/does not exist: a part of its path is a file\.$/);
  });

  it("text that its encoding has no characters for", async () => {
    const results = await act({ "a.txt": Buffer.from("a\xe4\n", "latin1") }, [READ, write("→")]);
    expect(results[1]!.content).toMatch(/^The file is written in windows-1252, which has no character "→"/);
  });

  it.skipIf(process.getuid?.() === 0)("a file that nobody may write", async () => {
    const prepare = ({ dir }: Shell): void => chmodSync(join(dir, "a.txt"), 0o444);
    const results = await act({ "a.txt": "x" }, [prepare, READ, write("y")]);
    expect(results[1]!.content).toMatch(/cannot be used: permission denied\.$/);
  });
});
