import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { blocksOf, copyOfProgram, User } from "./user.js";

let folder: string;
let program: string;
let user: User;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nacre-program-"));
  program = copyOfProgram(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
beforeEach(() => {
  user = new User(program);
  user.write("bin/nacre", `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, 0o755);
  user.git("work", "init", "-q");
  user.write("work/README.md", "# Here\n");
  user.git("work", "add", "-A");
  user.git("work", "commit", "-qm", "Begin");
});
afterEach(() => user[Symbol.dispose]());

/** Runs lines of a page as a shell would, with a scripted model in the place of a real one. */
function shell(lines: string, turns: readonly unknown[] = []): ReturnType<User["other"]> {
  user.write("turns.json", JSON.stringify(turns));
  user.write("home/.nacre/config.toml", `scripted.file = ${JSON.stringify(user.at("turns.json"))}\n`);
  const script = `PATH="${user.at("bin")}:$PATH"\nset -e\n${lines}`;
  return user.other("sh", ["-c", script.replaceAll("nacre -p ", "nacre --provider scripted -p ")]);
}

describe("docs/writing-a-plugin.md", () => {
  it("begins with a plugin that is valid and passes its tests", () => {
    const [lines = ""] = blocksOf("writing-a-plugin.md", "", "sh");
    const { code, stdout } = shell(lines.split("\n").slice(0, 3).join("\n"));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/ok: plugin notes .*6 passed/s) });
  });

  it("shows code, a test and a marketplace that work together", () => {
    const page = "writing-a-plugin.md";
    user.write("work/calm/plugin.json", blocksOf(page, "Code", "json")[0]!);
    user.write("work/calm/dev.nacre/index.mjs", blocksOf(page, "Code", "js")[0]!);
    user.write("work/calm/tests/calm.test.yaml", blocksOf(page, "Tests", "yaml")[0]!);
    user.write("work/.claude-plugin/marketplace.json", blocksOf(page, "Publish", "json")[0]!);
    const lines = blocksOf(page, "Publish", "sh")[0]!.replace("owner/repo", ".").replace("calm@team", "calm@team -y");
    const { code, stdout } = shell(`nacre plugin validate calm --strict\nnacre plugin test calm\n${lines}`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/1 passed.*Installed calm@team/s) });
  });
});

describe("docs/skills.md", () => {
  it("shows a skill that is listed, triggered and measured", () => {
    const [write = ""] = blocksOf("skills.md", "Write one", "sh");
    expect(shell(write)).toMatchObject({ code: 0, stdout: expect.stringContaining("/tidy (project)") });
    user.write("work/tidy.eval.yaml", blocksOf("skills.md", "Measure one", "yaml")[0]!);
    const record = 'mkdir runs\nnacre -p "This is a mess" --record runs/mess.jsonl --trust-workspace';
    const used = [{ call: { name: "Skill", input: { skill: "tidy" } } }, { text: "done" }];
    expect(shell(record, used)).toMatchObject({ code: 0 });
    const [measure = ""] = blocksOf("skills.md", "Measure one", "sh");
    const { code, stdout } = shell(measure.replace("\n", " --trust-workspace\n"));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("3 of 3 prompts") });
  });
});

it("docs/commands.md shows commands that become prompts", () => {
  const [lines = ""] = blocksOf("commands.md", "Write one", "sh");
  const turn = { expect: { prompt: "/Explain @README.md to.*: [0-9a-f]+ Begin.*# Here/s" }, text: "explained" };
  expect(shell(lines, [turn])).toMatchObject({ code: 0, stdout: "explained\n" });
  user.write("work/.nacre/commands/log.toml", blocksOf("commands.md", "TOML", "toml")[0]!);
  const log = { expect: { prompt: "/done about this file.*Begin.*# Here/s" }, text: "told" };
  expect(shell('nacre -p "/log this file" --trust-workspace', [log])).toMatchObject({ code: 0, stdout: "told\n" });
});

it("docs/aliases.md shows a file without faults, whose aliases run", () => {
  user.write("work/.nacre/aliases.nalias", blocksOf("aliases.md", "", "")[0]!);
  user.write("work/src/a.txt", "TODO: more\n");
  const lines = `nacre alias check --trust-workspace\nnacre -p "@todo --dir src" --trust-workspace`;
  expect(shell(lines)).toMatchObject({ code: 0, stdout: "4 aliases, no errors.\nsrc/a.txt:1:TODO: more\n" });
});

it("docs/agents.md shows an agent that is found and asked", () => {
  user.write("work/.nacre/agents/finder.md", blocksOf("agents.md", "", "markdown")[0]!);
  const [, ask = ""] = blocksOf("agents.md", "", "sh")[0]!.split("\n");
  const turns = [
    { call: { name: "Agent", input: { subagent_type: "finder", description: "find", prompt: "Where is it?" } } },
    { text: "{{result}}" },
    { when: { system: "You find things." }, text: "In a.ts:1." },
  ];
  expect(shell(`${ask} --trust-workspace`, turns)).toMatchObject({ code: 0, stdout: "In a.ts:1.\n" });
});

it("docs/trust.md shows commands that say yes and take it back", () => {
  user.write("work/.claude/settings.json", JSON.stringify({ permissions: { allow: ["Bash(make)"] } }));
  const [lines = ""] = blocksOf("trust.md", "Say yes or no", "sh");
  const { code, stdout, stderr } = shell(lines);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/- permissions\.allow: .*is trusted\..*trusted .*is forgotten/s);
  user.write("home/.nacre/config.toml", `${blocksOf("trust.md", "Folders that are always trusted", "toml")[0]!}`);
  expect(user.nacre(["config", "get", "trust.folders"]).stdout).toContain("~/work/mine/**");
});

it("docs/hooks.md shows a first hook, a worker and a rule that do what it says", () => {
  const [first = ""] = blocksOf("hooks.md", "A first hook", "toml");
  const [worker = ""] = blocksOf("hooks.md", "Workers", "toml");
  user.write("work/.nacre/settings.toml", `${first}\n${worker}`);
  user.write("work/.nacre/hooks/worker.mjs", blocksOf("hooks.md", "Workers", "js")[0]!);
  user.write("work/.nacre/hookify/no-force-push.md", blocksOf("hooks.md", "Rules without code", "markdown")[0]!);
  const turns = [
    { expect: { prompt: "The branch is m" }, call: { name: "Bash", input: { command: "git push x --force" } } },
    { expect: { result: "Force pushes rewrite" }, call: { name: "Bash", input: { command: "echo fine" } } },
    { text: "{{result}}" },
  ];
  expect(shell('nacre -p "go" --trust-workspace\nnacre hook log', turns)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^fine\n.*success +PreToolUse:Bash +worker: node/s),
  });
});

it("docs/output-styles.md and docs/guidelines.md show files that are taken up", () => {
  user.write("home/.nacre/output-styles/terse.md", blocksOf("output-styles.md", "Your own", "markdown")[0]!);
  user.write("work/NACRE.md", "Never use `eval()`.\n");
  user.write("work/bad.js", 'eval("1");\n');
  const style = { expect: { system: "Answer in at most three lines." }, text: "short" };
  expect(shell('nacre -p "go" --output-style Terse', [style])).toMatchObject({ code: 0, stdout: "short\n" });
  const checked = shell("nacre guidelines check --diff");
  expect(checked).toMatchObject({ code: 1, stdout: expect.stringMatching(/^bad\.js:1:1 .*NACRE\.md:1: Never use/s) });
});

describe("README.md", () => {
  const at = "../README.md";

  it.each([
    ["A first tool", "dice", /^The die says: You rolled [1-6]\.\n$/],
    ["A first gate", "no-push", /^It was refused: Pushing is left to people\.\n$/],
  ])("has below %s a plugin that does what is shown", (heading, name, answer) => {
    user.write(`home/.nacre/plugins/${name}/plugin.json`, blocksOf(at, heading, "json")[0]!);
    user.write(`home/.nacre/plugins/${name}/index.mjs`, blocksOf(at, heading, "js")[0]!);
    user.write("work/script.yaml", blocksOf(at, heading, "yaml")[0]!);
    const said = user.nacre(["-p", "go", "--provider", "scripted", "--script", "script.yaml"]);
    expect(said).toEqual({ code: 0, stdout: expect.stringMatching(answer), stderr: "" });
  });

  it("has a skill, a hook and an alias that work", () => {
    const heading = "Making it yours";
    user.write("work/.nacre/settings.toml", blocksOf(at, heading, "toml")[0]!);
    user.write("home/.nacre/aliases.nalias", blocksOf(at, heading, "")[0]!);
    const [, skill = "", alias = ""] = blocksOf(at, heading, "sh");
    expect(shell(skill)).toMatchObject({ code: 0, stdout: expect.stringContaining("2 of 2 prompts") });
    expect(shell(alias)).toMatchObject({ code: 0, stdout: expect.stringContaining("README.md") });
    const push = [{ call: { name: "Bash", input: { command: "cd . && git push" } } }, { text: "{{result}}" }];
    const said = shell('nacre -p "push" --trust-workspace', push);
    expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining("Pushing is left to people.") });
  });
});
