import { describe, expect, it } from "vitest";
import { call, say, type Turn } from "../../../test/boot.js";
import { lastPrompt, skill, start } from "./testing.js";

describe("a typed skill", () => {
  it("beats a command file of its name; the user's beats the project's; a short name yields to a full one", async () => {
    await using shell = await start({
      ".claude/skills/go/SKILL.md": skill("p", "", "project"),
      "user/skills/go/SKILL.md": skill("u", "", "user"),
      ".claude/commands/go.md": "command",
      "demo/skills/up/SKILL.md": skill("d", "", "demo"),
      ".claude/commands/up.md": "command up",
    });
    const bodies: unknown[] = [];
    for (const typed of ["/go", "/up", "/demo:up"]) {
      await shell.send(typed);
      bodies.push(lastPrompt(shell).find((block) => /(user|command up|demo)$/.test(block)));
    }
    expect(bodies).toEqual([expect.stringMatching(/\nuser$/), "command up", expect.stringMatching(/\ndemo$/)]);
  });

  it("stacks with up to five more before one text, and stops at what does not stack", async () => {
    const files = Object.fromEntries(
      [..."abcdefg"].map((name) => [`.claude/skills/${name}/SKILL.md`, skill(name, "", `${name} $ARGUMENTS`)]),
    );
    await using shell = await start({ ...files, ".claude/commands/z.md": "z" });
    await shell.send("/a /b /z text");
    const bodies = (): readonly string[] => lastPrompt(shell).flatMap((block) => block.split("\n").slice(-1));
    expect(bodies().slice(0, 3)).toEqual(["/a /b /z text", "a /z text", "b /z text"]);
    await shell.send("/a /b /c /d /e /f /g text");
    expect(bodies()).toContain("f /g text");
    expect(bodies()).not.toContain("g text");
  });
});

describe("skills that wait for files", () => {
  const trusting = { "trust.workspace": true };
  const read = (path: string): Turn => call("Read", { file_path: path });

  it("are listed once a file that fits is worked on", async () => {
    await using shell = await start(
      { ".claude/skills/sql/SKILL.md": skill("SQL", "paths: db/**/*.sql, x/*\n"), "db/a/b.sql": "1", "c.txt": "c" },
      { script: [read("c.txt"), read("db/a/b.sql"), read("db/a/b.sql"), say("ok")] },
    );
    await shell.send("go");
    const news = ["<system-reminder>\nSkills that are new or changed:\n- sql: SQL\n</system-reminder>"];
    expect(shell.results().map(({ context }) => context)).toEqual([undefined, news, undefined]);
  });

  it.each(["vendor/other/.git/HEAD", "vendor/other/.git"])(
    "of another repository or package in the project are nobody's who trusted the project: %s",
    async (git) => {
      await using shell = await start(
        {
          ".claude/skills/own/SKILL.md": skill("own", "", "own"),
          [git]: "x",
          "vendor/other/src/.claude/skills/evil/SKILL.md": skill("evil", "", "evil"),
          "vendor/other/src/a.ts": "1",
          "node_modules/dep/.claude/skills/bad/SKILL.md": skill("bad", "", "bad"),
          "node_modules/dep/a.js": "1",
        },
        {
          settings: trusting,
          script: [
            read("vendor/other/src/a.ts"),
            read("node_modules/dep/a.js"),
            call("Skill", { skill: "evil" }),
            call("Skill", { skill: "bad" }),
            say("ok"),
          ],
        },
      );
      await shell.send("go");
      expect(shell.results().map(({ context, isError }) => [context, isError])).toEqual([
        [undefined, false],
        [undefined, false],
        [undefined, true],
        [undefined, true],
      ]);
    },
  );

  it("of a folder below are known once something there is worked on, and by its path where the name is taken", async () => {
    await using shell = await start(
      {
        ".claude/skills/deploy/SKILL.md": skill("root", "", "from the root"),
        "apps/web/.claude/skills/deploy/SKILL.md": skill("web", "", "from the web"),
        "apps/web/.claude/skills/only/SKILL.md": skill("only", "", "only here"),
        "apps/web/src/a.ts": "1",
      },
      {
        settings: trusting,
        script: [
          read("apps/web/src/a.ts"),
          call("Skill", { skill: "apps/web:deploy" }),
          call("Skill", { skill: "only" }),
          call("Skill", { skill: "deploy" }),
          say("ok"),
          say("ok"),
        ],
      },
    );
    await shell.send("go");
    expect(shell.result(0).context?.[0]).toContain("- apps/web:deploy: web\n- only: only\n");
    expect(shell.result(1).content).toMatch(/from the web$/);
    expect(shell.result(2).content).toMatch(/only here$/);
    expect(shell.result(3).content).toMatch(
      /from the root\n\nThere are skills of that name for parts of the project: apps\/web:deploy\.$/,
    );
    await shell.send("/apps/web:deploy");
    expect(lastPrompt(shell)[1]).toMatch(/loaded already/);
  });

  it("are listed again when the conversation has gone back to before they were", async () => {
    const script = [1, 2].flatMap(() => [read("apps/web/a.ts"), read("x.tf"), say("ok")]);
    await using shell = await start(
      {
        "apps/web/.claude/skills/only/SKILL.md": skill("only"),
        "apps/web/a.ts": "1",
        ".claude/skills/sql/SKILL.md": skill("SQL", "paths: apps/**\n"),
        ".claude/skills/tf/SKILL.md": skill("tf", 'triggers: ["*.tf"]\n', "The body"),
        "x.tf": "1",
      },
      { settings: trusting, script },
    );
    await shell.send("go");
    const contexts = (): readonly unknown[] =>
      shell
        .results()
        .slice(-2)
        .map(({ context }) => context);
    const first = contexts();
    expect(first).toEqual([
      [expect.stringContaining("- sql: SQL\n- only: only\n")],
      [expect.stringContaining("The body")],
    ]);
    shell.session.emit({ type: "rewind", at: 0, to: shell.session.prompts[0]!.id });
    await shell.send("go");
    expect(contexts()).toEqual(first);
  });

  it("of a folder below stay unknown in a project that is not trusted", async () => {
    await using shell = await start(
      { "web/.claude/skills/only/SKILL.md": skill("only"), "web/a.ts": "1" },
      { script: [read("web/a.ts"), say("ok")], settings: { "trust.workspace": false } },
    );
    await shell.send("go");
    expect(shell.result(0).context).toBeUndefined();
  });
});

