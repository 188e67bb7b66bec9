import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { manifest, MCP_SCHEMA, names, pluginBench, skill, type PluginBench } from "./plugin-bench.js";

/** The specification Agent Plugins 1.0.0, sections 7.1, 8 and 11: skills and client extensions. */
let b: PluginBench;
beforeAll(async () => void (b = await pluginBench()));
afterAll(() => b[Symbol.asyncDispose]());

const SERVERS = { "mcp.json": { $schema: MCP_SCHEMA, mcpServers: { srv: { type: "stdio", command: "srv" } } } };
const ALL = { "skills/one/SKILL.md": skill("one"), ...SERVERS };

describe("section 7.1: skills", () => {
  it("finds each immediate child with a SKILL.md and searches no deeper", async () => {
    const found = await b.standard(
      {},
      {
        "skills/one/SKILL.md": skill("one"),
        "skills/group/two/SKILL.md": skill("two"),
        "skills/one/inner/SKILL.md": skill("inner"),
        "skills/SKILL.md": skill("skills"),
        "skills/empty/README.md": "",
      },
    );
    expect(names(found, "skill")).toEqual(["one"]);
  });

  it.each(["skill.md", "SKILL.MD", "Skill.md"])("takes no %s for a SKILL.md", async (file) => {
    const found = await b.standard({}, { [`skills/one/${file}`]: skill("one"), "skills/two/SKILL.md": skill("two") });
    expect(names(found, "skill")).toEqual(["two"]);
  });

  it.each(["a folder", "a named pipe", "larger than its limit", "a link to itself"])(
    "skips a SKILL.md that is %s",
    async (what) => {
      const dir = b.folder({ "plugin.json": manifest(), "skills/one/x": "", "skills/two/SKILL.md": skill("two") });
      const path = join(dir, "skills/one/SKILL.md");
      if (what === "a folder") mkdirSync(path);
      else if (what === "a named pipe") execFileSync("mkfifo", [path]);
      else if (what === "a link to itself") symlinkSync("SKILL.md", path);
      else {
        writeFileSync(path, skill("one"));
        truncateSync(path, 50 * 1024 * 1024);
      }
      expect(names(await b.inspect(dir), "skill")).toEqual(["two"]);
    },
  );

  it.each([
    ["unknown keys", skill("one", "color: red\nx-own: [1, 2]\n")],
    [
      "every field of the specification",
      skill("one", 'license: MIT\ncompatibility: any\nmetadata:\n  version: "1"\nallowed-tools: Read Write\n'),
    ],
    ["Windows line ends", skill("one").replaceAll("\n", "\r\n")],
    ["an empty body", "---\nname: one\ndescription: d\n---\n"],
    ["a description of 1024 characters", `---\nname: one\ndescription: ${"d".repeat(1024)}\n---\n`],
  ])("loads a skill with %s", async (_, text) => {
    expect(names(await b.standard({}, { "skills/one/SKILL.md": text }), "skill")).toEqual(["one"]);
  });

  it.each([
    ["no front matter", "# One\n\nDoes it.\n"],
    ["front matter that YAML refuses", "---\nname: one\ndescription: Use when: red\n---\n"],
    ["front matter that is not closed", "---\nname: one\ndescription: d\n"],
    ["JavaScript front matter", '---js\n({ name: "one", description: "d" })\n---\n'],
    ["a code fence around it", `\`\`\`markdown\n${skill("one")}\`\`\`\n`],
    ["no name", "---\ndescription: d\n---\n"],
    ["an empty name", '---\nname: ""\ndescription: d\n---\n'],
    ["a name other than its folder", skill("other")],
    ["capitals in its name", skill("One")],
    ["a blank in its name", skill("one two")],
    ["no description", "---\nname: one\n---\n"],
    ["an empty description", '---\nname: one\ndescription: ""\n---\n'],
    ["a description that is a list", "---\nname: one\ndescription: [d]\n---\n"],
    ["a description of 1025 characters", `---\nname: one\ndescription: ${"d".repeat(1025)}\n---\n`],
    ["a compatibility of 501 characters", skill("one", `compatibility: ${"c".repeat(501)}\n`)],
    ["metadata that is no map", skill("one", "metadata: text\n")],
    ["a list of allowed tools", skill("one", "allowed-tools: [Read]\n")],
  ])("skips and reports a skill with %s, and loads its siblings", async (_, text) => {
    const found = await b.standard(
      {},
      { "skills/one/SKILL.md": text, "skills/two/SKILL.md": skill("two"), ...SERVERS },
    );
    expect([names(found, "skill"), names(found, "mcp-server")]).toEqual([["two"], ["srv"]]);
    expect(found.problems).toContainEqual(
      expect.objectContaining({ severity: "error", file: expect.stringMatching(/skills\/one\/SKILL\.md$/) as unknown }),
    );
  });

  it.each(["-one", "one-", "o--ne", "o_ne", "o".repeat(65)])(
    "skips a skill named %s, whatever its folder",
    async (name) => {
      expect(names(await b.standard({}, { [`skills/${name}/SKILL.md`]: skill(name) }), "skill")).toEqual([]);
    },
  );
});

