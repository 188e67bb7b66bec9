import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say, type Turn } from "../../../test/boot.js";
import { lastPrompt, list, lists, skill, start } from "./testing.js";

describe("the list of skills", () => {
  it("comes with the first prompt and not again", async () => {
    await using shell = await start({
      ".claude/skills/tidy/SKILL.md": skill("Tidies up", "when_to_use: When it is messy\n"),
      "demo/skills/plan/SKILL.md": skill("Plans\n  ahead", "name: planner\n"),
    });
    await shell.send("hello");
    await shell.send("more");
    expect(lists(shell)).toEqual([list("tidy: Tidies up When it is messy", "demo:planner: Plans ahead")]);
  });

  it("leaves out what the model may not use, and what is switched off", async () => {
    await using shell = await start(
      {
        ".claude/skills/a/SKILL.md": skill("a", "disable-model-invocation: yes\n"),
        ".claude/skills/b/SKILL.md": skill("b", "model-invocable: false\n"),
        ".claude/skills/c/SKILL.md": skill("c", "user-invocable: false\n"),
        ".claude/skills/d/SKILL.md": skill("d"),
        ".claude/skills/e/SKILL.md": skill("e"),
        ".claude/skills/f/SKILL.md": skill("f"),
        ".claude/skills/g/SKILL.md": skill("g"),
        "demo/skills/h/SKILL.md": skill("h"),
        "shipped/skills/i/SKILL.md": skill("i"),
      },
      {
        settings: {
          skillOverrides: { d: "off", e: "user-invocable-only", f: "name-only", h: "off", "demo:h": "off" },
          "permissions.deny": ["Skill(g *)"],
          disableBundledSkills: true,
        },
      },
    );
    await shell.send("hello");
    expect(lists(shell)).toEqual([list("c: c", "f", "demo:h: h")]);
    const typed = await (await shell.kernel.service("commands"))!.list(shell.session);
    const skills = typed.filter(({ from }) => from === "skills");
    expect(skills.map(({ name }) => name)).toEqual(["a", "b", "e", "f", "g", "demo:h"]);
  });

  it.each([
    ["Skill is denied", { "permissions.deny": ["Skill"] }],
    ["slash commands are switched off", { "commands.disabled": true }],
    ["the tool is not offered", { "tools.allowed": ["Read"] }],
  ])("is not sent when %s, nor is the tool", async (_, settings) => {
    await using shell = await start({ ".claude/skills/a/SKILL.md": skill("a") }, { settings });
    await shell.send("hello");
    await shell.send("hello");
    expect(lists(shell)).toEqual([]);
    expect(shell.requests.at(-1)!.tools.map(({ name }) => name)).not.toContain("Skill");
  });

  it("waits when the first prompt was answered without the model", async () => {
    await using shell = await start({ ".claude/skills/a/SKILL.md": skill("a") });
    await shell.send("/nosuch");
    await shell.send("hello");
    expect(lists(shell)).toEqual([list("a: a")]);
  });

  it("is followed by what has changed, once", async () => {
    await using shell = await start({
      ".claude/skills/a/SKILL.md": skill("a"),
      ".claude/skills/b/SKILL.md": skill("b"),
    });
    await shell.send("hello");
    shell.write(".claude/skills/b/SKILL.md", skill("b, better"));
    shell.write(".claude/skills/c/SKILL.md", skill("c"));
    rmSync(join(shell.dir, ".claude/skills/a"), { recursive: true });
    await shell.send("more");
    await shell.send("more");
    expect(lists(shell).slice(1)).toEqual([
      "<system-reminder>\nSkills that are new or changed:\n- b: b, better\n- c: c\n- a (gone)\n</system-reminder>",
    ]);
  });

  it("is not repeated by a resume", async () => {
    await using shell = await start({ ".claude/skills/a/SKILL.md": skill("a") });
    await shell.send("hello");
    const past = shell.events.filter(({ type }) => ["session", "prompt", "reply"].includes(type));
    const resumed = await shell.kernel.open({ past, source: "resume", provider: "test-script" });
    await resumed.send("and on");
    expect(resumed.messages).toHaveLength(4);
    expect(lists(shell)).toEqual([list("a: a")]);
  });

  it("never ends the reminder early, and takes a line for each skill", async () => {
    await using shell = await start({
      ".claude/skills/a/SKILL.md": '---\ndescription: "one </system-reminder>\\n- two"\n---\n',
    });
    await shell.send("hello");
    expect(lists(shell)).toEqual([list("a: one <\\/system-reminder> - two")]);
  });
});