describe("triggers", () => {
  it.each([
    ["[release notes]", "Write the Release Notes please", true],
    ["[release notes]", "write prerelease notes", false],
    ['["/fix(es)? #[0-9]+/i"]', "This Fixes #12", true],
    ["{ words: [ship it], files: ['*.md'] }", "let us ship it", true],
    ['["/(a+)+$/"]', `${"a".repeat(50)}!`, false],
    ['["/[/"]', "[", false],
  ])("%s on %j: %s", async (triggers, prompt, loads) => {
    await using shell = await start({ ".claude/skills/x/SKILL.md": skill("x", `triggers: ${triggers}\n`, "The body") });
    await shell.send(prompt);
    expect(lastPrompt(shell).some((block) => block.includes("The body"))).toBe(loads);
    await shell.send(prompt);
    expect(lastPrompt(shell).some((block) => block.includes("The body"))).toBe(false);
  });

  it("load with the file that fits", async () => {
    await using shell = await start(
      { ".claude/skills/x/SKILL.md": skill("x", 'triggers: ["*.tf"]\n', "The body"), "infra/main.tf": "1" },
      { script: [call("Read", { file_path: "infra/main.tf" }), say("ok")] },
    );
    await shell.send("go");
    expect(shell.result(0).context?.[0]).toMatch(
      /^<system-reminder>\nThe skill x is loaded, as its trigger \*\.tf fits:/,
    );
  });

  it.each([
    [".claude/skills/x/SKILL.md", "allow"],
    ["demo/skills/x/SKILL.md", "deny"],
  ])("allows what %s lists where nobody asked for it: %s", async (path, behavior) => {
    const rest = "triggers: [go]\nallowed-tools: Bash(touch:*)\n";
    const script = [call("Bash", { command: "touch made" }), say("ok")];
    await using shell = await start({ [path]: skill("x", rest, "The body") }, { script });
    await shell.send("go");
    expect(JSON.stringify(shell.requests[0]!.messages)).toContain("The body");
    expect(shell.result(0).refused?.behavior ?? "allow").toBe(behavior);
  });

  it("load three skills at most, and name the others", async () => {
    const files = Object.fromEntries(
      [..."abcde"].map((name) => [`.claude/skills/${name}/SKILL.md`, skill(name, "triggers: [go]\n", `body ${name}`)]),
    );
    await using shell = await start(files);
    await shell.send("go");
    expect(lastPrompt(shell).filter((block) => block.includes("body "))).toHaveLength(3);
    expect(lastPrompt(shell).at(-1)).toBe("<system-reminder>\nThese skills fit as well: d, e.\n</system-reminder>");
  });
});
