import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { textOf } from "../../../schemas/message.js";
import { boot, call, say } from "../../../test/boot.js";

const skill = (description: string, body: string): string => `---\ndescription: ${description}\n---\n${body}`;

it("takes skills and commands from the folders of project and user, and notices what is edited and added", async () => {
  await using shell = await boot({
    plugins: ["skills", "commands"],
    discover: true,
    files: {
      ".claude/skills/tidy/SKILL.md": skill("Tidies", "old body"),
      ".agents/skills/other/SKILL.md": skill("Others", "other"),
      "~/.nacre/skills/mine/SKILL.md": skill("Mine", "mine"),
      ".nacre/commands/go.md": "Go $ARGUMENTS",
    },
    script: [say("one"), call("Skill", { skill: "tidy" }), say("two"), say("three")],
  });
  const told = (): string => shell.session.messages.map(({ content }) => textOf(content)).join("\n");
  await shell.send("hello");
  for (const line of ["- tidy: Tidies", "- other: Others", "- mine: Mine"]) expect(told()).toContain(line);
  writeFileSync(join(shell.dir, ".claude/skills/tidy/SKILL.md"), skill("Tidies better", "new body"));
  mkdirSync(join(shell.dir, ".claude/skills/late"));
  writeFileSync(join(shell.dir, ".claude/skills/late/SKILL.md"), skill("Came late", "late"));
  await shell.send("use it");
  expect(shell.result(0).content).toContain("new body");
  expect(told()).toContain("Skills that are new or changed:\n- late: Came late\n- tidy: Tidies better\n");
  await shell.send("/go on");
  expect(textOf(shell.requests.at(-1)!.messages.at(-1)!.content)).toContain("Go on");
});

it("knows skills of a plugin by its name, and skips what does not conform where the standard holds", async () => {
  const manifest = {
    $schema: "https://agent-plugins.org/schemas/1.0.0/plugin.schema.json",
    name: "strict",
    version: "1.0.0",
  };
  await using shell = await boot({
    plugins: ["skills", "commands"],
    pluginDirs: ["lenient", "strict"],
    files: {
      "lenient/.claude-plugin/plugin.json": '{"name":"lenient"}',
      "lenient/skills/Odd Name/SKILL.md": "No front matter, but a paragraph.",
      "strict/plugin.json": JSON.stringify(manifest),
      "strict/skills/good/SKILL.md": "---\nname: good\ndescription: Conforms\n---\n",
      "strict/skills/bad/SKILL.md": "---\nname: other-name\ndescription: Does not\n---\n",
    },
    script: [say("one")],
  });
  await shell.send("hello");
  const text = textOf(shell.session.messages[0]!.content);
  expect(text).toContain("- lenient:Odd Name: No front matter, but a paragraph.");
  expect(text).not.toContain("other-name");
});
