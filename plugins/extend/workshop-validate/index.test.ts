import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { main } from "../../../core/main.js";

let base: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-validate-")));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string | object>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), typeof content === "string" ? content : JSON.stringify(content, null, 2));
  }
}

async function validate(...words: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const stdout = new PassThrough();
  const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  const env = { HOME: join(base, "home"), NACRE_HOME: join(base, "home", ".nacre") };
  const code = await main(["--cwd", base, "plugin", "validate", ...words], { io, env, version: "0.0.0" });
  return { code, out: String(stdout.read() ?? "") };
}

const ABOUT = { version: "1.0.0", description: "Says hello", author: { name: "Somebody" } };
const SKILL = "---\nname: greet\ndescription: Greets people.\n---\nSay hello.\n";

describe("nacre plugin validate", () => {
  it("finds nothing wrong with a plugin that is whole", async () => {
    write({ "p/.claude-plugin/plugin.json": { name: "hello", ...ABOUT }, "p/skills/greet/SKILL.md": SKILL });
    expect(await validate("p", "--strict")).toEqual({
      code: 0,
      out: "ok: plugin hello (1 skill): 0 errors, 0 warnings\n",
    });
  });

  it("says where a problem is, why it matters and what to do, and fails for warnings only when told to", async () => {
    write({
      "p/.claude-plugin/plugin.json": { name: "hello", ...ABOUT, commands: "./missing/" },
      "p/commands/a.md": "---\ndescription: Use when: red\n---\nHi\n",
    });
    const { code, out } = await validate("p");
    expect(code).toBe(0);
    expect(out).toContain("p/.claude-plugin/plugin.json:8:3: warning: ");
    expect(out).toContain("[commands-path-missing]\n    The part is not there for anybody who installs the plugin.\n");
    expect((await validate("p", "--strict")).code).toBe(1);
  });

  it.each([
    [
      { provides: { tool: [{ name: "T", description: "t", inputSchema: { type: "object" }, effect: "read" }] } },
      "no-module",
    ],
    [{ main: "index.js", provides: { taps: [{ point: "PreTool" }] } }, "unknown-point"],
    [
      { main: "index.js", provides: { tool: [{ name: "T", inputSchema: { type: "object" }, effect: "read" }] } },
      "tool-without-description",
    ],
    [{ main: "index.js", provides: { tool: [{ name: "T", description: "t", effect: "read" }] } }, "tool-schema"],
    [
      { main: "index.js", provides: { tool: [{ name: "T", description: "t", inputSchema: { type: "object" } }] } },
      "tool-effect",
    ],
    [{ main: "index.js", provides: { subcommand: [{}] } }, "item-without-name"],
    [{ main: "index.js", settings: { properties: { a: { type: "string" } } } }, "setting-without-description"],
  ])("refuses a promise that cannot be kept: %j is %s", async (own, code) => {
    write({
      "p/plugin.json": { name: "hello", ...ABOUT, extensions: { "dev.nacre": own } },
      ...("main" in own && { "p/index.js": "export default () => {};\n" }),
    });
    const verdict = await validate("p", "--json");
    const { ok, problems } = JSON.parse(verdict.out) as { ok: boolean; problems: { code: string; line: number }[] };
    expect([verdict.code, ok]).toEqual([1, false]);
    expect(problems.filter((problem) => problem.code === code)).toMatchObject([{ line: expect.any(Number) as number }]);
  });

  it("reads the folder of a project as such: no advice for those who publish, no agent without a name", async () => {
    write({ ".nacre/NACRE.md": "Be kind.\n", ".nacre/agents/a.md": "---\ndescription: A.\n---\nA.\n" });
    const { problems } = JSON.parse((await validate(".nacre", "--json")).out) as { problems: object[] };
    expect(problems).toMatchObject([{ code: "no-name", message: "It has no name, so it is not taken for an agent." }]);
  });

  it("names the line of a module that cannot be read, and runs nothing of one that can", async () => {
    const own = { "dev.nacre": { main: "index.mjs", provides: { taps: [{ point: "PreToolUse" }] } } };
    write({ "p/plugin.json": { name: "p", ...ABOUT, extensions: own }, "p/index.mjs": "let a;\nsyntax error here\n" });
    const { code, out } = await validate("p");
    expect(code).toBe(1);
    expect(out).toContain(
      "p/index.mjs:2: error: The module cannot be read: Unexpected identifier 'error'. [module-syntax]",
    );
    write({ "p/index.mjs": "import 'nowhere';\nprocess.exit(9);\nexport default () => {};\n" });
    expect((await validate("p")).out).toBe("ok: plugin p: 0 errors, 0 warnings\n");
  });

  it("advises what other clients and people would miss", async () => {
    write({
      "p/.claude-plugin/plugin.json": { name: "Hello" },
      "p/CLAUDE.md": "Be kind.\n",
      "p/commands/Go.md": "Go.\n",
      "p/commands/go.md": "Go.\n",
    });
    const { problems } = JSON.parse((await validate("p", "--json")).out) as { problems: { code: string }[] };
    const codes = problems.map(({ code }) => code);
    for (const code of [
      "no-version",
      "no-description",
      "no-author",
      "name-not-kebab",
      "guidelines-in-plugin",
      "case-collision",
      "same-name",
    ]) {
      expect(codes).toContain(code);
    }
  });

  it("checks a marketplace, each entry by itself, and the plugins beside it", async () => {
    write({
      "m/.claude-plugin/marketplace.json": {
        name: "market",
        owner: { name: "Somebody" },
        plugins: [
          { name: "hello", source: "./hello" },
          { name: "gone", source: "./gone" },
          { name: "out", source: "./out" },
          { name: "up", source: "../hello" },
          { name: "hello", source: "./hello" },
          { name: "npm", source: { source: "npm" } },
          { name: "what", source: { source: "ftp" } },
          "nothing",
        ],
      },
      "m/hello/.claude-plugin/plugin.json": { name: "hello", ...ABOUT },
      "m/hello/skills/greet/SKILL.md": SKILL,
      "elsewhere/a.txt": "a",
    });
    symlinkSync(join(base, "elsewhere"), join(base, "m", "out"));
    const { code, out } = await validate("m", "--json");
    const { problems, holds } = JSON.parse(out) as { problems: { code: string; line: number }[]; holds: object };
    expect([code, holds]).toEqual([1, { plugin: 4, "plugin here": 1 }]);
    expect(problems.map((problem) => problem.code).toSorted()).toEqual(
      [
        "entry-shape",
        "entry-source",
        "entry-source",
        "path-escapes",
        "path-escapes",
        "path-missing",
        "same-name",
      ].toSorted(),
    );
    for (const { line } of problems) expect(line).toBeGreaterThan(5);
  });

  it.each([
    ["skills/greet/SKILL.md", SKILL, "skill"],
    ["agents/reviewer.md", "---\nname: reviewer\ndescription: Reviews\n---\nReview.\n", "agent"],
    ["commands/go.md", "---\ndescription: Goes\n---\nGo.\n", "command"],
    ["output-styles/calm.md", "---\nname: calm\ndescription: Calm\n---\nBe calm.\n", "output-style"],
  ])("checks the single file %s", async (path, text, kind) => {
    write({ [path]: text });
    expect(JSON.parse((await validate(path, "--json")).out)).toMatchObject({ ok: true, holds: { [kind]: 1 } });
  });

  it("prints annotations beside the lines they are about", async () => {
    write({ "p/.claude-plugin/plugin.json": '{\n  "name": "hello",\n  "commands": "../out"\n}\n' });
    const { out } = await validate("p", "--github");
    expect(out).toMatch(/^::(error|warning) file=p\/\.claude-plugin\/plugin\.json,line=3,col=3,title=path-escapes::/m);
  });

  it("says clearly that there is nothing to check", async () => {
    await expect(validate("nowhere")).rejects.toThrow(`${base}/nowhere does not exist.`);
    write({ "notes.txt": "n" });
    await expect(validate("notes.txt")).rejects.toThrow("is neither a SKILL.md nor");
  });

  it("gives no control sequence of a file to the terminal", async () => {
    write({ "p/.claude-plugin/plugin.json": { name: "hello\u001b[31m", ...ABOUT } });
    expect((await validate("p")).out).not.toContain("\u001b");
  });
});
