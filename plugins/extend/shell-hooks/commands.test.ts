import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hooksWith, house, type House } from "./house.js";

let h: House;
beforeEach(() => void (h = house()));
afterEach(() => h[Symbol.dispose]());

describe("nacre hook run", () => {
  it("fires an event by hand and shows input, output, time and the decision of all", async () => {
    h.write("~/.nacre/config.json", {
      hooks: {
        PreToolUse: [
          {
            matcher: "Bash",
            hooks: [{ type: "command", command: "grep -q 'git push' && { echo no pushing >&2; exit 2; }; exit 0" }],
          },
          { hooks: [{ type: "command", command: "echo fine" }] },
          { matcher: "Write", hooks: [{ type: "command", command: "exit 2" }] },
        ],
      },
    });
    h.write("push.json", { tool_name: "Bash", tool_input: { command: "git push" } });
    const { code, stdout } = await h.run(["hook", "run", "PreToolUse", "--input", "push.json"]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^input: {"tool_name":"Bash","tool_input":{"command":"git push"}/);
    expect(stdout).toMatch(
      /command: grep -q .*\n {2}from .*config\.json\n {2}error in [\d.]+ ms, exit code 2\n {2}stderr: no pushing/,
    );
    expect(stdout).toMatch(/command: echo fine\n[^]*success in [\d.]+ ms, exit code 0\n {2}stdout: fine/);
    expect(stdout).toMatch(/decision: deny: PreToolUse:Bash hook error: \[grep.*\]: no pushing\n$/);
    expect(stdout).not.toContain("Write");
    const easy = await h.run(["hook", "run", "PreToolUse", "--json"]);
    expect(easy.code).toBe(0);
    expect(JSON.parse(easy.stdout)).toMatchObject({
      hooks: [{ exitCode: 0 }, { stdout: "fine\n" }],
      decision: { refused: false },
    });
  });

  it("fires the hooks of one plugin alone", async () => {
    h.write("~/.nacre/config.json", hooksWith("Stop", "echo settings"));
    h.write("~/probe/.claude-plugin/plugin.json", { name: "probe" });
    h.write("~/probe/hooks/hooks.json", hooksWith("Stop", "echo plugin"));
    const dir = join(h.home, "../probe");
    const { stdout } = await h.run(["hook", "run", "Stop", "--plugin", "probe", "--plugin-dir", dir]);
    expect(stdout).toContain("stdout: plugin");
    expect(stdout).not.toContain("stdout: settings");
  });

  it("opens a session for hooks that need one: `if`, and those that ask a model", async () => {
    const hooks = [
      { type: "command", command: "echo pushing", if: "Bash(git push *)" },
      { type: "prompt", prompt: "Fine?" },
    ];
    h.write("~/.nacre/config.json", { hooks: { PreToolUse: [{ hooks }] } });
    const words = ["hook", "run", "PreToolUse"];
    const no = { text: '{"ok": false, "reason": "Not on a Friday."}' };
    const ran = await h.run(words, { turns: [no] });
    expect(ran.stdout).toMatch(/^[^]*prompt: Fine\?[^]*decision: deny: Not on a Friday\.\n$/);
    expect(ran.stdout).not.toContain("pushing");
    h.write("push.json", { tool_input: { command: "cd x && git push" } });
    const pushed = await h.run([...words, "--input", "push.json"], { turns: [{ text: '{"ok": true}' }] });
    expect(pushed.stdout).toContain("stdout: pushing");
    expect((await h.run(["hook", "log"])).stderr).toContain("This folder has no session yet");
  });

  it("needs no model for a hook with `if`", async () => {
    const hooks = [{ type: "command", command: "echo pushing", if: "Bash(git push *)" }];
    h.write("~/.nacre/config.json", { hooks: { PreToolUse: [{ hooks }] } });
    expect((await h.run(["hook", "run", "PreToolUse"])).stdout).toContain("No hook matches this input.");
    h.write("push.json", { tool_input: { command: "cd x && git push" } });
    const { stdout, stderr } = await h.run(["hook", "run", "PreToolUse", "--input", "push.json"]);
    expect(stdout).toContain("stdout: pushing");
    expect(stderr).toBe("");
  });

  it.each([
    [["PreToolUs"], 2, "There is no hook event"],
    [["pretooluse"], 2, "did you mean PreToolUse?"],
    [[], 2, "Name an event"],
    [["Stop", "--input", "missing.json"], 2, "missing.json cannot be read as JSON"],
    [["Stop"], 0, "No hook for Stop is in force."],
  ])("answers %j with %i: %s", async (words, code, text) => {
    const ran = await h.run(["hook", "run", ...words]);
    expect(ran.code).toBe(code);
    expect(ran.stdout + ran.stderr).toContain(text);
  });

  it("shows what a hook writes without letting it act on the terminal", async () => {
    h.write("~/.nacre/config.json", hooksWith("Stop", "printf '\\033[31mred\\007'"));
    const { stdout } = await h.run(["hook", "run", "Stop"]);
    expect(stdout).toContain("stdout: \\x1b[31mred\\x07");
  });
});

describe("nacre hook log", () => {
  it("shows what ran in a session, how long, and what it changed", async () => {
    const denied = hooksWith("PreToolUse", "echo no pushing >&2; exit 2", "Bash") as { hooks: object };
    const prompt = hooksWith("UserPromptSubmit", "echo be brief") as { hooks: object };
    h.write("~/.nacre/config.json", { hooks: { ...denied.hooks, ...prompt.hooks } });
    const push = { call: { name: "Bash", input: { command: "git push" } } };
    await h.run(["-p", "go"], { turns: [push, { text: "ok" }] });
    const { stdout } = await h.run(["hook", "log"]);
    expect(stdout).toMatch(
      /^\d\d:\d\d:\d\d +[\d.]+ ms {2}success {4}UserPromptSubmit {2}command: echo be brief\n {4}context: 8 characters\n/,
    );
    expect(stdout).toMatch(
      /error {6}PreToolUse:Bash {2}command: echo no pushing.*\n {4}blocked: PreToolUse:Bash hook error/,
    );
    const lines = (await h.run(["hook", "log", "--json"])).stdout.trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      "UserPromptSubmit",
      "PreToolUse",
    ]);
  });

  it("says when nothing ran, and when there is no session", async () => {
    expect((await h.run(["hook", "log"])).stderr).toContain("This folder has no session yet");
    await h.run(["-p", "go"], { turns: [{ text: "ok" }] });
    expect((await h.run(["hook", "log"])).stdout).toMatch(/^No hook ran in session /);
  });
});

