import { mkdirSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { boot, call, say, type BootOptions, type Shell } from "../../test/boot.js";

const plugins = ["commands", "skills", "subagents", "agents", "output-styles", "instructions", "guidelines"];
const SECRET = "---\nname: x\ndescription: hunter2\n---\nKEY=hunter2\n";
const agent = call("Agent", { description: "d", prompt: "go", subagent_type: "x" });
const skill = call("Skill", { skill: "x" });

interface Linked {
  readonly links: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** A shell in a folder with links, which are given as they are written. */
async function start({ links, files = {} }: Linked, options: Partial<BootOptions>): Promise<Shell> {
  const base = { ".env": SECRET, "private/x.md": SECRET, ".git/HEAD": "ref: refs/heads/main\n", ...files };
  const { dir, home } = await boot({ script: [], files: base });
  for (const [path, to] of Object.entries(links)) {
    mkdirSync(join(dir, dirname(path)), { recursive: true });
    symlinkSync(to.replace("~", dirname(home)), join(dir, path));
  }
  const all = [...plugins, "read", "permissions", ...(options.plugins ?? [])];
  return boot({ script: [], discover: true, dir, home, ...options, plugins: all });
}

function told(shell: Shell): string {
  return JSON.stringify([shell.session.system, shell.requests, shell.events]);
}

describe("What a link leads to that can hold secrets is not told to the model", () => {
  it.each([
    ["a command", ".claude/commands/x.md", "../../.env", "/x"],
    ["a skill", ".claude/skills/x/SKILL.md", "../../../.env", skill],
    ["an agent", ".claude/agents/x.md", "../../.env", agent],
    ["a skill in a linked folder", ".claude/skills/x", "../../.ssh", skill],
    ["a command of a plugin", "kit/commands/x.md", "../.env", "/kit:x"],
    ["an agent of a plugin", "kit/agents/x.md", "../.env", agent],
  ])("as %s", async (_what, path, to, use) => {
    const files = { ".ssh/SKILL.md": SECRET, "kit/plugin.json": '{"name":"kit"}', "kit/.env": SECRET };
    const turns = typeof use === "string" ? [] : [use];
    const script = [...turns, say("ok"), say("ok"), say("ok")];
    await using shell = await start({ links: { [path]: to }, files }, { script, pluginDirs: ["kit"] });
    await shell.send(typeof use === "string" ? use : "go");
    expect(told(shell)).not.toContain("hunter2");
  });

  it("as an output style", async () => {
    const links = { ".claude/output-styles/x.md": "../../.env" };
    await expect(start({ links }, { settings: { outputStyle: "x" } })).rejects.toThrow('no output style "x"');
  });

  it.each([
    ["commands", { commands: { x: { source: "./.env" } } }, "/kit:x"],
    ["commands", { commands: ["./.env"] }, "/kit:.env"],
    ["agents", { agents: ["./.env"] }, "go"],
    ["outputStyles", { outputStyles: ["./.env"] }, "go"],
    ["contextFileName", { contextFileName: ".env" }, "go"],
  ])("nor a file that a manifest names: %s", async (_key, fields, prompt) => {
    const manifest = JSON.stringify({ name: "kit", version: "1.0.0", ...fields });
    const files = {
      "kit/.claude-plugin/plugin.json": manifest,
      "gem/gemini-extension.json": manifest.replace("kit", "gem"),
      "kit/.env": SECRET,
      "gem/.env": SECRET,
    };
    const options = { script: [say("ok")], pluginDirs: ["kit", "gem"], plugins: ["claude", "gemini"] };
    await using shell = await start({ links: {}, files }, options);
    await shell.send(prompt);
    expect(told(shell)).not.toContain("hunter2");
  });

  it.each([
    [".claude/commands/x.md", "/x"],
    [".claude/agents/x.md", agent],
    [".claude/skills/x/SKILL.md", skill],
  ])("nor what %s leads to where a rule denies that, even once it was found harmless", async (path, use) => {
    const files = { "notes.md": "---\nname: x\ndescription: d\n---\nBe kind.\n" };
    const settings = { "permissions.deny": ["Read(private/**)"] };
    const script = typeof use === "string" ? [say("ok"), say("ok")] : [use, say("ok"), use, say("ok"), say("ok")];
    const up = "../".repeat(path.split("/").length - 1);
    await using shell = await start({ links: { [path]: `${up}notes.md` }, files }, { script, settings });
    await (await shell.kernel.service("catalogue"))!.parts(path.split("/")[1]!.slice(0, -1));
    unlinkSync(join(shell.dir, path));
    symlinkSync(`${up}private/x.md`, join(shell.dir, path));
    await shell.send(typeof use === "string" ? use : "go");
    expect(told(shell)).not.toContain("KEY=");
    expect(told(shell)).toContain("which can hold secrets or is not to be read");
  });
});

it("A command that is a link to another text is used", async () => {
  const files = { "notes.md": "Be kind.\n", ".claude/commands/y.md": "x" };
  await using shell = await start(
    { links: { ".claude/commands/x.md": "../../notes.md" }, files },
    { script: [say("ok")] },
  );
  writeFileSync(join(shell.dir, ".claude/commands/y.md"), "y");
  await shell.send("/x");
  expect(told(shell)).toContain("Be kind.");
});