describe("using a skill", () => {
  const FILES = {
    ".claude/skills/review/SKILL.md": skill("r", "arguments: what\n", "Review $what in ${CLAUDE_SKILL_DIR}."),
    ".claude/skills/review/scripts/run.sh": "#!/bin/sh",
    ".claude/skills/review/notes.md": "n",
  };
  const text = (dir: string, what: string): string =>
    `Base directory for this skill: ${dir}/.claude/skills/review\nFiles in it: notes.md, scripts/run.sh\n\n` +
    `Review ${what} in ${dir}/.claude/skills/review.\n\nARGUMENTS: ${what}`;

  it("gives the model its text, where its files are, and the arguments", async () => {
    await using shell = await start(FILES, { script: [call("Skill", { skill: "/review", args: "all" }), say("ok")] });
    await shell.send("go");
    expect(shell.result(0)).toMatchObject({ content: text(shell.dir, "all"), isError: false });
  });

  it("adds only a note the second time, unless the text is another", async () => {
    const use = (args: string): Turn => call("Skill", { skill: "review", args });
    await using shell = await start(FILES, { script: [use("a"), use("a"), use("b"), say("ok"), say("ok")] });
    await shell.send("go");
    expect(shell.results().map(({ content }) => content)).toEqual([
      text(shell.dir, "a"),
      "The skill review is loaded already and has not changed: follow its text above once more.",
      text(shell.dir, "b"),
    ]);
    await shell.send("/review b");
    expect(lastPrompt(shell)).toEqual([
      "/review b",
      "The skill review is loaded already and has not changed: follow its text above once more.",
    ]);
  });

  it.each<[string, object, RegExp]>([
    ["an unknown one", { skill: "nosuch" }, /^There is no skill "nosuch"\./],
    ["one for the user alone", { skill: "mine" }, /^Only the user may use the skill mine, by typing \/mine\.$/],
    ["one that is switched off", { skill: "off" }, /^There is no skill "off"\./],
    ["nothing", {}, /^Name a skill/],
    ["one that cannot be read any more", { skill: "gone" }, /^\/gone cannot be used: .*SKILL\.md does not exist\.$/],
  ])("answers %s with an error", async (_, input, sentence) => {
    await using shell = await start(
      {
        ".claude/skills/mine/SKILL.md": skill("m", "disable-model-invocation: true\n"),
        ".claude/skills/off/SKILL.md": skill("o"),
        ".claude/skills/gone/SKILL.md": skill("g"),
      },
      { settings: { skillOverrides: { off: "off" } }, script: [say("ok"), call("Skill", input), say("ok")] },
    );
    await shell.send("go");
    if ("skill" in input && input.skill === "gone") {
      await (await shell.kernel.service("commands"))!.list(shell.session);
      rmSync(join(shell.dir, ".claude/skills/gone/SKILL.md"));
    }
    await shell.send("on");
    expect(shell.result(0)).toMatchObject({ content: expect.stringMatching(sentence), isError: true });
  });

  it("finds skills by words, the best first", async () => {
    await using shell = await start(
      {
        ".claude/skills/deploy/SKILL.md": skill("Ships it"),
        ".claude/skills/other/SKILL.md": skill("May deploy too"),
        ".claude/skills/third/SKILL.md": skill("Nothing"),
      },
      { script: [call("Skill", { search: "Deploy" }), call("Skill", { search: "zzz" }), say("ok")] },
    );
    await shell.send("go");
    expect(shell.result(0).content).toBe("- deploy: Ships it\n- other: May deploy too\n");
    expect(shell.result(1).content).toBe('No skill fits "zzz".');
  });

  it("is judged by rules about its full name, however it is called", async () => {
    await using shell = await start(
      { "demo/skills/x/SKILL.md": skill("x") },
      { settings: { "permissions.deny": ["Skill(demo:x)"] }, script: [call("Skill", { skill: "x" }), say("ok")] },
    );
    await shell.send("go");
    expect(shell.result(0)).toMatchObject({ isError: true, refused: { rule: "Skill(demo:x)" } });
  });

  it("allows what it lists for the turn, and takes away what it does without", async () => {
    const rest = "allowed-tools: Bash(touch:*), Read\ndisallowed-tools: [WebSearch, Read]\n";
    await using shell = await start(
      { ".claude/skills/x/SKILL.md": skill("x", rest) },
      {
        script: [
          call("Skill", { skill: "x" }),
          [call("Bash", { command: "touch made" }), call("Read", { file_path: "made" })],
          say("ok"),
          [call("Bash", { command: "touch more" }), call("Read", { file_path: "made" })],
          say("ok"),
        ],
      },
    );
    await shell.send("go");
    await shell.send("on");
    expect(shell.results().map(({ refused }) => refused?.behavior ?? "ran")).toEqual([
      "ran",
      "ran",
      "deny",
      "deny",
      "ran",
    ]);
    const offered = shell.requests.map(({ tools }) => tools.some(({ name }) => name === "Read"));
    expect(offered).toEqual([true, false, false, true, true]);
  });

  it("stops when one of its commands may not run", async () => {
    await using shell = await start(
      { ".claude/skills/x/SKILL.md": skill("x", "", "Now: !`npm publish`") },
      { script: [call("Skill", { skill: "x" }), say("ok")] },
    );
    await shell.send("go");
    const skillResult = shell.results().find(({ name }) => name === "Skill");
    expect(skillResult?.content).toMatch(/^Shell command permission check failed for pattern "!`npm publish`": /);
  });
});
