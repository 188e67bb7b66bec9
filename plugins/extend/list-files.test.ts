import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listFiles, type ListOptions } from "./list-files.js";

let base = "";
let dir = "";
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-list-")));
  dir = join(base, "plugin");
  mkdirSync(dir);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const markdown = (name: string): boolean => name.endsWith(".md");

function put(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), "");
  }
}

function listed(options: Partial<ListOptions> = {}, within?: string): readonly string[] {
  const from = { dir, ...(within !== undefined && { within }) };
  return listFiles(dir, from, { depth: 4, wants: markdown, ...options }).files.map((file) =>
    file.slice(dir.length + 1),
  );
}

describe("the files of a plugin", () => {
  it("are listed in order, to the depth that is asked for, without hidden folders and installed packages", () => {
    put("b.md", "a.md", "x.txt", "sub/c.md", "sub/deep/d.md", ".git/e.md", "node_modules/f.md");
    expect(listed()).toEqual(["a.md", "b.md", "sub/c.md", "sub/deep/d.md"]);
    expect(listed({ depth: 1 })).toEqual(["a.md", "b.md", "sub/c.md"]);
    expect(listed({ depth: 0 })).toEqual(["a.md", "b.md"]);
    expect(listed({ enters: (name) => name === "sub" })).toEqual(["a.md", "b.md", "sub/c.md"]);
    put("sub/deep/more/e.md");
    expect(listed({ stopAtFound: true, wants: (name) => name === "d.md" })).toEqual(["sub/deep/d.md"]);
  });

  it("are found by name where one is looked for first, without looking at what stands beside it", () => {
    put("a/SKILL.md", "a/extra.md", "b/skill.md", "b/extra.md", "c/deep/SKILL.md");
    const options = { depth: 1, probe: "SKILL.md", wants: (name: string) => /^skill\.md$/i.test(name) };
    expect(listed(options)).toEqual(["a/SKILL.md", "b/skill.md"]);
    const { folders } = listFiles(dir, { dir }, options);
    expect(folders).toEqual([dir, join(dir, "b"), join(dir, "c")]);
  });

  it("name the folders that were looked into, so that a change of one is noticed", () => {
    put("sub/a.md");
    const { folders } = listFiles(dir, { dir }, { depth: 1, wants: markdown });
    expect(folders).toEqual([dir, join(dir, "sub")]);
    expect(listFiles(join(dir, "nothing"), { dir }, { depth: 1, wants: markdown })).toMatchObject({
      files: [],
      problems: [],
    });
  });

  it("may be links that stay inside, and are not followed out of the plugin", () => {
    put("real/a.md");
    mkdirSync(join(base, "plugin-evil"));
    writeFileSync(join(base, "plugin-evil/x.md"), "");
    symlinkSync("real/a.md", join(dir, "in.md"));
    symlinkSync("../plugin-evil/x.md", join(dir, "out.md"));
    symlinkSync("../plugin-evil", join(dir, "outer"));
    symlinkSync("nowhere.md", join(dir, "gone.md"));
    expect(listed()).toEqual(["in.md", "real/a.md"]);
    const { problems } = listFiles(dir, { dir }, { depth: 4, wants: markdown });
    expect(problems.map(({ code, file }) => [code, file.slice(dir.length + 1)])).toEqual([
      ["missing", "gone.md"],
      ["path-escapes", "out.md"],
      ["path-escapes", "outer"],
    ]);
    expect(listed({}, base)).toEqual(["in.md", "out.md", "outer/x.md", "real/a.md"]);
  });

  it("end where links lead in circles", () => {
    put("sub/a.md");
    symlinkSync("..", join(dir, "sub/up"));
    symlinkSync("sub", join(dir, "again"));
    symlinkSync("loop", join(dir, "loop"));
    symlinkSync("loop.md", join(dir, "loop.md"));
    expect(listed()).toEqual(["again/a.md", "sub/a.md"]);
  });

  it("include what stands in the place of a file, for its reader to refuse", () => {
    execFileSync("mkfifo", [join(dir, "pipe.md")]);
    mkdirSync(join(dir, "folder.md"));
    expect(listed()).toEqual(["folder.md", "pipe.md"]);
  });

  it("are bounded, and what is too much is said once", () => {
    for (let at = 0; at < 20; at++) put(`sub-${at}/a.md`);
    const { files, problems } = listFiles(dir, { dir }, { depth: 4, wants: markdown, most: 25 });
    expect(files.length).toBeLessThan(20);
    expect(problems).toMatchObject([{ code: "too-many-files" }]);
  });

  it("are bounded in a folder of 100,000 entries", () => {
    const many = join(dir, "many");
    mkdirSync(many);
    execFileSync("sh", ["-c", "seq -f '%.0f.md' 1 100050 | xargs touch"], { cwd: many });
    const { files, problems } = listFiles(many, { dir }, { depth: 4, wants: markdown });
    expect(files).toHaveLength(100_000);
    expect(problems).toMatchObject([{ code: "too-many-files", file: many }]);
  });
});
