import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Catalogue, Inventory, PackageContext } from "../../../schemas/parts.js";
import { boot, say, type Shell } from "../../../test/boot.js";

let shell: Shell;
let catalogue: Catalogue;
let dir: string;
let count = 0;

beforeAll(async () => {
  const readers = [
    "plugin-folders",
    "agent-plugins",
    "claude",
    "gemini",
    "server-files",
    "skills",
    "commands",
    "agents",
  ];
  shell = await boot({ plugins: [...readers, "output-styles", "shell-hooks"], script: [say("")] });
  catalogue = (await shell.kernel.service("catalogue"))!;
});
afterAll(() => shell[Symbol.asyncDispose]());
beforeEach(() => void (dir = join(shell.dir, `plugin-${++count}`)));

function write(files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
}

const skill = (name: string): string => `---\nname: ${name}\ndescription: d\n---\nx\n`;
const agent = (name: string): string => `---\nname: ${name}\ndescription: d\n---\nx\n`;

const PARTS = {
  "skills/usual/SKILL.md": skill("usual"),
  "more/extra/SKILL.md": skill("extra"),
  "commands/usual.md": "Usual.",
  "other/special.md": "Special.",
  "agents/usual.md": agent("usual"),
  "agents/deep/inner.md": agent("inner"),
  "hooks/hooks.json": { hooks: { Stop: [{ hooks: [{ type: "command", command: "true" }] }] } },
  ".mcp.json": { mcpServers: { usual: { command: "srv" } } },
};

async function read(manifest: object | undefined, entry?: object): Promise<Inventory> {
  write(PARTS);
  if (manifest) write({ ".claude-plugin/plugin.json": manifest });
  return catalogue.inspect(dir, entry ? { entry: entryOf(entry) } : {});
}

function entryOf(value: object): NonNullable<PackageContext["entry"]> {
  const file = join(shell.dir, "marketplace.json");
  writeFileSync(file, JSON.stringify({ name: "m", plugins: [value] }, null, 1));
  return { value: { name: "listed", source: "./plugin", ...value }, file, root: shell.dir };
}

function names({ parts }: Inventory, kind: string): string[] {
  return parts.filter((part) => part.kind === kind).map(({ name }) => name);
}

describe("a Claude-style folder", () => {
  it("is found by its manifest, its parts in the usual places", async () => {
    const found = await read({ name: "demo", version: "1.0.0" });
    expect(found.package).toMatchObject({ name: "demo", format: "claude", state: "ok", strict: false });
    expect(names(found, "skill")).toEqual(["usual"]);
    expect(names(found, "command")).toEqual(["usual"]);
    expect(names(found, "agent").toSorted()).toEqual(["inner", "usual"]);
    expect(names(found, "mcp-server")).toEqual(["usual"]);
    expect(names(found, "hook")).toHaveLength(1);
  });

  it("needs no manifest", async () => {
    const found = await read(undefined);
    expect(found.package).toMatchObject({ name: `plugin-${count}`, state: "none", usable: true });
    expect(names(found, "skill")).toEqual(["usual"]);
  });

  it.each([
    ["no JSON", "{ name: "],
    ["no object", "[1]"],
  ])("is not loaded when its manifest is %s", async (_, text) => {
    write(PARTS);
    write({ ".claude-plugin/plugin.json": text });
    expect(await catalogue.inspect(dir)).toMatchObject({ package: { state: "broken", usable: false }, parts: [] });
  });

  it("adds listed skills and puts listed commands and agents in the place of the usual folders", async () => {
    const found = await read({
      name: "demo",
      skills: ["./more", "./skills/usual/SKILL.md"],
      commands: "./other/",
      agents: ["./agents/usual.md"],
    });
    expect(names(found, "skill").toSorted()).toEqual(["extra", "usual"]);
    expect(names(found, "command")).toEqual(["special"]);
    expect(names(found, "agent")).toEqual(["usual"]);
    expect(found.problems.map(({ code }) => code)).toEqual(["skills-path-is-file", "commands-default-ignored"]);
  });

  it("takes a map of commands with files and texts", async () => {
    const found = await read({
      name: "demo",
      commands: {
        one: { source: "./other/special.md", description: "First." },
        two: { content: "Do it.", argumentHint: "[x]", allowedTools: ["Read"] },
        three: {},
        four: { source: "../out.md" },
      },
    });
    const commands = found.parts.filter(({ kind }) => kind === "command");
    expect(commands.map(({ name, data }) => [name, data["description"]])).toEqual([
      ["one", "First."],
      ["two", "Do it."],
    ]);
    expect(commands[1]!.data).toMatchObject({ argumentHint: "[x]", allowedTools: ["Read"], content: "Do it." });
    expect(found.problems.map(({ code }) => code)).toEqual([
      "commands-map",
      "path-escapes",
      "commands-default-ignored",
    ]);
  });

  it.each([
    ["../more", "path-escapes"],
    ["/etc", "path-escapes"],
    ["./skills/../../x", "path-escapes"],
    ["./missing", "skills-path-missing"],
    ["more", "skills-path-no-dot-slash"],
    [5, "skills-type"],
  ])("names what is wrong with the path %j and loads the rest", async (path, code) => {
    const found = await read({ name: "demo", skills: ["./more/extra", path] });
    expect(names(found, "skill").toSorted()).toEqual(["extra", "usual"]);
    expect(found.problems).toMatchObject([{ code, file: join(dir, ".claude-plugin/plugin.json"), line: 1 }]);
  });

  it("does not follow links out of the plugin", async () => {
    write({ ".claude-plugin/plugin.json": { name: "demo", skills: "./link" } });
    symlinkSync(shell.dir, join(dir, "link"));
    const found = await catalogue.inspect(dir);
    expect(found.parts).toEqual([]);
    expect(found.problems).toMatchObject([{ code: "path-escapes", severity: "error" }]);
  });

  it("loads hooks from file and manifest, each once", async () => {
    const inline = { PreToolUse: [{ matcher: "Bash", hooks: [{ type: "command", command: "true" }] }] };
    const found = await read({ name: "demo", hooks: ["./hooks/hooks.json", inline] });
    expect(names(found, "hook")).toHaveLength(2);
    expect(found.problems).toMatchObject([{ severity: "info", code: "hooks-file-declared-twice" }]);
  });

  it("reports a bundle of servers as unsupported and loads the others", async () => {
    const servers = ["https://example.com/x.mcpb", "./local.dxt", { inline: { url: "https://example.com" } }];
    const found = await read({ name: "demo", mcpServers: servers });
    expect(names(found, "mcp-server").toSorted()).toEqual(["inline", "usual"]);
    expect(found.problems.filter(({ code }) => code === "mcpServers-bundle")).toHaveLength(2);
  });

  it("takes an author as text and a repository as a map, and says so", async () => {
    const found = await read({ name: "demo", author: "Someone", repository: { url: "x" }, keywords: "x", odd: 1 });
    expect(found.package.usable).toBe(true);
    expect(found.problems.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      "field-type warning",
      "field-type warning",
      "field-type warning",
      "unknown-field info",
    ]);
  });

  it("takes a SKILL.md at the root only where there is no other skill", async () => {
    write({ "SKILL.md": skill("root"), ".claude-plugin/plugin.json": { name: "demo" } });
    expect(names(await catalogue.inspect(dir), "skill")).toEqual(["root"]);
    write({ "skills/usual/SKILL.md": skill("usual") });
    expect(names(await catalogue.inspect(dir), "skill")).toEqual(["usual"]);
  });

  it("that holds skills one level too high is told so", async () => {
    write({ "one/SKILL.md": skill("one"), "two/SKILL.md": skill("two") });
    const found = await catalogue.inspect(dir);
    expect(found.parts).toEqual([]);
    expect(found.problems).toMatchObject([{ code: "skills-one-level-up" }]);
  });

  it("is namespaced by a name without signs that names may not hold", async () => {
    expect((await read({ name: "Bad Name: 1" })).package).toMatchObject({ name: "Bad-Name-1", usable: true });
  });
});

