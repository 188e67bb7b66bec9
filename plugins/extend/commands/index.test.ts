import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { textOf } from "../../../schemas/message.js";
import { boot, say, type BootOptions, type Shell } from "../../../test/boot.js";
import { testCatalogue } from "../testing.js";

async function start(files: Record<string, string>, options: Partial<BootOptions> = {}): Promise<Shell> {
  const catalogue = testCatalogue(() => [
    { dir: join(shell.dir, ".claude"), name: "project", origin: "project" },
    { dir: join(shell.dir, "demo"), name: "demo" },
  ]);
  const plugins = ["commands", "bash", "read", "permissions", catalogue.plugin, ...(options.plugins ?? [])];
  const shell: Shell = await boot({ script: Array(9).fill(say("done")), ...options, plugins, files });
  return shell;
}

/** What the model was told last. */
function prompted(shell: Shell): readonly string[] {
  const message = shell.requests.at(-1)!.messages.findLast(({ role }) => role === "user")!;
  return message.content.map((block) => textOf([block]));
}

describe("a typed command", () => {
  it.each<[string, string, string]>([
    ["/fix 12 now", "Fix $0, $ARGUMENTS.", "Fix 12, 12 now."],
    ["/fix 12", "Fix it.", "Fix it.\n\nARGUMENTS: 12"],
    ["/fix", "Fix $0 of $ARGUMENTS.", "Fix $0 of ."],
    ["  /fix two\nlines", "Do: $ARGUMENTS", "Do: two\nlines"],
    ["/fix a b", "---\narguments: [x, y, z]\n---\n$y $x [$z] $ARGUMENTS", "b a [] a b"],
  ])("%j with the body %j becomes %j", async (typed, body, text) => {
    await using shell = await start({ ".claude/commands/fix.md": body });
    expect((await shell.send(typed)).reason).toBe("completed");
    expect(prompted(shell)).toEqual([typed, text]);
  });

  it("is known by its folders, by its plugin, and without the plugin where that is free", async () => {
    await using shell = await start({
      ".claude/commands/db/up.md": "project up",
      "demo/commands/go.md": "demo go",
      "demo/commands/db/up.md": "demo up",
    });
    for (const [typed, body] of [
      ["/db:up", "project up"],
      ["/demo:go", "demo go"],
      ["/go", "demo go"],
      ["/demo:db:up", "demo up"],
    ] as const) {
      await shell.send(typed);
      expect(prompted(shell)).toEqual([typed, body]);
    }
  });

  it("is listed with what its front matter says, by the service", async () => {
    await using shell = await start({
      ".claude/commands/fix.md": "---\ndescription: Fixes\nargument-hint: [issue]\n---\n",
      "demo/commands/hidden.md": "---\nuser-invocable: no\n---\nx",
    });
    const commands = await shell.kernel.service("commands");
    expect((await commands!.list(shell.session)).filter(({ from }) => from === "command-files")).toEqual([
      {
        name: "fix",
        description: "Fixes",
        argumentHint: "[issue]",
        source: "project",
        from: "command-files",
      },
    ]);
    expect((await shell.send("/hidden")).message).toBe("There is no command /hidden.");
  });

  it("keeps pictures that came along, behind its text", async () => {
    await using shell = await start({ ".claude/commands/see.md": "Look." });
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "AA==" } } as const;
    await shell.send([{ type: "text", text: "/see" }, image]);
    const { content } = shell.requests[0]!.messages[0]!;
    expect(content).toEqual([{ type: "text", text: "/see" }, { type: "text", text: "Look." }, image]);
  });

  it("reads its file when it is used", async () => {
    await using shell = await start({ ".claude/commands/fix.md": "old" });
    await shell.send("/fix");
    const { writeFileSync } = await import("node:fs");
    writeFileSync(join(shell.dir, ".claude/commands/fix.md"), "new");
    await shell.send("/fix");
    expect(prompted(shell)).toEqual(["/fix", "new"]);
  });
});

describe("what is no command", () => {
  it.each([
    ["/nosuch", "There is no command /nosuch."],
    ["/fxi now", "There is no command /fxi. Did you mean /fix?"],
    ["/a:b", "There is no command /a:b."],
  ])("%j is answered with %j and not sent", async (typed, sentence) => {
    await using shell = await start({ ".claude/commands/fix.md": "x" });
    expect(await shell.send(typed)).toMatchObject({ reason: "completed", message: sentence });
    expect(shell.requests).toHaveLength(0);
  });

  it.each(["/etc/hosts is odd", "/tmp", "/* a comment */", "// comment", "/ alone", "/file.txt", "what about /fix?"])(
    "%j goes to the model as it is",
    async (text) => {
      await using shell = await start({ ".claude/commands/fix.md": "x" });
      await shell.send(text);
      expect(prompted(shell)).toEqual([text]);
    },
  );

  it("is everything with --disable-slash-commands", async () => {
    await using shell = await start({ ".claude/commands/fix.md": "x" }, { settings: { "commands.disabled": true } });
    await shell.send("/fix");
    expect(prompted(shell)).toEqual(["/fix"]);
  });
});