describe("nacre hook list", () => {
  it("lists what is in force and where it stands", async () => {
    const file = h.write("~/.nacre/config.json", {
      hooks: {
        PreToolUse: [{ matcher: "Bash", hooks: [{ type: "command", command: "./x", if: "Bash(git *)" }] }],
        PreCompact: [{ hooks: [{ type: "http", url: "http://x/" }] }],
      },
    });
    expect((await h.run(["hook", "list"])).stdout).toBe(
      `PreToolUse (Bash) Bash(git *)  command: ./x\n    settings, ${file}\nPreCompact  http: http://x/\n    settings, ${file}  [never fires: nothing is compacted yet]\n`,
    );
    expect(JSON.parse((await h.run(["hook", "list", "PreCompact", "--json"])).stdout)).toMatchObject([
      { event: "PreCompact", url: "http://x/" },
    ]);
  });
});

describe("nacre hook", () => {
  it("says what it can do", async () => {
    expect(await h.run(["hook"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`Say what to do: nacre hook`),
    });
    const { stderr } = await h.run(["hook", "sing"]);
    expect(stderr).toContain('nacre hook does not know "sing": nacre hook');
    for (const verb of ["run", "log", "list"]) expect(stderr).toContain(verb);
  });

  it("says that hooks of a project that is not trusted are not there", async () => {
    h.write(".nacre/settings.json", hooksWith("Stop", "true"));
    const { stdout, stderr } = await h.run(["hook", "list"]);
    expect(stdout).toBe("No hooks are in force.\n");
    expect(stderr).toContain("is not trusted, so this is not used: hooks.Stop");
  });

  it("says that a setting switches all hooks off", async () => {
    h.write("~/.nacre/config.json", { ...hooksWith("Stop", "true"), disableAllHooks: true });
    const { stdout } = await h.run(["hook", "list"]);
    expect(stdout).toMatch(/^No hooks are in force\. .*nacre why setting disableAllHooks\.$/m);
  });
});

describe("nacre --init-only", () => {
  it("runs Setup and SessionStart hooks, and nothing else", async () => {
    const line = 'sed -n \'s/.*"hook_event_name":"\\([A-Za-z]*\\)".*/\\1/p\' >> "$NACRE_PROJECT_DIR/seen"';
    const one = { hooks: [{ type: "command", command: line }] };
    h.write("~/.nacre/config.json", {
      hooks: {
        Setup: [
          { matcher: "init", ...one },
          { matcher: "maintenance", ...one },
        ],
        SessionStart: [one],
        Stop: [one],
      },
    });
    expect((await h.run(["--init-only"])).code).toBe(0);
    expect(readFileSync(join(h.dir, "seen"), "utf8")).toBe("Setup\nSessionStart\n");
    await h.run(["-p", "go", "--maintenance"], { turns: [{ text: "ok" }] });
    expect(readFileSync(join(h.dir, "seen"), "utf8")).toBe("Setup\nSessionStart\nSetup\nSessionStart\nStop\n");
    h.write("~/.nacre/config.json", hooksWith("Setup", "echo broken >&2; exit 1"));
    expect(await h.run(["--init-only"])).toMatchObject({ code: 1, stderr: expect.stringContaining("broken") });
  });
});

it("a hook that blocks git push, as the documentation writes it", async () => {
  const docs = readFileSync("docs/hooks.md", "utf8");
  const settings = /```toml\n(# \.nacre\/settings\.toml\n[^]*?)```/.exec(docs)![1]!;
  const script = /```sh\n(#!\/bin\/sh\n# block-push\.sh[^]*?)```/.exec(docs)![1]!;
  h.write(".nacre/settings.toml", settings);
  chmodSync(h.write(".nacre/hooks/block-push.sh", script), 0o755);
  const push = { call: { name: "Bash", input: { command: "git push origin main" } } };
  const look = { call: { name: "Bash", input: { command: "touch x" } } };
  const words = [
    "-p",
    "go",
    "--trust-workspace",
    "--allowed-tools",
    "Bash",
    "--output-format",
    "stream-json",
    "--verbose",
  ];
  const { stdout } = await h.run(words, { turns: [push, look, { text: "ok" }] });
  expect(stdout).toContain("Ask the person to push.");
  expect(existsSync(join(h.dir, "x"))).toBe(true);
});
