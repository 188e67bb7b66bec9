import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Package } from "../../../schemas/parts.js";
import { readSkills } from "./read-skills.js";

let dir = "";
beforeEach(() => void (dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-skills-")))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

async function read(paths: readonly string[], strict = false): Promise<{ names: string[]; codes: string[] }> {
  const base = { name: "demo", dir, format: "plain", state: "none", usable: true, strict } as const;
  const from: Package = { ...base, manifest: { name: "demo" }, fields: {}, places: {}, problems: [], files: [] };
  const { parts, problems } = await readSkills(
    paths.map((path) => ({ path: join(dir, path) })),
    from,
  );
  return { names: parts.map(({ name }) => name), codes: problems.map(({ code }) => code) };
}

const text = (name: string): string => `---\nname: ${name}\ndescription: d\n---\n`;

it("finds skills one level below a folder, and not deeper", async () => {
  write({ "skills/a/SKILL.md": text("a"), "skills/b/c/SKILL.md": text("c"), "skills/d/other.md": "x" });
  expect(await read(["skills"])).toEqual({ names: ["a"], codes: [] });
});

it("takes a folder or a SKILL.md that is named itself, each once", async () => {
  write({ "lib/x/SKILL.md": text("x"), "lib/x/deep/SKILL.md": text("deep"), "y/SKILL.md": text("y") });
  expect(await read(["lib/x", "y/SKILL.md", "y", "lib"])).toEqual({ names: ["x", "y"], codes: [] });
});

it("loads a link to a folder of the same plugin once, and none that leads out", async () => {
  write({ "skills/a/SKILL.md": text("a") });
  symlinkSync(join(dir, "skills/a"), join(dir, "skills/z"));
  symlinkSync("/etc", join(dir, "skills/out"));
  const { names, codes } = await read(["skills"]);
  expect(names).toEqual(["a"]);
  expect(codes).toContain("path-escapes");
});

it("reads leniently what the standard refuses", async () => {
  write({
    "skills/a/skill.md": text("a"),
    "skills/Bad Name/SKILL.md": "A paragraph.",
    "skills/SKILL.md": text("stray"),
  });
  const lenient = await read(["skills"]);
  expect(lenient.names.sort()).toEqual(["Bad Name", "a"]);
  expect(lenient.codes.sort()).toEqual(["skill-file-name", "skill-place"]);
  expect((await read(["skills"], true)).names).toEqual([]);
});
