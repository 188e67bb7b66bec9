import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CASES,
  codes,
  manifest,
  MCP_SCHEMA,
  names,
  pluginBench,
  PLUGIN_SCHEMA,
  skill,
  type PluginBench,
} from "./plugin-bench.js";

/** The specification Agent Plugins 1.0.0, rule by rule: sections 4 to 6. Skills and servers have files of their own. */
let b: PluginBench;
beforeAll(async () => void (b = await pluginBench()));
afterAll(() => b[Symbol.asyncDispose]());

const SKILL = { "skills/one/SKILL.md": skill("one") };
const SERVERS = { "mcp.json": { $schema: MCP_SCHEMA, mcpServers: { srv: { type: "stdio", command: "srv" } } } };
const ALL = { ...SKILL, ...SERVERS };

describe("section 4.1: containment", () => {
  it("rejects a plugin whose plugin.json resolves outside of it (failure boundary 1)", async () => {
    const dir = b.folder(ALL);
    writeFileSync(join(b.base, "outside.json"), JSON.stringify(manifest()));
    symlinkSync(join(b.base, "outside.json"), join(dir, "plugin.json"));
    const found = await b.inspect(dir);
    expect(found).toMatchObject({ package: { usable: false, state: "broken" }, parts: [] });
    expect(codes(found)).toContain("path-escapes");
  });

  it.each([
    ["skills", "skill", "mcp-server"],
    ["mcp.json", "mcp-server", "skill"],
  ])("treats the type of %s as invalid when it resolves outside (failure boundary 2)", async (path, lost, kept) => {
    const { [path]: _, ...files } = { "plugin.json": manifest(), ...ALL } as Record<string, unknown>;
    const there =
      path === "skills"
        ? Object.fromEntries(Object.entries(files).filter(([key]) => !key.startsWith("skills")))
        : files;
    const outside = b.folder(ALL);
    const dir = b.folder(there);
    symlinkSync(join(outside, path), join(dir, path));
    const found = await b.inspect(dir);
    expect(found.package.usable).toBe(true);
    expect(names(found, lost)).toEqual([]);
    expect(names(found, kept)).toHaveLength(1);
    expect(codes(found)).toContain("path-escapes");
  });

  it("skips a SKILL.md, and a skill's folder, that resolves outside (failure boundary 3)", async () => {
    const outside = b.folder({ ...SKILL, "two/SKILL.md": skill("two") });
    const dir = b.folder({ "plugin.json": manifest(), "skills/three/SKILL.md": skill("three"), "skills/one/x": "" });
    symlinkSync(join(outside, "skills/one/SKILL.md"), join(dir, "skills/one/SKILL.md"));
    symlinkSync(join(outside, "two"), join(dir, "skills/two"));
    const found = await b.inspect(dir);
    expect(names(found, "skill")).toEqual(["three"]);
    expect(codes(found)).toContain("path-escapes");
  });

  it("follows links that stay inside of the plugin", async () => {
    const dir = b.folder({ "lib/plugin.json": manifest(), "lib/one/SKILL.md": skill("one"), "skills/x": "" });
    symlinkSync("lib/plugin.json", join(dir, "plugin.json"));
    symlinkSync("../lib/one", join(dir, "skills/one"));
    expect(names(await b.inspect(dir), "skill")).toEqual(["one"]);
  });

  it("judges by resolved paths, not by how they begin", async () => {
    const dir = b.folder({ "plugin.json": manifest() });
    mkdirSync(`${dir}-evil/skills/one`, { recursive: true });
    writeFileSync(`${dir}-evil/skills/one/SKILL.md`, skill("one"));
    symlinkSync(`${dir}-evil/skills`, join(dir, "skills"));
    expect(names(await b.inspect(dir), "skill")).toEqual([]);
  });

  it("reads a plugin whose own folder is reached through a link", async () => {
    const dir = b.folder({ "plugin.json": manifest(), ...ALL });
    symlinkSync(dir, `${dir}-link`);
    const found = await b.inspect(`${dir}-link`);
    expect([names(found, "skill"), names(found, "mcp-server")]).toEqual([["one"], ["srv"]]);
  });
});