describe("section 8: client extensions", () => {
  it.each(["text", 1, null, ["x"], false])("8.1: reports and ignores extensions that are %j", async (extensions) => {
    const found = await b.standard({ extensions }, ALL);
    expect(found.package.usable).toBe(true);
    expect(found.parts).toHaveLength(2);
    expect(found.problems).toMatchObject([{ severity: "warning", code: "extensions-no-object" }]);
  });

  it("8.1: ignores namespaces of others without looking into them", async () => {
    const extensions = { "com.other": { main: 5, provides: "x", __proto__: null }, x: {} };
    expect((await b.standard({ extensions }, ALL)).problems).toEqual([]);
  });

  it("8.1: takes nacre's own part; one that is wrong costs itself alone", async () => {
    const right = await b.standard({ extensions: { "dev.nacre": { requires: ["bash"] } } }, ALL);
    expect(right.package.manifest.requires).toEqual(["bash"]);
    const wrong = await b.standard({ extensions: { "dev.nacre": { requires: "bash", main: "../x.js" } } }, ALL);
    expect(wrong.package).toMatchObject({ usable: true, manifest: { name: "tested" } });
    expect(wrong.parts).toHaveLength(2);
    expect(wrong.problems).toMatchObject([{ severity: "error", code: "nacre-part", line: 1 }]);
  });

  it("8.1: leaves out nacre's own part where it is meant for another nacre", async () => {
    const extensions = { "dev.nacre": { main: "./x.mjs", engines: { nacre: ">=99" } } };
    const found = await b.standard({ extensions }, { "x.mjs": "", ...ALL });
    expect(found.package.main).toBeUndefined();
    expect(found.parts).toHaveLength(2);
    expect(found.problems).toMatchObject([
      { code: "needs-nacre", message: expect.stringContaining(">=99") as unknown },
    ]);
  });

  it("8.2: reads what stands below dev.nacre, and no folder of another client", async () => {
    const found = await b.standard(
      {},
      {
        "dev.nacre/commands/go.md": "Go.",
        "dev.nacre/agents/helper.md": "---\nname: helper\ndescription: Helps.\n---\nHelp.",
        "dev.nacre/index.mjs": "export default () => {};",
        "com.other/commands/no.md": "No.",
        "commands/no.md": "No.",
        "index.js": "throw new Error('not a module of nacre');",
      },
    );
    expect([names(found, "command"), names(found, "agent")]).toEqual([["go"], ["helper"]]);
    expect(found.package.main).toBe("dev.nacre/index.mjs");
  });

  it("4.1: does not run a module that lies outside", async () => {
    const dir = b.folder({
      "plugin.json": manifest({ extensions: { "dev.nacre": { main: "./code/x.mjs" } } }),
      ...ALL,
    });
    symlinkSync(b.base, join(dir, "code"));
    writeFileSync(join(b.base, "x.mjs"), "");
    const found = await b.inspect(dir);
    expect(found.package.main).toBeUndefined();
    expect(found.parts).toHaveLength(2);
  });
});

describe("section 11: client conformance", () => {
  it("11.3: ignores types of component that it does not know", async () => {
    const found = await b.standard(
      {},
      { "rules/a.md": "x", "hooks/hooks.json": "{ broken", "agents/a.md": "x", ...ALL },
    );
    expect(found.parts).toHaveLength(2);
    expect(found.problems).toEqual([]);
  });
});
