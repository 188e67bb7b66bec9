import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Catalogue, Inventory } from "../../../schemas/parts.js";
import { boot, say, type Shell } from "../../../test/boot.js";

// The standard itself is covered in test/conformance; these are nacre's own folders.
let shell: Shell;
let catalogue: Catalogue;
let dir: string;
let count = 0;

beforeAll(async () => {
  const plugins = ["plugin-folders", "agent-plugins", "claude", "server-files", "skills", "commands", "agents"];
  shell = await boot({ plugins, script: [say("")] });
  catalogue = (await shell.kernel.service("catalogue"))!;
});
afterAll(() => shell[Symbol.asyncDispose]());
beforeEach(() => void (dir = join(shell.dir, `plugin-${++count}`)));

async function read(files: Readonly<Record<string, unknown>>): Promise<Inventory> {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return catalogue.inspect(dir);
}

function native(extension: object = {}, fields: object = {}): object {
  return { name: "mine", version: "0.1.0", ...fields, extensions: { "dev.nacre": extension } };
}

function kinds({ parts }: Inventory): string[] {
  return parts.map(({ kind, name }) => `${kind} ${name}`).toSorted();
}

const SKILL = "---\nname: One Skill\ndescription: d\n---\nx";

describe("nacre's own plugin.json", () => {
  it("gives name, version, what the plugin provides, and texts that stand in files", async () => {
    const provides = { tool: [{ name: "T", description: "@words/t.md", effect: "read", inputSchema: {} }] };
    const found = await read({
      "plugin.json": native({ main: "./index.mjs", requires: ["bash"], provides, unknown: 1 }, { description: "D" }),
      "words/t.md": "\nWhat T does.\n",
      "index.mjs": "throw new Error('it ran');",
    });
    expect(found.problems).toEqual([]);
    expect(found.package).toMatchObject({ name: "mine", format: "agent-plugins", strict: false, main: "./index.mjs" });
    expect(found.package.manifest).toMatchObject({
      version: "0.1.0",
      description: "D",
      requires: ["bash"],
      provides: { tool: [{ name: "T", description: "What T does." }] },
    });
    expect(found.package.files).toContain(join(dir, "words/t.md"));
  });

  it("has parts at the root and below dev.nacre, read leniently", async () => {
    const found = await read({
      "plugin.json": native(),
      "skills/one/SKILL.md": SKILL,
      "dev.nacre/skills/two/SKILL.md": "# Two\n\nText.",
      "dev.nacre/commands/go.md": "Go.",
      "mcp.json": { mcpServers: { srv: { command: "x" } } },
    });
    expect(kinds(found)).toEqual(["command go", "mcp-server srv", "skill One Skill", "skill two"]);
  });

  it.each(["index.js", "index.mjs", "index.ts", "dev.nacre/index.mjs"])(
    "finds the module %s without being told",
    async (main) => {
      expect((await read({ "plugin.json": { name: "mine" }, [main]: "" })).package.main).toBe(main);
    },
  );

  it.each([
    [{ name: "a b" }, "manifest-field", '"name" is wrong'],
    [{}, "manifest-field", '"name" is wrong'],
    [native({ requires: "bash" }), "nacre-part", 'extensions["dev.nacre"].requires is wrong'],
    [native({ main: "../x.mjs" }), "path-escapes", "leads out of the plugin's folder"],
    [native({ main: "none.mjs" }), "missing", 'module "none.mjs" does not exist'],
    [native({ provides: { tool: [{ description: "@none.md" }] } }), "missing", "none.md does not exist"],
    [native({ engines: { nacre: ">=99" } }), "needs-nacre", "needs nacre >=99"],
  ])("costs the plugin when it is wrong: %j", async (manifest, code, sentence) => {
    const found = await read({ "plugin.json": manifest, "skills/one/SKILL.md": SKILL });
    expect(found).toMatchObject({ package: { usable: false, state: "broken" }, parts: [] });
    expect(found.problems).toMatchObject([
      { severity: "error", code, message: expect.stringContaining(sentence) as unknown },
    ]);
  });

  it.each(["main", "text"])("takes no %s from outside of the folder", async (what) => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(shell.dir, "outside.md"), "outside");
    symlinkSync(join(shell.dir, "outside.md"), join(dir, "link.md"));
    const extension = what === "main" ? { main: "link.md" } : { provides: { tool: [{ description: "@link.md" }] } };
    const found = await read({ "plugin.json": native(extension) });
    expect(found.package.usable).toBe(false);
    expect(found.problems).toMatchObject([{ code: "path-escapes" }]);
  });

  it("comes before a Claude-style manifest beside it only when it says that it is nacre's", async () => {
    const claude = { ".claude-plugin/plugin.json": { name: "claude" } };
    expect((await read({ "plugin.json": { name: "other", tools: [] }, ...claude })).package.name).toBe("claude");
    expect((await read({ "plugin.json": native(), ...claude })).package.name).toBe("mine");
  });
});