describe("section 5.1: location and loading", () => {
  it("lets no other manifest replace or supplement plugin.json", async () => {
    const other = { name: "other", description: "other", skills: ["./more"], mcpServers: { no: { command: "no" } } };
    const files = { ".claude-plugin/plugin.json": other, "more/two/SKILL.md": skill("two"), ...ALL };
    const found = await b.standard({}, files);
    expect(found.package).toMatchObject({ name: "tested", format: "agent-plugins", strict: true });
    expect(found.package.manifest.description).toBeUndefined();
    expect([names(found, "skill"), names(found, "mcp-server")]).toEqual([["one"], ["srv"]]);
  });

  it.each([
    ["no JSON", `{ "$schema": "${PLUGIN_SCHEMA}", "name": `],
    ["no object", "[]"],
    ["empty", ""],
    ["not valid", manifest({ version: 1 })],
  ])("does not fall back to a Claude-style manifest when plugin.json is %s", async (_, text) => {
    const dir = b.folder({ "plugin.json": text, ".claude-plugin/plugin.json": { name: "other" }, ...ALL });
    expect(await b.inspect(dir)).toMatchObject({ package: { usable: false, state: "broken" }, parts: [] });
  });

  it.each(["a folder", "a named pipe", "larger than its limit"])("rejects a plugin.json that is %s", async (what) => {
    const dir = b.folder(ALL);
    const path = join(dir, "plugin.json");
    if (what === "a folder") mkdirSync(path);
    else if (what === "a named pipe") execFileSync("mkfifo", [path]);
    else {
      writeFileSync(path, JSON.stringify(manifest()));
      truncateSync(path, 50 * 1024 * 1024);
    }
    expect(await b.inspect(dir)).toMatchObject({ package: { usable: false }, parts: [] });
  });
});

describe("section 5.2: the manifest object", () => {
  it("loads the full manifest of the specification's example", async () => {
    const found = await b.standard({
      name: "plugin-name",
      version: "1.2.0",
      description: "Brief plugin description",
      author: { name: "Author Name", email: "author@example.com", url: "https://example.com" },
      homepage: "https://docs.example.com/plugin",
      repository: "https://github.com/example/plugin",
      license: "MIT",
      keywords: ["keyword1", "keyword2"],
      extensions: { "com.example.client": { setting: true } },
    });
    expect(found.problems).toEqual([]);
    expect(found.package.manifest).toEqual({
      name: "plugin-name",
      version: "1.2.0",
      description: "Brief plugin description",
    });
  });

  it.each(["mcpServers", "skills", "category", "__proto__", "constructor", "Name"])(
    "reports and ignores the unknown field %s",
    async (key) => {
      const text = JSON.stringify(manifest()).replace(/\}$/, `, "${key}": { "name": "evil", "usable": false }}`);
      const found = await b.inspect(b.folder({ "plugin.json": text, ...ALL }));
      expect(found.package).toMatchObject({ name: "tested", usable: true });
      expect([names(found, "skill"), names(found, "mcp-server")]).toEqual([["one"], ["srv"]]);
      expect(found.problems).toMatchObject([{ severity: "warning", code: "unknown-field", line: 1 }]);
      expect(found.problems[0]!.message).toContain(`"${key}"`);
    },
  );

  it.each([
    [{ version: 1 }],
    [{ version: null }],
    [{ description: ["x"] }],
    [{ homepage: {} }],
    [{ repository: { url: "x" } }],
    [{ license: false }],
    [{ keywords: "x" }],
    [{ keywords: ["x", 1] }],
    [{ author: "Someone" }],
    [{ author: null }],
    [{ author: { name: 1 } }],
    [{ author: { name: "x", phone: "1" } }],
    [{ extensions: { "com.example": 1 } }],
  ])("rejects the plugin for %j and discovers nothing", async (fields) => {
    const found = await b.standard(fields, ALL);
    expect(found).toMatchObject({ package: { usable: false, state: "broken", places: {} }, parts: [] });
    expect(found.problems[0]).toMatchObject({
      severity: "error",
      line: 1,
      rule: expect.stringContaining("section") as unknown,
    });
  });

  it("counts a __proto__ in the author as a field", async () => {
    const text = `{"$schema": "${PLUGIN_SCHEMA}", "name": "x", "author": {"__proto__": {"name": "y"}}}`;
    expect((await b.inspect(b.folder({ "plugin.json": text }))).package.usable).toBe(false);
  });

  it.each([
    "https://agent-plugins.org/schemas/2.0.0/plugin.schema.json",
    "https://agent-plugins.org/schemas/1.0.0/mcp.schema.json",
    "https://agent-plugins.org/schemas/1.0.0/plugin.schema.json#",
    "http://agent-plugins.org/schemas/1.0.0/plugin.schema.json",
    "https://AGENT-PLUGINS.org/schemas/1.0.0/plugin.schema.json",
  ])("rejects the unsupported version %s and names it", async ($schema) => {
    const found = await b.standard({ $schema }, ALL);
    expect(found).toMatchObject({ package: { usable: false }, parts: [] });
    expect(found.problems[0]!.message).toContain($schema);
  });
});