describe("a body", () => {
  it("holds what its commands print, run through the Bash tool, and the files it names", async () => {
    await using shell = await start(
      {
        ".claude/commands/status.md": "Out: !`echo $0`\n```!\npwd\n```\nSee @notes.md and @missing.md.",
        "notes.md": "a note",
      },
      { settings: { "permissions.allow": ["Bash(echo *)"] } },
    );
    await shell.send("/status hello");
    expect(prompted(shell)[1]).toMatch(/^Out: hello/);
    expect(prompted(shell)[1]).toContain(`\n${shell.dir}\nSee @notes.md and @missing.md.\n\n<file path="notes.md">\n`);
    expect(prompted(shell)[1]).toMatch(/\na note\n<\/file>\n/);
    expect(shell.results().map(({ name, apart }) => [name, apart])).toEqual([
      ["Bash", true],
      ["Bash", true],
      ["Read", true],
    ]);
  });

  it.each([
    ["!`npm publish`", {}, /^Shell command permission check failed for pattern "!`npm publish`": /],
    ["!`cat missing.txt`", {}, /^Shell command failed for pattern "!`cat missing.txt`": Exit code 1/],
  ])("with %s is not sent, and says why", async (body, settings, sentence) => {
    await using shell = await start({ ".claude/commands/x.md": `Do ${body}` }, { settings });
    const end = await shell.send("/x");
    expect(end).toMatchObject({ reason: "prompt_blocked", message: expect.stringMatching(sentence) });
    expect(shell.requests).toHaveLength(0);
  });

  it("may run what its front matter allows, for its own turn alone", async () => {
    await using shell = await start({
      ".claude/commands/x.md": "---\nallowed-tools: Bash(touch:*)\n---\n!`touch made`",
    });
    expect((await shell.send("/x")).reason).toBe("completed");
    const used = await shell.session.use({ name: "Bash", input: { command: "touch other" } }, { ask: false });
    expect(used.ran).toBe(false);
  });

  it("takes exit code 1 of a search for an answer", async () => {
    await using shell = await start({
      ".claude/commands/x.md": "Found: [!`grep zzz notes.md`]\nor:\n!`grep zzz notes.md`\n.",
      "notes.md": "a",
    });
    expect((await shell.send("/x")).reason).toBe("completed");
    expect(prompted(shell)[1]).toBe(
      "Found: [!`grep zzz notes.md`]\nor:\n(no output, exit code 1)\n.".replace("(no output, exit code 1)", ""),
    );
  });

  it("never runs what was typed", async () => {
    await using shell = await start({ ".claude/commands/x.md": "Say $ARGUMENTS" });
    await shell.send("/x !`pwd` @/etc/hostname ${CLAUDE_SESSION_ID} $0");
    expect(prompted(shell)[1]).toBe("Say !`pwd` @/etc/hostname ${CLAUDE_SESSION_ID} $0");
    expect(shell.results()).toEqual([]);
  });

  it("shows no secret file", async () => {
    await using shell = await start({ ".claude/commands/x.md": "See @.env", ".env": "KEY=hunter2" });
    await shell.send("/x");
    expect(prompted(shell)[1]).not.toContain("hunter2");
    expect(prompted(shell)[1]).toContain("(not read: ");
  });

  it("runs no command where the policy says so", async () => {
    const settings = { disableSkillShellExecution: true };
    await using shell = await start({ ".claude/commands/x.md": "A !`pwd` b" }, { settings });
    await shell.send("/x");
    expect(prompted(shell)[1]).toBe("A [shell command execution disabled by policy] b");
  });

  it("knows where it stands", async () => {
    await using shell = await start({
      "demo/commands/x.md": "${CLAUDE_PLUGIN_ROOT} ${NACRE_SESSION_ID} ${CLAUDE_PROJECT_DIR} ${PLUGIN_DATA}",
    });
    await shell.send("/x");
    const data = join(shell.home, "plugin-data", "demo");
    expect(prompted(shell)[1]).toBe(`${join(shell.dir, "demo")} ${shell.session.id} ${shell.dir} ${data}`);
  });

  it("of TOML takes its arguments, commands and files in braces", async () => {
    await using shell = await start(
      {
        ".claude/commands/git/log.toml":
          'description = "Logs"\nprompt = """Look for {{args}}: !{cat {{args}}}\n@{notes.md}"""',
        ".claude/commands/plain.toml": 'prompt = "Just do."',
        "notes.md": "a note",
      },
      {},
    );
    expect(await shell.send("/git:log it's")).toMatchObject({ reason: "completed" });
    expect(prompted(shell)[1]).toMatch(/^Look for it's: Exit code 1\ncat: .*it's.*\n/);
    expect(prompted(shell)[1]).toContain("a note");
    await shell.send("/plain and more");
    expect(prompted(shell)[1]).toBe("Just do.\n\nand more");
  });
});

