import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { command, notices, pass, ran, withHooks } from "./testing.js";
import { hooksWith, house, type House } from "./house.js";

let h: House;
beforeEach(() => void (h = house()));
afterEach(() => h[Symbol.dispose]());

const GO = ["-p", "go", "--trust-workspace"];
const turns = [{ text: "ok" }];
const lines = (file: string): string[] => {
  const path = join(h.dir, file);
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
};
const note = (word: string): object => hooksWith("UserPromptSubmit", `echo ${word} >> "$NACRE_PROJECT_DIR/seen"`);

describe("Hooks in settings", () => {
  it("of all files run, each once, nacre's and Claude-style ones", async () => {
    h.write(
      "~/.nacre/config.toml",
      `[[hooks.UserPromptSubmit]]\nhooks = [{ type = "command", command = 'echo user >> "$NACRE_PROJECT_DIR/seen"' }]\n`,
    );
    h.write(".nacre/settings.json", note("project"));
    h.write(".nacre/settings.local.json", note("local"));
    h.write(".claude/settings.json", note("claude"));
    h.write(".claude/settings.local.json", note("project"));
    expect((await h.run(GO, { turns })).code).toBe(0);
    expect(lines("seen").toSorted()).toEqual(["claude", "local", "project", "user"]);
  });

  it("of a project do nothing before it is trusted, which is said", async () => {
    h.write(".nacre/settings.json", note("project"));
    h.write(".claude/settings.json", note("claude"));
    h.write("~/.nacre/config.json", note("user"));
    const { stderr } = await h.run(["-p", "go"], { turns });
    expect(lines("seen")).toEqual(["user"]);
    expect(stderr).toMatch(/is not trusted, so this is not used: .*hooks/);
  });

  it.each([
    [true, undefined, []],
    [true, false, ["project"]],
    [undefined, true, []],
  ])("are off with disableAllHooks: user %s, project %s", async (user, project, expected) => {
    h.write("~/.nacre/config.json", user === undefined ? {} : { disableAllHooks: user });
    h.write(".nacre/settings.json", { ...note("project"), ...(project !== undefined && { disableAllHooks: project }) });
    await h.run(GO, { turns });
    expect(lines("seen")).toEqual(expected);
  });

  it("count without the entry that is wrong, which is named with its file", async () => {
    const good = { hooks: [{ type: "command", command: 'echo good >> "$NACRE_PROJECT_DIR/seen"' }] };
    const file = h.write(".nacre/settings.json", {
      hooks: {
        UserPromptSubmit: [
          { hooks: [{ type: "command" }] },
          { matcher: 5, hooks: [{ type: "x" }] },
          good,
          { hooks: [{ type: "shout" }] },
        ],
        PreToolUse: [{ matcher: "(", hooks: [{ type: "command", command: "x" }] }],
        BeforeEverything: [good],
        Stop: "x",
      },
    });
    const { stderr } = await h.run([...GO, "--verbose"], { turns });
    expect(lines("seen")).toEqual(["good"]);
    expect(stderr).toContain(
      `${file}: hooks: UserPromptSubmit: a handler of the type "command" needs "command", a text.`,
    );
    expect(stderr).toContain('There is no event "BeforeEverything"');
    expect(stderr).toMatch(/PreToolUse: the matcher does not count: "\(" is no regular expression/);
  });

  const prompts = (...texts: readonly string[]): string =>
    texts.map((content) => `${JSON.stringify({ type: "user", message: { role: "user", content } })}\n`).join("");
  const TALK = [
    "-p",
    "--input-format",
    "stream-json",
    "--output-format",
    "stream-json",
    "--verbose",
    "--trust-workspace",
  ];
  /** At the end of each turn the next of the files takes the place of the settings. */
  const NEXT = "for f in next1 next2; do [ -e $f ] && mv $f .nacre/settings.json && break; done; true";
  const changing = (more: object = {}): object => {
    const { hooks } = note("one") as { hooks: object };
    return { hooks: { ...hooks, Stop: [{ hooks: [{ type: "command", command: NEXT }] }], ...more } };
  };

  it("take effect with the next prompt when their file is changed, and ConfigChange hears of it", async () => {
    const told = 'cat > "$NACRE_PROJECT_DIR/change"';
    const ConfigChange = [{ matcher: "project_settings", hooks: [{ type: "command", command: told }] }];
    const file = h.write(".nacre/settings.json", changing({ ConfigChange }));
    h.write("next1", note("two"));
    await h.run(TALK, { turns: [...turns, ...turns], stdin: prompts("a", "b") });
    expect(lines("seen")).toEqual(["one", "two"]);
    expect(JSON.parse(readFileSync(join(h.dir, "change"), "utf8"))).toMatchObject({
      source: "project_settings",
      file_path: file,
    });
  });

  it("stay as they were when ConfigChange refuses, and when the file is broken", async () => {
    const ConfigChange = [{ hooks: [{ type: "command", command: "echo no >&2; exit 2" }] }];
    h.write(".nacre/settings.json", changing({ ConfigChange }));
    h.write("next1", note("two"));
    h.write("next2", "{ broken");
    const { stdout } = await h.run(TALK, { turns: [...turns, ...turns, ...turns], stdin: prompts("a", "b", "c") });
    expect(lines("seen")).toEqual(["one", "one", "one"]);
    expect(stdout).toContain("does not count: no");
    expect(stdout).toContain("Its hooks stay as they were.");
  });
});

