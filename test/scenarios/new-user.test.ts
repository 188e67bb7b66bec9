import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
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
beforeEach(() => void (user = new User(program)));
afterEach(() => user[Symbol.dispose]());

const call = (name: string, input: Record<string, unknown>): object => ({ call: { name, input } });
const bash = (command: string): object => call("Bash", { command });
const TELL = { text: "It said: {{result}}" };

describe("A marketplace in a git repository", () => {
  const GUARD = '#!/bin/sh\nif grep -q forbidden; then echo "Not on a Friday." >&2; exit 2; fi\n';
  const HOOKS = { hooks: { PreToolUse: [{ matcher: "Bash", hooks: [guard()] }] } };
  function guard(): object {
    return { type: "command", command: '"${CLAUDE_PLUGIN_ROOT}/hooks/guard.sh"' };
  }

  beforeEach(() => {
    const plugins = [{ name: "deploy", source: "./deploy", description: "Deploys things" }];
    user.write("market/.claude-plugin/marketplace.json", JSON.stringify({ name: "team", owner: {}, plugins }));
    user.write("market/deploy/.claude-plugin/plugin.json", '{"name": "deploy", "version": "1.0.0"}');
    user.write("market/deploy/commands/ship.md", "---\ndescription: Ships it\n---\nShip to $ARGUMENTS now.\n");
    user.write("market/deploy/skills/list/SKILL.md", "---\ndescription: The checklist.\n---\nCheck the moon first.\n");
    user.write("market/deploy/agents/watcher.md", "---\nname: watcher\ndescription: Watches.\n---\nYou watch ships.\n");
    user.write("market/deploy/hooks/hooks.json", JSON.stringify(HOOKS));
    user.write("market/deploy/hooks/guard.sh", GUARD, 0o755);
    user.git("market", "init", "-q");
    user.git("market", "add", "-A");
    user.git("market", "commit", "-qm", "The first plugin");
    expect(user.nacre(["plugin", "marketplace", "add", `file://${user.at("market")}`])).toMatchObject({ code: 0 });
  });

  it("gives a plugin whose command, skill, agent and hook work in the next run", () => {
    const unasked = user.nacre(["plugin", "install", "deploy@team"]);
    expect(unasked).toMatchObject({ code: 3, stdout: "" });
    expect(unasked.stderr).toContain('hook: PreToolUse runs "${CLAUDE_PLUGIN_ROOT}/hooks/guard.sh"');
    expect(user.nacre(["plugin", "install", "deploy@team", "-y"])).toMatchObject({ code: 0 });
    const { stdout } = user.nacre(["plugin", "list"]);
    expect(stdout).toMatch(/^deploy +1\.0\.0 +installed +data +1 agent, 1 command, 1 hook, 1 skill$/m);

    const shipped = { expect: { prompt: "Ship to production now." }, text: "shipped" };
    expect(user.ask("/deploy:ship production", [shipped])).toEqual({ code: 0, stdout: "shipped\n", stderr: "" });
    const skill = user.ask("go", [call("Skill", { skill: "deploy:list" }), TELL]);
    expect(skill).toMatchObject({ code: 0, stdout: expect.stringContaining("Check the moon first.") });
    const watching = { when: { system: "You watch ships." }, text: "I watched." };
    const agent = call("Agent", { subagent_type: "deploy:watcher", description: "watch", prompt: "Watch." });
    expect(user.ask("go", [agent, TELL, watching])).toMatchObject({ code: 0, stdout: "It said: I watched.\n" });
    const hook = user.ask("go", [bash("echo forbidden"), TELL]);
    expect(hook).toMatchObject({ code: 0, stdout: expect.stringContaining("Not on a Friday.") });
    expect(user.ask("go", [bash("echo fine"), TELL]).stdout).toBe("It said: fine\n");
  });
});

