import { execFileSync } from "node:child_process";
import { lutimesSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Shell } from "../../../test/boot.js";
import { act, textOf, type Act } from "../testing.js";

const ls = (more: object = {}): Act => ["LS", more];

/** A folder with one of each, with known times. */
function furnish({ dir }: Shell): void {
  mkdirSync(join(dir, "z-folder"));
  writeFileSync(join(dir, "big.bin"), Buffer.alloc(12_345));
  writeFileSync(join(dir, ".hidden"), "");
  writeFileSync(join(dir, "a.txt"), "hello");
  symlinkSync("a.txt", join(dir, "link"));
  execFileSync("mkfifo", [join(dir, "pipe")]);
  const at = (minutes: number): Date => new Date(2026, 0, 2, 3, minutes);
  for (const [place, name] of [".hidden", "a.txt", "big.bin", "pipe", "z-folder"].entries())
    utimesSync(join(dir, name), at(place), at(place));
  lutimesSync(join(dir, "link"), at(9), at(9));
}

const namesIn = (text: string): readonly string[] => text.split("\n").map((line) => line.split(" ").at(-1)!);

describe("LS lists a folder", () => {
  it("by name, folders first, with kind, size and time", async () => {
    expect(await textOf({}, furnish, ls())).toBe(
      [
        "folder         - 2026-01-02 03:04 z-folder/",
        "file           0 2026-01-02 03:00 .hidden",
        "file           5 2026-01-02 03:01 a.txt",
        "file       12345 2026-01-02 03:02 big.bin",
        "link           5 2026-01-02 03:09 link -> a.txt",
        "pipe           0 2026-01-02 03:03 pipe",
      ].join("\n"),
    );
  });

  it.each([
    ["size", ["big.bin", "a.txt", "a.txt", ".hidden", "pipe", "z-folder/"]],
    ["time", ["a.txt", "z-folder/", "pipe", "big.bin", "a.txt", ".hidden"]],
  ])("by %s", async (sort, names) => {
    expect(namesIn(await textOf({}, furnish, ls({ sort })))).toEqual(names);
  });

  it("without what is to be ignored", async () => {
    const text = await textOf({}, furnish, ls({ ignore: ["*.{bin,txt}", "z-*", "link", "p?pe"] }));
    expect(namesIn(text)).toEqual([".hidden"]);
  });

  it("that is named, from the session's folder, the home folder or the root", async () => {
    const results = await act({ "sub/x": "" }, [
      ls({ path: "sub" }),
      ls({ path: "~/../work/sub" }),
      ls({ path: "/proc/self/fd" }),
    ]);
    expect(results.slice(0, 2).map(({ content }) => namesIn(String(content)))).toEqual([["x"], ["x"]]);
    expect(results[2]!.isError).toBe(false);
  });

  it("and gives programs the facts", async () => {
    const [result] = await act({ "a.txt": "hello" }, [ls()]);
    expect(result!.details).toEqual({
      path: expect.stringMatching(/^\//),
      entries: [{ name: "a.txt", type: "file", size: 5, mtimeMs: expect.any(Number) }],
      total: 1,
      truncated: false,
    });
  });

  it("or says that there is nothing in it", async () => {
    expect(await textOf({}, ls())).toMatch(/^\(.* is empty\.\)$/);
  });

  it("with names that break lines shown on one line", async () => {
    expect(namesIn(await textOf({ "a\nfile\u001b[2J": "" }, ls()))).toEqual(["a\\nfile\\x1b[2J"]);
  });
});

describe("LS is bounded", () => {
  it.each(["name", "time"])("for a folder of 20,000 entries by %s, saying how many there are", async (sort) => {
    const fill = ({ dir }: Shell): void => {
      mkdirSync(join(dir, "huge"));
      execFileSync("sh", ["-c", "seq 20000 | xargs touch"], { cwd: join(dir, "huge") });
    };
    const [result] = await act({}, [fill, ls({ path: "huge", sort })]);
    const lines = String(result!.content).split("\n");
    expect(lines.length).toBeGreaterThan(700);
    expect(String(result!.content).length).toBeLessThan(31_000);
    expect(lines.at(-1)).toBe(`(${lines.length - 1} of 20000 entries; leave some out with ignore, or use Glob.)`);
  });
});

describe("LS refuses", () => {
  it.each([
    ["a file", "a.txt", /a\.txt is a file: use Read\.$/],
    ["what is not there", "none", /none does not exist\.$/],
    ["a path through a file", "a.txt/b", /does not exist: a part of its path is a file\.$/],
  ])("%s", async (_what, path, message) => {
    const [result] = await act({ "a.txt": "" }, [ls({ path })]);
    expect(result).toMatchObject({ isError: true, content: expect.stringMatching(message) });
  });
});