describe("front matter", () => {
  it("chooses model and thinking for the rest of the turn", async () => {
    const models: Plugin = {
      name: "models",
      setup: (ctx) => ctx.tap("Event", () => {}),
    };
    await using shell = await start(
      {
        ".claude/commands/x.md": "---\nmodel: strong\neffort: high\n---\nx",
        ".claude/commands/y.md": "---\nmodel: none-such\n---\ny",
      },
      { settings: { "agents.models": { strong: "script-2" } }, plugins: [models] },
    );
    await shell.send("/x");
    await shell.send("next");
    await shell.send("/y");
    expect(shell.requests.map(({ model, thinkingTokens }) => [model, thinkingTokens])).toEqual([
      ["script-2", 16_384],
      ["script-1", undefined],
      ["script-1", undefined],
    ]);
    const notices = shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
    expect(notices).toEqual(["/y asks for the model none-such, which test-script does not know."]);
  });

  it("says so where it asks for an agent and there are none", async () => {
    await using shell = await start({ ".claude/commands/x.md": "---\ncontext: fork\n---\nx" });
    const message = "/x runs in an agent (context: fork), and the tool Agent is not there.";
    expect(await shell.send("/x")).toMatchObject({ reason: "prompt_blocked", message });
  });

  it("runs the body in an agent, whose answer is shown and known to the next turn", async () => {
    const inputs: object[] = [];
    const agents: Plugin = {
      name: "agents-here",
      setup(ctx) {
        const properties = { prompt: {}, model: {}, run_in_background: {} };
        const inputSchema = { type: "object", properties } as const;
        const run = async (input: object): Promise<{ content: string }> => (inputs.push(input), { content: "found 3" });
        ctx.add("tool", { name: "Agent", description: "", inputSchema, effect: "read", run });
      },
    };
    await using shell = await start(
      { ".claude/commands/x.md": "---\ncontext: fork\nagent: Explore\nmodel: haiku\n---\nLook at $0." },
      { plugins: [agents] },
    );
    expect(await shell.send("/x it")).toMatchObject({ reason: "completed", message: "found 3" });
    expect(inputs).toEqual([
      {
        description: "/x",
        prompt: "Look at it.\n\nARGUMENTS: it",
        subagent_type: "Explore",
        model: "haiku",
        run_in_background: false,
      },
    ]);
    await shell.send("and?");
    expect(textOf(shell.requests[0]!.messages[0]!.content)).toBe("/x it ran in an agent. It answered:\n\nfound 3");
  });
});

describe("hooks of an expansion", () => {
  const hooks = (seen: unknown[], blocked?: string): Plugin => ({
    name: "watcher",
    after: ["commands"],
    setup: (ctx) =>
      ctx.tap("UserPromptExpansion", async (expansion) => {
        seen.push(expansion);
        return { ...expansion, context: ["mind the gap"], ...(blocked !== undefined && { blocked }) };
      }),
  });

  it("see the command and add to what the model reads", async () => {
    const seen: unknown[] = [];
    await using shell = await start({ "demo/commands/x.md": "body" }, { plugins: [hooks(seen)] });
    await shell.send("/x a b");
    expect(seen).toEqual([{ command: "demo:x", args: "a b", source: "plugin", prompt: "/x a b", context: [] }]);
    expect(prompted(shell)).toEqual(["/x a b", "body\n\nARGUMENTS: a b", "mind the gap"]);
  });

  it("can refuse it", async () => {
    await using shell = await start({ "demo/commands/x.md": "body" }, { plugins: [hooks([], "Not on Fridays.")] });
    expect(await shell.send("/x")).toMatchObject({ reason: "prompt_blocked", message: "Not on Fridays." });
    expect(shell.requests).toHaveLength(0);
  });
});