it("5.2: reports unknown fields without end in a bounded way and a short time", async () => {
  const many = Object.fromEntries(Array.from({ length: 40_000 }, (_, n) => [`field-${n}`, n]));
  const start = performance.now();
  const found = await b.standard(many, SKILL);
  expect(names(found, "skill")).toEqual(["one"]);
  expect(found.problems).toHaveLength(101);
  expect(performance.now() - start).toBeLessThan(10_000);
});

describe("section 5.3 and 5.4: required and metadata fields", () => {
  it.each([[{ name: undefined }], [{ name: "" }], [{ name: 1 }], [{ name: null }]])(
    "rejects %j and says which",
    async (fields) => {
      const found = await b.standard(fields, ALL);
      expect(found).toMatchObject({ package: { usable: false }, parts: [] });
      expect(found.problems[0]!.message).toContain("name");
    },
  );

  it("judges metadata by JSON type alone", async () => {
    const fields = {
      version: "tomorrow",
      homepage: "not a url",
      repository: "",
      license: "Do what you like",
      author: { email: "nobody", url: "nowhere" },
    };
    const found = await b.standard(fields, ALL);
    expect(found.package.usable).toBe(true);
    expect(found.problems).toEqual([]);
  });
});

describe("section 5.5: names", () => {
  it.each(["my-plugin", "acme.tools", "lint3r", "a", "0", "a.-b", "a".repeat(64)])("accepts %s", async (name) => {
    expect((await b.standard({ name })).package).toMatchObject({ usable: true, name });
  });

  it.each(CASES.badNames)("rejects %j", async (name) => {
    expect((await b.standard({ name })).package.usable).toBe(false);
  });
});

describe("section 6: discovery", () => {
  it("6.1: knows no other places, and none from the manifest", async () => {
    const found = await b.standard(
      {},
      {
        ".mcp.json": { mcpServers: { hidden: { command: "x" } } },
        "dev.nacre/.mcp.json": { mcpServers: { hidden: { command: "x" } } },
        "dev.nacre/skills/deep/SKILL.md": skill("deep"),
        "SKILL.md": skill("tested"),
      },
    );
    expect(found.parts).toEqual([]);
  });

  it("6.2: takes absent locations for no error", async () => {
    expect((await b.standard()).problems).toEqual([]);
  });

  it.each([
    ["skills", "a file"],
    ["mcp.json", "a folder"],
    ["mcp.json", "a named pipe"],
    ["skills", "a named pipe"],
    ["skills", "a link to nothing"],
  ])("6.2: where %s is %s, that type is invalid and the others load", async (path, what) => {
    const files = Object.fromEntries(Object.entries(ALL).filter(([key]) => !key.startsWith(path)));
    const dir = b.folder({ "plugin.json": manifest(), ...files });
    if (what === "a file") writeFileSync(join(dir, path), "");
    else if (what === "a folder") mkdirSync(join(dir, path));
    else if (what === "a link to nothing") symlinkSync("nowhere", join(dir, path));
    else execFileSync("mkfifo", [join(dir, path)]);
    const found = await b.inspect(dir);
    expect(found.package.usable).toBe(true);
    expect(found.parts).toHaveLength(1);
    expect(found.problems).toMatchObject([{ severity: "error" }]);
  });
});