describe("an entry of a marketplace", () => {
  it("is the manifest where there is none, and gives the name", async () => {
    const entry = { name: "listed", skills: ["./more/extra"], mcpServers: { remote: { url: "https://example.com" } } };
    const found = await read(undefined, entry);
    expect(found.package).toMatchObject({ name: "listed", state: "none" });
    expect(names(found, "skill").toSorted()).toEqual(["extra", "usual"]);
    expect(names(found, "mcp-server").toSorted()).toEqual(["remote", "usual"]);
  });

  it("holds for a folder with a module as well, whose code is not taken up", async () => {
    write({ "index.js": "throw new Error('it ran');" });
    const found = await read(undefined, { skills: ["./more/extra"] });
    expect(found.package.main).toBeUndefined();
    expect(names(found, "skill").toSorted()).toEqual(["extra", "usual"]);
  });

  it("adds components to a manifest, and no servers", async () => {
    const entry = { commands: ["./other"], mcpServers: { remote: { url: "https://example.com" } } };
    const found = await read({ name: "demo" }, entry);
    expect(names(found, "command")).toEqual(["special"]);
    expect(names(found, "mcp-server")).toEqual(["usual"]);
  });

  it("lists all skills where the plugin is the marketplace itself", async () => {
    const found = await read(undefined, { source: "./", skills: ["./more/extra"] });
    expect(names(found, "skill")).toEqual(["extra"]);
  });

  it.each([
    [{ name: "demo" }, { strict: false, commands: ["./other"] }],
    [{ name: "demo", skills: "./more" }, { strict: false }],
  ])("with strict false does not go with a manifest: %j and %j", async (manifest, entry) => {
    const found = await read(manifest, entry);
    expect(found).toMatchObject({ package: { usable: false }, parts: [] });
    expect(found.problems[0]).toMatchObject({ code: "strict-conflict" });
  });

  it("with strict false goes with a manifest that declares no components", async () => {
    expect(names(await read({ name: "demo" }, { strict: false }), "skill")).toEqual(["usual"]);
  });

  it("is named with its line when something is wrong in it", async () => {
    const found = await read(undefined, { name: "listed", skills: ["./missing"] });
    expect(found.problems).toMatchObject([
      { code: "skills-path-missing", line: 6, file: join(shell.dir, "marketplace.json") },
    ]);
  });
});