describe("Hooks of plugins", () => {
  const plugin = (folder: string): void => {
    h.write(`${folder}/.claude-plugin/plugin.json`, { name: "probe" });
    h.write(`${folder}/hooks/hooks.json`, {
      description: "Mine",
      hooks: {
        UserPromptSubmit: [{ hooks: [{ type: "command", command: "sh ${CLAUDE_PLUGIN_ROOT}/x.sh" }] }],
        Unknown: [],
      },
    });
    h.write(
      `${folder}/x.sh`,
      'echo "$CLAUDE_PLUGIN_ROOT|$PLUGIN_DATA|$CLAUDE_PLUGIN_OPTION_who|$CLAUDE_PLUGIN_OPTION_WHO" >> "$CLAUDE_PROJECT_DIR/seen"; [ -d "$CLAUDE_PLUGIN_DATA" ]',
    );
  };

  it("run with the plugin's folders and options, also where a blank stands in the path", async () => {
    plugin("~/my plugins/probe");
    h.write("~/.nacre/config.json", { pluginConfigs: { "probe@market": { options: { who: "me" } } } });
    const dir = join(h.home, "../my plugins/probe");
    const { code, stderr } = await h.run([...GO, "--plugin-dir", dir], { turns });
    expect([code, stderr]).toEqual([0, ""]);
    expect(lines("seen")).toEqual([`${dir.replace("/.nacre/..", "")}|${join(h.home, "plugin-data/probe")}|me|me`]);
  });

  it("of a project are told neither the answers nor the data of another plugin of their name", async () => {
    plugin(".nacre/plugins/probe");
    h.write("~/.nacre/config.json", { pluginConfigs: { "probe@market": { options: { who: "me" } } } });
    h.write("~/.nacre/plugin-data/probe/token", "hunter2");
    const { code } = await h.run(GO, { turns });
    expect(code).toBe(0);
    const [dir, data, ...answers] = lines("seen")[0]!.split("|");
    expect([dir, answers]).toEqual([join(h.dir, ".nacre/plugins/probe"), ["", ""]]);
    expect(data).toMatch(/\/plugin-data\/probe-[0-9a-f]{12}$/);
  });

  it("take effect with the next prompt when their file is changed, in the project's own folder as well", async () => {
    const one = (word: string): string => JSON.stringify(note(word));
    h.write(".nacre/hooks/hooks.json", one("own one"));
    h.write("~/.nacre/plugins/probe/.claude-plugin/plugin.json", { name: "probe" });
    const file = h.write("~/.nacre/plugins/probe/hooks/hooks.json", one("plugin one"));
    h.write("next-own", one("own two"));
    h.write("next-plugin", one("plugin two"));
    const move = `sleep 0.05; mv next-own .nacre/hooks/hooks.json; mv next-plugin ${file}; true`;
    h.write(".nacre/settings.json", hooksWith("Stop", move));
    const words = ["-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose"];
    const prompt = `${JSON.stringify({ type: "user", message: { role: "user", content: "go" } })}\n`;
    await h.run([...words, "--trust-workspace"], { turns: [...turns, ...turns], stdin: prompt + prompt });
    expect(lines("seen").slice(0, 2).toSorted()).toEqual(["own one", "plugin one"]);
    expect(lines("seen").slice(2).toSorted()).toEqual(["own two", "plugin two"]);
  });

  it.each([
    ['{"hooks": {', /hooks\.json:1: Not valid JSON/],
    ['{"hooks": {"PreToolUze": [{"hooks": [{"type": "command", "command": "true"}]}]}}', /no event "PreToolUze"/],
    ['{"hooks": {"Stop": [{"hooks": [{"type": "comand"}]}]}}', /a handler needs "type": .*not "comand"/],
  ])("are told of in each run, and in the list, where they are wrong: %s", async (text, sentence) => {
    h.write("~/.nacre/hooks/hooks.json", text);
    for (const words of [
      ["-p", "go"],
      ["-p", "go"],
      ["hook", "list"],
    ]) {
      const { stderr } = await h.run(words, { turns });
      expect(stderr).toMatch(sentence);
    }
  });

  it("run beside the same ones of settings, and are listed with the plugin's name", async () => {
    plugin("~/probe");
    const dir = join(h.home, "../probe").replace("/.nacre/..", "");
    h.write("~/.nacre/config.json", {
      hooks: { UserPromptSubmit: [{ hooks: [{ type: "command", command: "sh ${CLAUDE_PLUGIN_ROOT}/x.sh || true" }] }] },
    });
    const { stdout } = await h.run(["hook", "list", "--plugin-dir", dir]);
    expect(stdout).toContain("UserPromptSubmit  command: sh ${CLAUDE_PLUGIN_ROOT}/x.sh\n    plugin:probe");
    expect(stdout).toContain("settings, ");
  });
});

