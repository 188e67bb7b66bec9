import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { boot, call, say } from "../../test/boot.js";

const plugins = ["commands", "skills", "read", "permissions"];

it.each([
  [".claude/commands/x.md", say("ok"), "/x"],
  [".claude/skills/x/SKILL.md", call("Skill", { skill: "x" }), "go"],
])("%s that is a link to a file that can hold secrets is not told to the model", async (path, first, prompt) => {
  const files = { ".env": "---\ndescription: d\n---\nKEY=hunter2\n", ".git/HEAD": "ref: refs/heads/main\n" };
  await using outer = await boot({ script: [], files });
  const { dir, home } = outer;
  mkdirSync(join(dir, path, ".."), { recursive: true });
  symlinkSync(join(dir, ".env"), join(dir, path));
  await using shell = await boot({ plugins, script: [first, say("ok")], discover: true, dir, home });
  await shell.send(prompt);
  expect(JSON.stringify(shell.requests)).not.toContain("hunter2");
  expect(JSON.stringify(shell.events)).toContain("which can hold secrets or is not to be read");
});

it("a command that is a link to another text is used", async () => {
  await using outer = await boot({ script: [], files: { "notes.md": "Be kind.\n", ".claude/commands/y.md": "x" } });
  const { dir, home } = outer;
  symlinkSync(join(dir, "notes.md"), join(dir, ".claude/commands/x.md"));
  writeFileSync(join(dir, ".claude/commands/y.md"), "y");
  await using shell = await boot({ plugins, script: [say("ok")], discover: true, dir, home });
  await shell.send("/x");
  expect(JSON.stringify(shell.requests)).toContain("Be kind.");
});
