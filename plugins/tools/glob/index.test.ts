import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import type { Shell } from "../../../test/boot.js";
import { act, FILE_TOOLS, textOf, type Act } from "../testing.js";

const glob = (pattern: string, more: object = {}): Act => ["Glob", { pattern, ...more }];

async function found(files: Record<string, string>, ...acts: readonly Act[]): Promise<readonly string[]> {
  return (await textOf(files, ...acts)).split("\n").toSorted();
}

const TREE = {
  "a.ts": "",
  "b.js": "",
  "src/c.ts": "",
  "src/deep/d.ts": "",
  "src/deep/e.tsx": "",
  ".github/w.yml": "",
  "we ird/[x].ts": "",
};

describe("Glob finds files", () => {
  it.each([
    ["*.ts", ["a.ts", "src/c.ts", "src/deep/d.ts", "we ird/[x].ts"]],
    ["src/*.ts", ["src/c.ts"]],
    ["src/**/*.{ts,tsx}", ["src/c.ts", "src/deep/d.ts", "src/deep/e.tsx"]],
    ["./src/**/d.*", ["src/deep/d.ts"]],
    ["**/*.yml", [".github/w.yml"]],
    ["src/deep/d.ts", ["src/deep/d.ts"]],
    ["we ird/\\[x].ts", ["we ird/[x].ts"]],
    ["none/**", ["No files found."]],
    ["*.none", ["No files found."]],
    ["src", ["No files found."]],
  ])("by %s", async (pattern, files) => {
    expect(await found(TREE, glob(pattern))).toEqual(files.toSorted());
  });

  it("below a folder, and shows them from the session's folder", async () => {
    expect(await found(TREE, glob("*.ts", { path: "src" }))).toEqual(["src/c.ts", "src/deep/d.ts"]);
    expect(await found(TREE, glob("d*", { path: "~/../work/src" }))).toEqual(["src/deep/d.ts"]);
  });

  it("by a pattern that begins with the folder itself", async () => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-glob-")));
    writeFileSync(join(dir, "a.ts"), "");
    const results = await act(undefined, [glob(`${dir}/*.ts`), glob("*.ts", { path: dir })], { dir });
    rmSync(dir, { recursive: true });
    expect(results.map(({ content }) => content)).toEqual(["a.ts", "a.ts"]);
  });

  it("the newest first, with facts for programs", async () => {
    const date = ({ dir }: Shell): void => {
      for (const [place, name] of ["a.ts", "src/c.ts", "src/deep/d.ts"].entries())
        utimesSync(join(dir, name), 1_000 - place, 1_000 - place);
      utimesSync(join(dir, "we ird/[x].ts"), 2_000, 2_000);
    };
    const [result] = await act(TREE, [date, glob("**/*.ts")]);
    const filenames = ["we ird/[x].ts", "a.ts", "src/c.ts", "src/deep/d.ts"];
    expect(result!.content).toBe(filenames.join("\n"));
    expect(result!.details).toEqual({ filenames, numFiles: 4, durationMs: expect.any(Number), truncated: false });
  });

  it("at most 100 of them, saying how many there are", async () => {
    const files = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`${index}.txt`, ""]));
    const [result] = await act(files, [glob("*.txt")]);
    const lines = String(result!.content).split("\n");
    expect(lines).toHaveLength(101);
    expect(lines[100]).toBe("(The newest 100 of 130 files; narrow the pattern or the path.)");
    expect(result!.details).toMatchObject({ numFiles: 100, truncated: true });
  });

  it("with names that break lines shown on one line", async () => {
    expect(await found({ "a\nb\u001b[31m.ts": "" }, glob("*.ts"))).toEqual(["a\\nb\\x1b[31m.ts"]);
  });
});

describe("Glob leaves out", () => {
  it("what ignore files name, in every folder, in and out of repositories", async () => {
    const files = {
      ".gitignore": "*.log\n/out/\n!keep.log\n",
      ".ignore": "secret.txt\n",
      "a.log": "",
      "keep.log": "",
      "secret.txt": "",
      "out/b.txt": "",
      "sub/.gitignore": "c.txt\n",
      "sub/c.txt": "",
      "sub/d.txt": "",
      "c.txt": "",
    };
    expect(await found(files, glob("**/*.{txt,log}"))).toEqual(["c.txt", "keep.log", "sub/d.txt"]);
    expect(await found(files, glob("*.log"))).toEqual(["keep.log"]);
  });

  it("the folders of version control", async () => {
    expect(await found({ ".git/config": "", ".hg/x": "", "sub/.git/y": "", a: "" }, glob("**"))).toEqual(["a"]);
  });

  it("what lies behind a link", async () => {
    const link = ({ dir, home }: Shell): void => {
      mkdirSync(join(home, "outside"));
      writeFileSync(join(home, "outside/x.txt"), "");
      symlinkSync(join(home, "outside"), join(dir, "link"));
    };
    expect(await found({}, link, glob("**/*.txt"))).toEqual(["No files found."]);
    expect(await found({}, link, glob("link/**"))).toEqual(["No files found."]);
  });

  it("what the permission gate does not let anybody read", async () => {
    const gate: Plugin = {
      name: "gate",
      setup: (ctx) => {
        const service = { mayRead: (_session: unknown, path: string) => !path.endsWith("/.env") } as never;
        ctx.add("service", { name: "permissions", service });
      },
    };
    const options = { plugins: [...FILE_TOOLS, gate] };
    const results = await act({ ".env": "x", a: "x" }, [glob("**"), ["Grep", { pattern: "x" }]], options);
    expect(results[0]!.content).toBe("a");
    expect(results[1]!.content).toBe("a\n(1 file was left out: reading is not allowed.)");
  });
});

describe("Glob refuses", () => {
  it.each([
    [
      "a pattern that leads out of its folder",
      { pattern: "../*" },
      /^The pattern leads out of .*: give the folder it means as path\.$/,
    ],
    ["an absolute pattern elsewhere", { pattern: "/etc/*" }, /^The pattern leads out of /],
    ["a pattern of another home", { pattern: "~/*" }, /^The pattern leads out of /],
    ["an empty pattern", { pattern: "" }, /^The pattern is empty\.$/],
    ["a folder that is not there", { pattern: "*", path: "none" }, /none does not exist\.$/],
    ["a file as its folder", { pattern: "*", path: "a.txt" }, /^a\.txt is a file; path must be a folder\.$/],
  ])("%s", async (_what, input, message) => {
    const [result] = await act({ "a.txt": "" }, [["Glob", input]]);
    expect(result).toMatchObject({ isError: true, content: expect.stringMatching(message) });
  });
});
