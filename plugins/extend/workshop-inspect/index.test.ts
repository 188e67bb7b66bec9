import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { main } from "../../../core/main.js";
import { UserError } from "../../../schemas/errors.js";

let base: string;
beforeEach(() => void (base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-inspect-")))));
afterEach(() => rmSync(base, { recursive: true, force: true }));

function write(files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(base, "work", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
}

async function run(...words: readonly string[]): Promise<string> {
  mkdirSync(join(base, "work"), { recursive: true });
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on("data", (chunk: Buffer) => void chunks.push(chunk));
  const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  const env = { PATH: process.env["PATH"], HOME: base, NACRE_HOME: join(base, ".nacre") };
  const argv = ["--cwd", join(base, "work"), "plugin", "inspect", ...words];
  expect(await main(argv, { io, env, version: "1.2.3" })).toBe(0);
  return Buffer.concat(chunks).toString("utf8");
}

const DEMO = {
  "demo/.claude-plugin/plugin.json": { name: "demo" },
  "demo/commands/db/migrate.md": "Migrate.",
  "demo/agents/deep/helper.md": "---\nname: helper\ndescription: Helps: a lot\n---\nHelp.",
  "demo/hooks/hooks.json": { hooks: { Stop: [{ hooks: [{ type: "command", command: "touch ran" }] }] } },
  "demo/.mcp.json": { mcpServers: { srv: { command: "touch", args: ["ran"] } } },
};

describe("nacre plugin inspect", () => {
  it("lists what a folder holds, in the shape that --json promises", async () => {
    write(DEMO);
    const report = JSON.parse(await run("demo", "--json")) as object;
    expect(report).toEqual({
      name: "demo",
      manifest: "ok",
      commands: [{ name: "db:migrate", file: "commands/db/migrate.md", hasDescription: false, noFrontmatter: true }],
      skills: [],
      agents: [
        { name: "helper", file: "agents/deep/helper.md", scope: "deep", hasDescription: true, yamlNeedsRecovery: true },
      ],
      hooks: { events: { Stop: 1 }, total: 1 },
      mcpServers: ["srv"],
      lspServers: [],
      outputStyles: [],
      issues: ["front-matter-recovered"],
    });
  });

  it("tells people the same, with file, line and column of what is wrong", async () => {
    write(DEMO);
    const text = await run("demo");
    expect(text).toMatch(
      /^demo {2}\(manifest: ok\)\n {2}commands: \/db:migrate\n {2}agents: helper\n {2}hooks: Stop 1\n/,
    );
    expect(text).toMatch(/warning: .*not valid YAML.* \(.*helper\.md:3:\d+\)/);
  });

  it("shows names as they are but steers no terminal", async () => {
    write({ "odd/agents/x.md": '---\nname: "a\\e[31mb"\ndescription: d\n---\nx' });
    expect(await run("odd")).toContain("agents: a\\x1b[31mb");
  });

  it("writes JSON that steers none either, and says the same", async () => {
    const name = "s\u009b31m\u202e\u2028\u007f\u001b[2J";
    write({ "demo/output-styles/s.md": `---\nname: ${JSON.stringify(name)}\ndescription: d\n---\nx` });
    const said = await run("demo", "--json");
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(said).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]/);
    expect((JSON.parse(said) as { outputStyles: string[] }).outputStyles).toEqual([name.replace("\u202e", "")]);
  });

  it.each(["./README.md/x", "./loop", "./a\0b"])("counts an entry whose folder cannot be: %j", async (source) => {
    write({ ".claude-plugin/marketplace.json": { name: "m", plugins: [{ name: "x", source }] }, "README.md": "" });
    symlinkSync("loop", join(base, "work/loop"));
    const report = JSON.parse(await run("--marketplace", ".claude-plugin/marketplace.json", "--json")) as object;
    expect(report).toMatchObject({ entries: 1, sourceKinds: { path: 1 }, pluginsPresentHere: [] });
  });

  it("reads through a marketplace's entry", async () => {
    const plugins = [{ name: "listed", source: "./demo", commands: ["./extra.md"] }];
    write({ ...DEMO, ".claude-plugin/marketplace.json": { name: "m", plugins }, "demo/extra.md": "Extra." });
    const words = ["demo", "--marketplace", ".claude-plugin/marketplace.json", "--entry", "listed", "--json"];
    expect(JSON.parse(await run(...words))).toMatchObject({
      name: "listed",
      entry: { marketplace: ".claude-plugin/marketplace.json", name: "listed" },
      commands: [{ name: "extra" }],
    });
  });

  it("gives each folder of a batch its line, also where one is missing", async () => {
    write({
      ...DEMO,
      "batch.json": [
        { id: 1, dir: "demo" },
        { id: 2, dir: "none" },
        "odd",
        { id: 3, file: "demo/agents/deep/helper.md" },
      ],
    });
    const lines = (await run("--batch", "batch.json"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { id: 1, name: "demo" },
      { id: 2, error: expect.stringContaining("is not a folder") as unknown },
      { id: null, error: expect.any(String) as unknown },
      { id: 3, kind: "agent", name: "helper", description: { startsWith: "Helps: a lot" } },
    ]);
  });

  it("says that a broken manifest is broken", async () => {
    write({ "bad/plugin.json": "{", "bad/commands/x.md": "x" });
    expect(JSON.parse(await run("bad", "--json"))).toMatchObject({
      name: "bad",
      manifest: "broken",
      commands: [],
      issues: ["not-json"],
    });
  });

  it("runs no code and starts nothing", async () => {
    write({
      "code/plugin.json": { name: "code", extensions: { "dev.nacre": { main: "index.mjs" } } },
      "code/index.mjs": "import { writeFileSync } from 'node:fs'; writeFileSync('ran', ''); throw new Error('it ran');",
      "code/skills/one/SKILL.md": "---\nname: one\ndescription: d\n---\n!`touch ran`\n",
    });
    expect(JSON.parse(await run("code", "--json"))).toMatchObject({ skills: [{ name: "one" }] });
  });

  it.each([
    [["none"], /none is not a folder/],
    [[], /Say what to look at/],
    [["a", "b"], /One folder at a time/],
    [[".", "--entry", "x"], /--entry needs --marketplace/],
    [["--file", "x.md"], /Say what .*x\.md is: --kind skill/],
    [["--file", "x.md", "--kind", "skill"], /x\.md does not exist/],
    [["--batch", "none.json"], /none\.json does not exist/],
  ])("refuses %j with one sentence", async (words, sentence) => {
    await expect(run(...words)).rejects.toThrow(UserError);
    await expect(run(...words)).rejects.toThrow(sentence);
  });

  it("is neither held up nor brought down by a hostile folder, and keeps what is sound", async () => {
    write({
      "evil/.claude-plugin/plugin.json": { name: "evil" },
      "evil/commands/fine.md": "Fine.",
      "evil/skills/fine/SKILL.md": "---\nname: fine\ndescription: d\n---\nx",
      "evil/skills/bomb/SKILL.md": `---\nname: bomb\na: &a [x]\nb: &b [${"*a,".repeat(99)}*a]\nc: [${"*b,".repeat(99)}*b]\n---\nx`,
      "evil/skills/js/SKILL.md": "---js\n{ name: require('fs').writeFileSync('ran', '') }\n---\nx",
      "evil/skills/proto/SKILL.md": "---\n__proto__: { usable: false }\nname: proto\ndescription: d\n---\nx",
    });
    const at = (path: string): string => join(base, "work/evil", path);
    for (const path of ["commands/pipe.md", "agents", ".mcp.json", "skills/pipe"]) execFileSync("mkfifo", [at(path)]);
    mkdirSync(at("hooks/hooks.json"), { recursive: true });
    mkdirSync(at("commands/folder.md"));
    writeFileSync(at("commands/huge.md"), "x");
    truncateSync(at("commands/huge.md"), 50 * 1024 * 1024);
    symlinkSync("/etc/passwd", at("commands/passwd.md"));
    symlinkSync("/dev/zero", at("commands/zero.md"));
    symlinkSync("loop.md", at("commands/loop.md"));
    symlinkSync("..", at("commands/up"));
    const report = JSON.parse(await run("evil", "--json")) as Record<
      "commands" | "skills",
      { readonly name: string }[]
    >;
    expect(report.commands.map(({ name }) => name)).toContain("fine");
    expect(report.commands.map(({ name }) => name)).not.toContain("passwd");
    expect(report.skills.map(({ name }) => name)).toEqual(["bomb", "fine", "js", "proto"]);
  });
});
