import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inside, isPlainlyBelow, leaves } from "./inside.js";

let base = "";
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-inside-")));
  for (const dir of ["plugin/skills", "plugin-evil"]) mkdirSync(join(base, dir), { recursive: true });
  writeFileSync(join(base, "plugin/a.md"), "");
  writeFileSync(join(base, "plugin-evil/a.md"), "");
  symlinkSync("../../plugin-evil/a.md", join(base, "plugin/skills/out.md"));
  symlinkSync("../a.md", join(base, "plugin/skills/in.md"));
  symlinkSync("loop", join(base, "plugin/loop"));
  symlinkSync("plugin", join(base, "other-name"));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe("a path of a plugin", () => {
  it.each([
    ["a.md", { real: "plugin/a.md" }],
    [".", { real: "plugin" }],
    ["skills/../a.md", { real: "plugin/a.md" }],
    ["skills/in.md", { real: "plugin/a.md" }],
    ["skills/out.md", { why: "outside" }],
    ["../plugin-evil/a.md", { why: "outside" }],
    ["../plugin/a.md", { real: "plugin/a.md" }],
    ["../nothing-there", { why: "outside" }],
    ["nothing-there", { why: "missing" }],
    ["a.md/below-a-file", { why: "missing" }],
    ["loop", { why: "loop" }],
  ])("%s is judged by where it really leads", (path, expected) => {
    const found = inside(join(base, "plugin"), path);
    expect(found).toEqual("real" in expected ? { real: join(base, expected.real!) } : expected);
  });

  it("may be absolute, and the folder may be named through a link", () => {
    expect(inside(join(base, "other-name"), join(base, "plugin/a.md"))).toEqual({ real: join(base, "plugin/a.md") });
    expect(inside(join(base, "other-name"), join(base, "plugin-evil/a.md"))).toEqual({ why: "outside" });
  });

  it.each([
    ["..", true],
    ["../x", true],
    ["a/../../x", true],
    ["/x", true],
    ["..x/y", false],
    ["a/../b", false],
  ])("%s is written as a way out: %s", (path, expected) => expect(leaves(path)).toBe(expected));

  it.each([
    [".", true],
    ["skills", true],
    ["skills/deep", true],
    ["link", false],
    ["link/below", false],
    ["a.md", false],
    ["nothing", false],
    ["skills/../skills", false],
    ["../plugin-evil", false],
  ])("%s lies below without a link on the way: %s", (path, expected) => {
    mkdirSync(join(base, "plugin/skills/deep"), { recursive: true });
    mkdirSync(join(base, "plugin-evil/below"), { recursive: true });
    rmSync(join(base, "plugin/link"), { force: true });
    symlinkSync("../plugin-evil", join(base, "plugin/link"));
    const root = join(base, "plugin");
    expect(isPlainlyBelow(root, path === "." ? root : `${root}/${path}`)).toBe(expected);
  });
});