describe("A project's hook that blocks git push, copied from docs/hooks.md", () => {
  beforeEach(() => {
    user.git("work", "init", "-q", "-b", "main");
    user.git("work", "commit", "-q", "--allow-empty", "-m", "Begin");
    user.git("work", "init", "-q", "--bare", user.at("remote"));
    user.git("work", "remote", "add", "origin", user.at("remote"));
    const heading = "A hook that blocks git push";
    user.write("work/.nacre/settings.toml", blocksOf("hooks.md", heading, "toml")[0]!);
    user.write("work/.nacre/hooks/block-push.sh", blocksOf("hooks.md", heading, "sh")[0]!, 0o755);
  });
  const push = [bash("git push origin main"), TELL];
  const pushed = (): boolean => user.git("work", "ls-remote", "origin") !== "";

  it("stops the push, whatever rules allow, and nacre why says that it did", () => {
    const { code, stdout } = user.ask("push", push, "--trust-workspace", "--allowed-tools", "Bash");
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("Pushing is done by people here.") });
    expect(pushed()).toBe(false);
    const why = user.nacre(["why", "last"]);
    expect(why.stdout).toMatch(/Decision +refused by shell-hooks/);
    expect(why.stdout).toMatch(/Rule +PreToolUse hook \(.*settings\.toml\)/);
    expect(user.nacre(["hook", "log"]).stdout).toMatch(/PreToolUse:Bash .*block-push\.sh\n +blocked: .*people here/);
  });

  it("can be tried by hand as the page says", () => {
    const [, trial = ""] = blocksOf("hooks.md", "A hook that blocks git push", "sh");
    user.write("bin/nacre", `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, 0o755);
    const { code, stdout } = user.other("sh", ["-c", `PATH="${user.at("bin")}:$PATH"\n${trial}`]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/exit code 2\n.*decision: deny: .*people here/s);
  });

  it("is held back while the folder is not trusted, which is said once", () => {
    const { code, stderr } = user.ask("push", push, "--allowed-tools", "Bash");
    expect(code).toBe(0);
    expect(stderr.match(/is not trusted/g)).toHaveLength(1);
    expect(stderr).toMatch(/not used: hooks\.PreToolUse .*--trust-workspace/);
    expect(pushed()).toBe(true);
  });
});

describe("A skill", () => {
  it("is made, evaluated and loaded by its trigger", () => {
    expect(user.nacre(["skill", "new", "tidy-desk", "--description", "Tidies the desk."])).toMatchObject({ code: 0 });
    const file = ".nacre/skills/tidy-desk";
    const least = ["--min-precision", "1", "--min-recall", "1"];
    expect(user.nacre(["skill", "eval", `${file}/eval.yaml`, ...least])).toMatchObject({ code: 0 });
    user.edit(`work/${file}/SKILL.md`, "[tidy desk]", "[clear up]");
    expect(user.nacre(["skill", "eval", `${file}/eval.yaml`, ...least])).toMatchObject({ code: 1 });
    const loaded = {
      expect: { prompt: 'The skill tidy-desk is loaded, as its trigger "clear up" fits' },
      text: "done",
    };
    const said = user.ask("Please clear up.", [loaded], "--trust-workspace");
    expect(said).toEqual({ code: 0, stdout: "done\n", stderr: "" });
  });

  it("and a hook count as they now stand from the next prompt on", async () => {
    const hook = { type: "command", command: "echo red from the hook" };
    user.write("work/.nacre/hooks/hooks.json", JSON.stringify({ hooks: { UserPromptSubmit: [{ hooks: [hook] }] } }));
    user.write("work/.nacre/skills/tone/SKILL.md", "---\ndescription: The tone.\n---\nSpeak like red.\n");
    const turn = (word: string): object => {
      return {
        expect: { prompt: new RegExp(`Speak like ${word}.*${word} from the hook`, "s").toString() },
        text: word,
      };
    };
    await using session = user.session([turn("red"), turn("blue")], "--trust-workspace");
    expect(await session.send("/tone")).toBe("red");
    user.edit("work/.nacre/hooks/hooks.json", "red", "blue");
    user.edit("work/.nacre/skills/tone/SKILL.md", "red", "blue");
    expect(await session.send("/tone")).toBe("blue");
  });
});

describe("A plugin packed by npm", () => {
  const COUNT = [call("CountWords", { text: "one two" }), TELL];
  const PUSH = [bash("git push"), TELL];
  let installed: string;

  beforeEach(() => {
    user.nacre(["plugin", "new", "box", "--with", "tool", "hook"]);
    user.write("work/box/package.json", '{"name": "box", "version": "1.0.0", "files": ["plugin.json", "dev.nacre"]}');
    expect(user.other("npm", ["pack", "--silent", "--pack-destination", user.base, "./box"])).toMatchObject({
      code: 0,
    });
    user.write("work/side/plugin.json", '{"name": "side"}');
    user.write("work/side/commands/wave.md", "Wave to all.\n");
    expect(user.nacre(["plugin", "install", "./side", "-y"])).toMatchObject({ code: 0 });
    expect(user.nacre(["plugin", "install", user.at("box-1.0.0.tgz"), "-y"])).toMatchObject({ code: 0 });
    const cache = "home/.nacre/plugins/cache/local/box";
    installed = `${cache}/${readdirSync(user.at(cache)).find((name) => !name.endsWith(".json"))}`;
  });

  it("is used, refused with what was changed once somebody touched it, and used again after a yes", () => {
    expect(user.ask("go", COUNT)).toEqual({ code: 0, stdout: "It said: 2 words\n", stderr: "" });
    expect(user.ask("go", PUSH).stdout).toContain("Pushing is left to the person");

    user.edit(`${installed}/dev.nacre/index.mjs`, " words`", " wordz`");
    const refused = user.ask("go", COUNT);
    expect(refused.stderr).toMatch(
      /"box@local" does not start: its files are not those .*\n {2}~ dev\.nacre\/index\.mjs/,
    );
    expect(refused.stdout).not.toContain("2 word");
    expect(user.ask("/wave", [{ expect: { prompt: "Wave to all." }, text: "waved" }]).stdout).toBe("waved\n");

    user.write(`${installed}/dev.nacre/more.txt`, "more\n");
    const hooks = `${installed}/dev.nacre/hooks/hooks.json`;
    const more = { Stop: [{ hooks: [{ type: "command", command: "touch stopped" }] }] };
    const table = JSON.parse(user.read(hooks)) as { hooks: object };
    user.write(hooks, JSON.stringify({ hooks: { ...table.hooks, ...more } }));
    const diff = / {2}~ dev\.nacre\/hooks\/hooks\.json\n {2}~ dev\.nacre\/index\.mjs\n {2}\+ dev\.nacre\/more\.txt/;
    expect(user.ask("go", COUNT).stderr).toMatch(diff);
    expect(existsSync(user.at("work/stopped"))).toBe(false);

    const unasked = user.nacre(["plugin", "trust", "box"]);
    expect(unasked).toMatchObject({ code: 3, stderr: expect.stringContaining("NEW hook: Stop runs touch stopped") });
    expect(user.nacre(["plugin", "trust", "box", "-y"])).toMatchObject({ code: 0 });
    expect(user.ask("go", COUNT)).toEqual({ code: 0, stdout: "It said: 2 wordz\n", stderr: "" });
    expect(existsSync(user.at("work/stopped"))).toBe(true);
  });
});

describe("Without a model", () => {
  it("an alias runs, with no key and no provider at all", () => {
    user.write("home/.nacre/aliases.nalias", 'alias ll "Files" = LS(path: ".")\n');
    user.write("work/here.txt", "x");
    for (const prompt of ["@ll", "/ll"]) {
      const said = user.nacre(["-p", prompt]);
      expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining("here.txt"), stderr: "" });
    }
  });

  it("plugin bisect names the plugin that breaks a command", () => {
    const tap = (body: string): string => `export default (ctx) => ctx.tap("UserPromptSubmit", (one) => (${body}));\n`;
    const manifest = { extensions: { "dev.nacre": { provides: { taps: [{ point: "UserPromptSubmit" }] } } } };
    for (const name of ["calm", "loud", "mild"]) {
      user.write(`home/.nacre/plugins/${name}/plugin.json`, JSON.stringify({ name, ...manifest }));
      user.write(`home/.nacre/plugins/${name}/index.mjs`, tap(name === "loud" ? '{ ...one, blocked: "no" }' : "one"));
    }
    user.write("turns.json", '[{"text": "hello"}]');
    const words = ["-p", "hello", "--provider", "scripted", "--script", user.at("turns.json")];
    const { code, stdout } = user.nacre(["plugin", "bisect", "--", process.execPath, program, ...words]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^loud breaks the command\./) });
  });

  it("nacre why tells of a refusal by the permission gate, and which rule came nearest", () => {
    user.ask("go", [bash("touch made"), TELL], "--allowed-tools", "Bash(touch other)");
    const { code, stdout } = user.nacre(["why", "last"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Bash \{"command":"touch made"\}\n +Decision +refused by nobody: somebody had to be asked/m,
    );
    expect(stdout).toContain("Bash(touch other)");
  });
});