describe("Hooks of front matter", () => {
  it("run in their session from then on, once where they say so, and can be taken out", async () => {
    await using shell = await withHooks(
      {},
      {
        plugins: ["bash", pass],
        script: Array.from({ length: 8 }, (_, i) => (i % 2 ? say("ok") : call("Bash", { command: "echo a" }))),
      },
    );
    const service = (await shell.kernel.service("shellHooks"))!;
    const from = { label: "skill demo", file: "/x/SKILL.md" };
    const remove = service.add(
      shell.session,
      { PreToolUse: command("true", { once: true }), PostToolUse: command("true") as never } as never,
      from,
    );
    await shell.send("one");
    expect(ran(shell).map(({ event }) => event)).toEqual(["PreToolUse", "PostToolUse"]);
    await shell.send("two");
    expect(ran(shell).map(({ event }) => event)).toEqual(["PreToolUse", "PostToolUse", "PostToolUse"]);
    expect(ran(shell)[0]!.from).toBe("skill demo (/x/SKILL.md)");
    remove();
    await shell.send("three");
    expect(ran(shell)).toHaveLength(3);
  });

  it("of an agent mean the agent's end with Stop; faults are told and cost one entry", async () => {
    await using shell = await withHooks({}, { script: [say("ok")] });
    const child = await shell.kernel.open({
      provider: "test-script",
      agent: { id: "a", type: "t", of: shell.session },
    });
    const service = (await shell.kernel.service("shellHooks"))!;
    const hooks = { Stop: command("true"), Never: command("x") } as never;
    service.add(child, hooks, { label: "agent t", file: "/x/t.md", agent: true });
    await child.send("go");
    expect(ran(shell).map(({ event }) => event)).toEqual(["SubagentStop"]);
    expect(notices(shell).join()).toContain('/x/t.md: There is no event "Never"');
  });
});
