import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { KINDS } from "./kinds/kinds.js";

const PROGRAM = resolve("dist/nacre.js");
let base: string;

beforeAll(() => {
  if (!existsSync(PROGRAM)) execFileSync("npm", ["run", "build"]);
});
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-new-")));
  mkdirSync(join(base, ".git"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function nacre(...words: readonly string[]): {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
} {
  const env = {
    PATH: process.env["PATH"],
    HOME: join(base, "person"),
    NACRE_HOME: join(base, "home"),
    IS_SANDBOX: "1",
  };
  const options = { cwd: base, env, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], options);
  return { code: status, out: stdout, err: stderr };
}

describe("nacre plugin new", () => {
  it.each(Object.keys(KINDS))("makes a plugin with a %s that is valid and whose tests pass as they are", (kind) => {
    expect(nacre("plugin", "new", "fresh-one", "--with", kind)).toMatchObject({ code: 0, err: "" });
    expect(nacre("plugin", "validate", "fresh-one", "--strict").out).toMatch(
      /^ok: plugin fresh-one.*: 0 errors, 0 warnings\n$/,
    );
    const { code, out } = nacre("plugin", "test", "fresh-one");
    expect(out).toMatch(/\n\d passed\n$/);
    expect(code).toBe(0);
  });

  it("puts several kinds into one plugin, with words after --with or commas", () => {
    nacre(
      "plugin",
      "new",
      "both",
      "--with",
      "tool,hook",
      "style",
      "--description",
      "Does three things",
      "--author",
      "Ann",
    );
    const manifest = JSON.parse(readFileSync(join(base, "both", "plugin.json"), "utf8")) as object;
    expect(manifest).toMatchObject({ name: "both", description: "Does three things", author: { name: "Ann" } });
    expect(nacre("plugin", "validate", "both", "--strict").out).toContain("(1 output-style, 1 hook)");
    expect(statSync(join(base, "both", "dev.nacre", "hooks", "no-push.sh")).mode & 0o111).toBe(0o111);
  });

  it.each([
    [["Bad Name"], '"Bad Name" cannot be a plugin\'s name'],
    [["fine", "--with", "wings"], 'There is no kind "wings" for --with; there are: tool, skill, command, agent'],
    [["one", "two"], "nacre plugin new one --with two?"],
    [["demo"], 'A plugin named "demo" is loaded already'],
    [[], "Give it a name: nacre plugin new NAME."],
  ])("refuses %j with one sentence", (words, sentence) => {
    const { code, err } = nacre("plugin", "new", ...words);
    expect([code, err]).toEqual([2, expect.stringContaining(sentence) as string]);
  });

  it("overwrites nothing", () => {
    nacre("plugin", "new", "fresh-one");
    writeFileSync(join(base, "fresh-one", "README.md"), "mine");
    expect(nacre("plugin", "new", "fresh-one")).toMatchObject({ code: 2 });
    expect(readFileSync(join(base, "fresh-one", "README.md"), "utf8")).toBe("mine");
  });
});

describe("nacre skill new", () => {
  it("makes a skill of the project that is listed, valid and evaluated", () => {
    expect(nacre("skill", "new", "tidy-up").code).toBe(0);
    const dir = join(base, ".nacre", "skills", "tidy-up");
    expect(nacre("plugin", "validate", join(dir, "SKILL.md"), "--strict").code).toBe(0);
    const least = ["--min-precision", "1", "--min-recall", "1"];
    expect(nacre("skill", "eval", join(dir, "eval.yaml"), ...least).code).toBe(0);
    expect(nacre("skill", "list", "--trust-workspace").out).toContain("tidy-up");
    expect(nacre("skill", "new", "tidy-up")).toMatchObject({ code: 2 });
  });

  it("makes a skill for all projects", () => {
    nacre("skill", "new", "tidy-up", "--user");
    expect(existsSync(join(base, "home", "skills", "tidy-up", "SKILL.md"))).toBe(true);
  });
});

describe("nacre hook new", () => {
  it("makes a hook that blocks, beside those that are there", () => {
    mkdirSync(join(base, ".nacre", "hooks"), { recursive: true });
    const before = { hooks: { PreToolUse: [{ matcher: "Write", hooks: [{ type: "command", command: "true" }] }] } };
    writeFileSync(join(base, ".nacre", "hooks", "hooks.json"), JSON.stringify(before));
    expect(nacre("hook", "new", "careful").code).toBe(0);
    const config = JSON.parse(readFileSync(join(base, ".nacre", "hooks", "hooks.json"), "utf8")) as typeof before;
    expect(config.hooks.PreToolUse.map(({ matcher }) => matcher)).toEqual(["Write", "Bash"]);
    const input = join(base, ".nacre", "hooks", "careful.input.json");
    const { out } = nacre("hook", "run", "PreToolUse", "--input", input, "--trust-workspace");
    expect(out).toContain("Deleting whole folders is left to the person.");
  });

  it.each([
    [["careful", "--event", "Never"], 'There is no scaffold for the event "Never"'],
    [["a b"], '"a b" cannot be a hook\'s name'],
  ])("refuses %j with one sentence", (words, sentence) => {
    const { code, err } = nacre("hook", "new", ...words);
    expect([code, err]).toEqual([2, expect.stringContaining(sentence) as string]);
  });
});
