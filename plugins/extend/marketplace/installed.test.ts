import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bench, marketplace, plugin, type Bench } from "./testing.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

const HOOKS = JSON.stringify({ hooks: { PreToolUse: [{ hooks: [{ type: "command", command: "echo hooked" }] }] } });

function httpHook(allowedEnvVars: readonly string[]): string {
  return JSON.stringify({
    hooks: { Stop: [{ hooks: [{ type: "http", url: "http://127.0.0.1:9/", allowedEnvVars }] }] },
  });
}

async function shop(
  entries: readonly Record<string, unknown>[],
  plugins: Parameters<typeof marketplace>[2],
): Promise<string> {
  const dir = b.write("shop", marketplace("shop", entries, plugins));
  expect((await b.run(`plugin marketplace add ${dir}`)).code).toBe(0);
  return dir;
}

describe("An installed plugin", () => {
  const code =
    "import { writeFileSync } from 'node:fs';\nexport default () => writeFileSync(process.env.PLUGIN_DATA + '/mark', '');\n";

  it("with code is not imported once a file of it was changed; trusting it again shows the change", async () => {
    const manifest = {
      name: "coder",
      version: "1.0.0",
      extensions: { "dev.nacre": { main: "index.mjs", activation: "startup" } },
    };
    const mark = join(b.home, "plugin-data/coder/mark");
    await shop([{ name: "coder", source: "./coder" }], {
      coder: { "plugin.json": JSON.stringify(manifest), "index.mjs": code },
    });
    const { stderr } = await b.run("plugin install coder@shop -y");
    expect(stderr).toContain("code: runs index.mjs in a process of its own");
    await b.run("plugin list");
    expect(existsSync(mark)).toBe(true);
    rmSync(mark);

    const dir = join(b.home, "plugins/cache/shop/coder/1.0.0");
    writeFileSync(join(dir, "index.mjs"), `${code}// more`);
    writeFileSync(join(dir, "extra.mjs"), "1");
    const list = await b.run("plugin list --all");
    expect(existsSync(mark)).toBe(false);
    expect(list.stdout.replace(/\s+/g, " ")).toContain("its files are not those that were approved");
    expect(list.stdout).toContain("index.mjs");
    expect(list.stdout).toContain("extra.mjs");

    const asked = await b.run("plugin trust coder");
    expect(asked.code).toBe(3);
    expect(asked.stderr).toContain("+ extra.mjs\n~ index.mjs");
    expect((await b.run("plugin trust coder -y")).stdout).toContain("Approved coder@shop");
    await b.run("plugin list");
    expect(existsSync(mark)).toBe(true);
  });

  it("that was changed brings no rule, style or alias any more", async () => {
    const helper = plugin(
      "helper",
      {},
      {
        "hookify/r.md": "---\nname: r\nevent: prompt\npattern: hello\naction: block\n---\nBlocked.\n",
        "output-styles/o.md": "---\nname: o\ndescription: d\n---\nBe short.\n",
        "aliases.nalias": 'alias hi = Bash(command: "echo hi")\n',
      },
    );
    await shop([{ name: "helper", source: "./helper" }], { helper });
    await b.run("plugin install helper@shop -y");
    b.write("base", { "script.json": JSON.stringify([{ text: "done", repeat: true }]) });
    const say = (prompt: string, ...more: readonly string[]): ReturnType<Bench["run"]> => {
      const script = ["--provider", "scripted", "--script", join(b.base, "base/script.json")];
      return b.run(["-p", prompt, ...script, "--allowed-tools", "Bash(echo *)", ...more]);
    };
    const before = [await say("hello"), await say("@helper:hi"), await say("x", "--output-style", "helper:o")];
    expect(before.map(({ code }) => code)).toEqual([1, 0, 0]);
    for (const file of ["hookify/r.md", "output-styles/o.md", "aliases.nalias"]) {
      const path = join(b.home, "plugins/cache/shop/helper/1.0.0", file);
      writeFileSync(path, readFileSync(path, "utf8").replace(/Blocked|short|echo hi/, "echo evil"));
    }
    expect((await say("hello")).stderr).toMatch(/^nacre: Plugin "helper@shop" does not start/m);
    const alias = await say("@helper:hi");
    expect(alias.code).not.toBe(0);
    expect(alias.stdout + alias.stderr).not.toContain("evil");
    const style = await say("x", "--output-style", "helper:o");
    expect(style.stderr).toContain('Plugin "helper@shop" does not start');
  });

  it("that was changed brings no context file any more", async () => {
    const ext = b.write("ext", {
      "gemini-extension.json": '{"name":"ext","version":"1.0.0"}',
      "GEMINI.md": "Be kind.",
    });
    b.write("base", { "script.json": JSON.stringify([{ text: "done", repeat: true }]) });
    await b.run(`plugin install ${ext} -y`);
    const say = ["-p", "x", "--provider", "scripted", "--script", join(b.base, "base/script.json")];
    expect((await b.run(say)).stderr).toBe("");
    writeFileSync(join(b.home, "plugins/cache/local/ext/1.0.0/GEMINI.md"), "Be evil.");
    expect((await b.run(say)).stderr).toMatch(/GEMINI\.md is left out: Plugin "ext@local" does not start/);
  });

  it("has no file that could be changed unseen, whatever its name", async () => {
    const names = ["__proto__", "constructor", "__proto__/x.md", "skills/__proto__/SKILL.md"];
    for (const name of names) {
      await shop([{ name: "helper", source: "./helper" }], { helper: plugin("helper", {}, { [name]: "first" }) });
      await b.run("plugin install helper@shop -y");
      writeFileSync(join(b.home, "plugins/cache/shop/helper/1.0.0", name), "other");
      expect((await b.run("plugin details helper")).stdout).toContain("does not start");
      await b.run("plugin uninstall helper");
      rmSync(join(b.base, "shop"), { recursive: true });
      await b.run("plugin marketplace remove shop");
    }
  });

  it("that was changed is brought back by installing it again", async () => {
    await shop([{ name: "helper", source: "./helper" }], { helper: plugin("helper") });
    await b.run("plugin install helper@shop -y");
    const file = join(b.home, "plugins/cache/shop/helper/1.0.0/commands/greet.md");
    writeFileSync(file, "changed");
    expect((await b.run("plugin details helper")).stdout).toContain("does not start");
    expect((await b.run("plugin install helper@shop -y")).code).toBe(0);
    expect(readFileSync(file, "utf8")).toContain("Greet everybody");
    expect((await b.run("plugin details helper")).stdout).toContain("installed for user, on");
  });

  it("for a project is brought up to date in the project's lock file too", async () => {
    await shop([{ name: "helper", source: "./helper" }], { helper: plugin("helper") });
    const first = await b.run("plugin install helper@shop --scope project -y");
    expect(first.stderr).toContain("It counts once this folder is trusted");
    await b.run("plugin install helper@shop -y");
    b.write("shop/helper", plugin("helper", { version: "1.1.0" }));
    await b.run("plugin update helper -y");
    expect(readFileSync(join(b.dir, "nacre.lock"), "utf8")).toContain('"version": "1.1.0"');
    expect((await b.run("plugin uninstall helper --scope project")).stdout).toContain("it stays installed elsewhere");
    expect(readFileSync(join(b.dir, "nacre.lock"), "utf8")).not.toContain("helper");
    expect((await b.run("plugin list")).stdout).toMatch(/^helper +1\.1\.0/m);
  });

  it("is updated when its version changed; one that can do more asks again (advisory 73)", async () => {
    const dir = await shop([{ name: "helper", source: "./helper" }], { helper: plugin("helper") });
    await b.run("plugin install helper@shop -y");
    expect((await b.run("plugin update helper")).stdout).toContain("is up to date (1.0.0)");
    writeFileSync(join(dir, "helper/.claude-plugin/plugin.json"), JSON.stringify({ name: "helper", version: "1.1.0" }));
    expect((await b.run("plugin update helper")).stdout).toContain("Updated helper@shop from 1.0.0 to 1.1.0");
    b.write("shop/helper", { ...plugin("helper", { version: "1.2.0" }), "hooks/hooks.json": HOOKS });
    const more = await b.run("plugin update helper");
    expect(more.code).toBe(3);
    expect(more.stderr).toContain("NEW hook: PreToolUse runs echo hooked");
    expect((await b.run("plugin list")).stdout).toMatch(/^helper +1\.1\.0/m);
    expect((await b.run("plugin update -y")).stdout).toContain("to 1.2.0");
  });

  it.each([
    [
      "a variable for an address",
      (more: boolean) => ({ "hooks/hooks.json": httpHook(more ? ["GITHUB_TOKEN"] : []) }),
      "NEW hook: Stop sends to http://127.0.0.1:9/, with the variables GITHUB_TOKEN",
    ],
    [
      "another command in a skill's hook",
      (more: boolean) => ({
        "skills/s/SKILL.md": `---\nname: s\ndescription: d\nhooks:\n  Stop:\n    - hooks:\n        - type: command\n          command: ${more ? "evil" : "fine"}\n---\n`,
      }),
      "NEW hook: Stop runs evil, while skill s is used",
    ],
    [
      "another command in a body",
      (more: boolean) => ({ "commands/c.md": `~~~!\n${more ? "evil" : "fine"}\n~~~\n` }),
      "NEW shell: command c runs evil",
    ],
    [
      "a command in TOML",
      (more: boolean) => ({ "commands/c.toml": `prompt = "a ${more ? "!{evil}" : ""}"\n` }),
      "NEW shell: command c runs evil",
    ],
    [
      "a variable for a server",
      (more: boolean) => ({
        ".mcp.json": JSON.stringify({
          mcpServers: { m: { url: "https://a.invalid/", headers: { a: more ? "${GITHUB_TOKEN}" : "${PLUGIN_ROOT}" } } },
        }),
      }),
      "NEW server: m (connects to https://a.invalid/, with the variables GITHUB_TOKEN)",
    ],
    [
      "that a skill loads by itself",
      (more: boolean) => ({
        "skills/s/SKILL.md": `---\nname: s\ndescription: d\n${more ? "triggers: [the]\n" : ""}---\n`,
      }),
      "NEW starts: skill s loads by itself",
    ],
    [
      "a hook behind more than can be shown",
      (more: boolean) => ({
        ...Object.fromEntries(
          Array.from({ length: 510 }, (_, at) => [`commands/c${at}.md`, "---\nallowed-tools: Read\n---\n"]),
        ),
        ...(more && { "hooks/hooks.json": HOOKS }),
      }),
      "Nobody is here to be asked",
    ],
  ])("is asked about again when an update adds %s", async (_, files, line) => {
    await shop([{ name: "helper", source: "./helper" }], { helper: plugin("helper", {}, files(false)) });
    await b.run("plugin install helper@shop -y");
    b.write("shop/helper", plugin("helper", { version: "1.1.0" }, files(true)));
    const more = await b.run("plugin update helper");
    expect(more.code).toBe(3);
    expect(more.stderr).toContain(line);
  });

  it("is asked about again when its marketplace's entry can do more, though its files are the same", async () => {
    const files = { "commands/greet.md": "Hi." };
    const entry = { name: "helper", source: "./helper", strict: false, version: "1.0.0" };
    await shop([entry], { helper: files });
    await b.run("plugin install helper@shop -y");
    const { hooks } = JSON.parse(HOOKS) as { hooks: object };
    await shop([{ ...entry, version: "1.1.0", hooks }], { helper: files });
    expect((await b.run("plugin update helper")).stdout).toContain("is up to date");
    const more = await b.run("plugin install helper@shop --scope project");
    expect(more.code).toBe(3);
    expect(more.stderr).toContain("NEW hook: PreToolUse runs echo hooked");
    expect((await b.run("plugin install helper@shop --scope project -y")).code).toBe(0);
  });

  it("is switched off and on where its switch stands, and said so when there is nothing to do", async () => {
    await shop([{ name: "helper", source: "./helper" }], { helper: plugin("helper") });
    await b.run("plugin install helper@shop -y");
    expect((await b.run("plugin disable helper")).code).toBe(0);
    expect((await b.run("plugin list")).stdout).not.toMatch(/^helper /m);
    expect((await b.run("plugin disable helper")).code).toBe(1);
    expect((await b.run("plugin enable helper")).code).toBe(0);
    expect((await b.run("plugin enable helper")).code).toBe(1);
    expect((await b.run("plugin list")).stdout).toMatch(/^helper /m);
    expect((await b.run("plugin disable --all")).stdout).toContain("Switched off helper@shop");
  });

  it("leaves nothing behind when it is uninstalled", async () => {
    await shop([{ name: "helper", source: "./helper" }], { helper: plugin("helper") });
    await b.run("plugin install helper@shop -y");
    expect((await b.run("plugin uninstall helper")).stdout).toBe("Uninstalled helper@shop.\n");
    expect(existsSync(join(b.home, "plugins/cache/shop/helper"))).toBe(false);
    expect(b.state("nacre.lock")["plugins"]).toEqual({});
    expect(b.state("plugins/installed.json")["plugins"]).toEqual([]);
    expect(readFileSync(join(b.home, "config.toml"), "utf8")).not.toContain("helper@shop");
    expect((await b.run("plugin uninstall helper")).code).toBe(1);
  });
});

describe("What a plugin wants to know", () => {
  const userConfig = {
    region: { type: "string", title: "Region", options: ["eu", "us"], required: true },
    depth: { type: "number", title: "Depth", min: 1, max: 5, default: 2 },
    api_token: { type: "string", title: "Token", sensitive: true },
  };

  it("is checked, kept in the user's settings, and in a file of 0600 where it is a secret", async () => {
    await shop([{ name: "asker", source: "./asker" }], { asker: plugin("asker", { userConfig }) });
    for (const [pair, sentence] of [
      ["region=moon", "one of eu, us"],
      ["depth=9", "between 1 and 5"],
      ["other=1", 'asks for no "other"'],
    ] as const) {
      expect((await b.run(`plugin install asker@shop -y --config ${pair}`)).stderr).toContain(sentence);
    }
    const open = await b.run("plugin install asker@shop -y --config api_token=hush");
    expect(open.stderr).toContain("needs a value for region (Region)");
    await b.run("plugin configure asker --config region=eu");
    expect(readFileSync(join(b.home, "config.toml"), "utf8")).toMatch(/region = "eu"/);
    expect(readFileSync(join(b.home, "config.toml"), "utf8")).not.toContain("hush");
    expect(statSync(join(b.home, "plugins/secrets.json")).mode & 0o777).toBe(0o600);
    const shown = await b.run("plugin configure asker");
    expect(shown.stdout).toBe('region = "eu"\ndepth = 2\napi_token = "(set, not shown)"\n');
  });
});
