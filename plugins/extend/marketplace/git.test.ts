import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bench, marketplace, plugin, type Bench } from "./testing.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

const url = (folder: string): string => `file://${join(b.base, folder)}`;
const cache = (path: string): string => join(b.home, "plugins/cache", path);

describe("A marketplace in a git repository", () => {
  it("is fetched without a checkout, and its plugins have the commit as their version", async () => {
    const helper = {
      ...plugin("helper"),
      ".claude-plugin/plugin.json": '{"name": "helper"}',
      "hooks/run.sh": "#!/bin/sh\n",
    };
    const sha = b.commit("shop", marketplace("shop", [{ name: "helper", source: "./helper" }], { helper }));
    const added = await b.run(`plugin marketplace add ${url("shop")}`);
    expect(added.stdout).toContain('"shop" with 1 plugin');
    expect(readdirSync(join(b.home, "plugins/marketplaces/shop"))).not.toContain(".git");
    expect((await b.run("plugin install helper -y")).stdout).toContain(`helper@shop ${sha.slice(0, 12)}`);
    expect(statSync(cache(`shop/helper/${sha.slice(0, 12)}/hooks/run.sh`)).mode & 0o111).not.toBe(0);
    const locked = (b.state("nacre.lock")["plugins"] as Record<string, object>)["helper@shop"];
    expect(locked).toMatchObject({ source: { kind: "git", url: url("shop"), sha, path: "helper" } });

    expect((await b.run("plugin marketplace update")).stdout).toContain('"shop" is up to date');
    const next = b.commit("shop", { "helper/commands/more.md": "more" });
    expect((await b.run("plugin marketplace update shop")).stdout).toContain('Updated "shop"');
    expect((await b.run("plugin update helper")).stdout).toContain(`to ${next.slice(0, 12)}`);
  });

  it("has plugins whose links lead to others of it: they get copies, and so does whoever installs from the lock file", async () => {
    const files = marketplace("shop", [{ name: "user", source: "./user" }], { user: plugin("user") });
    b.commit("shop", { ...files, "shared/skills/one/SKILL.md": "---\nname: one\ndescription: d\n---\nShared.\n" });
    symlinkSync("../shared/skills", join(b.base, "shop/user/skills"));
    b.commit("shop", {});
    await b.run(`plugin marketplace add ${url("shop")}`);
    const { stderr } = await b.run("plugin install user --scope project -y");
    expect(stderr).toContain("1 skill");
    expect(readFileSync(cache("shop/user/1.0.0/skills/one/SKILL.md"), "utf8")).toContain("Shared.");
    const other = { NACRE_HOME: join(b.base, "other/.nacre"), HOME: join(b.base, "other") };
    expect((await b.run("plugin install --frozen", other)).stdout).toBe("Installed user@shop.\n");
  });

  it("stays as it was when updating fails", async () => {
    b.commit("shop", marketplace("shop", [{ name: "helper", source: "./helper" }], { helper: plugin("helper") }));
    await b.run(`plugin marketplace add ${url("shop")}`);
    b.commit("shop", { ".claude-plugin/marketplace.json": "{ broken" });
    const { code, stderr } = await b.run("plugin marketplace update shop");
    expect(code).toBe(2);
    expect(stderr).toContain("Not valid JSON");
    expect((await b.run("plugin install helper -y")).code).toBe(0);
  });

  it.each([
    ["nacre", "reserved"],
    ["claude-plugins-official", "reserved for https://github.com/anthropics"],
    ["../up", "give it one of letters"],
  ])("must not be called %s", async (name, sentence) => {
    b.commit("shop", marketplace(name, []));
    expect((await b.run(`plugin marketplace add ${url("shop")}`)).stderr).toContain(sentence);
    expect(existsSync(join(b.base, "home/up"))).toBe(false);
  });

  it("cannot take the name of another one", async () => {
    b.commit("one", marketplace("shop", []));
    b.commit("two", marketplace("shop", []));
    await b.run(`plugin marketplace add ${url("one")}`);
    expect((await b.run(`plugin marketplace add ${url("two")}`)).stderr).toContain(
      'There is a marketplace "shop" from elsewhere',
    );
  });

  it("that settings name is fetched when a plugin of it is wanted, and one that is blocked is not", async () => {
    b.commit("shop", marketplace("shop", [{ name: "helper", source: "./helper" }], { helper: plugin("helper") }));
    const source = { source: "git", url: url("shop") };
    b.write("home/.nacre", { "settings.json": "{}" });
    const named = JSON.stringify({ extraKnownMarketplaces: { shop: { source } } });
    expect((await b.run(["plugin", "install", "helper@shop", "-y", "--settings", named])).code).toBe(0);
    const blocked = JSON.stringify({ blockedMarketplaces: [source] });
    const { code, stderr } = await b.run(["plugin", "marketplace", "add", url("shop"), "--settings", blocked]);
    expect(code).toBe(3);
    expect(stderr).toContain("does not permit the marketplace");
    const strict = JSON.stringify({ strictKnownMarketplaces: [] });
    expect((await b.run(["plugin", "marketplace", "add", url("shop"), "--settings", strict])).code).toBe(3);
  });
});

describe("A plugin in a git repository", () => {
  const entry = (source: object): object => ({ name: "helper", source });

  async function installed(
    source: object,
  ): Promise<{ readonly code: number; readonly stderr: string; readonly stdout: string }> {
    const dir = b.write("list", marketplace("list", [entry(source) as never]));
    await b.run(`plugin marketplace add ${dir}`);
    return b.run("plugin install helper -y");
  }

  it("is fetched by branch, by tag, by commit and by folder", async () => {
    const first = b.commit("repo", plugin("helper", { version: "1.0.0" }), "v1");
    b.commit("repo", { ...plugin("helper", { version: "2.0.0" }), "deep/er/commands/x.md": "x" });
    b.git("repo", "branch", "next");
    for (const [source, version] of [
      [{ source: "url", url: url("repo"), ref: "v1" }, "1.0.0"],
      [{ source: "url", url: url("repo"), ref: "next" }, "2.0.0"],
      [{ source: "url", url: url("repo"), ref: "next", sha: first }, "1.0.0"],
      [
        { source: "git-subdir", url: url("repo"), path: "deep/er", ref: "next" },
        b.git("repo", "rev-parse", "HEAD").slice(0, 12),
      ],
    ] as const) {
      expect((await installed(source)).stdout).toContain(`helper@list ${version} `);
      await b.run("plugin uninstall helper");
    }
    const missing = await installed({ source: "git-subdir", url: url("repo"), path: "no/where" });
    expect(missing.stderr).toContain('no folder "no/where" in the repository');
    const unknown = await installed({ source: "url", url: url("repo"), sha: "0".repeat(40) });
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain(`has no commit ${"0".repeat(40)}`);
  });

  it("gets neither its hooks, filters and submodules run nor its links followed", async () => {
    const mark = join(b.base, "pwned");
    const evil = `#!/bin/sh\ntouch ${mark}\n`;
    b.write("sub", { "a.txt": "a" });
    b.commit("sub", {});
    const files = {
      ...plugin("helper"),
      ".gitattributes": "* filter=evil diff=evil\n",
      ".gitconfig": `[filter "evil"]\nsmudge = ${mark}\n`,
    };
    b.commit("repo", files);
    symlinkSync("/etc/passwd", join(b.base, "repo/commands/link.md"));
    b.git("repo", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url("sub"), "sub");
    b.commit("repo", {});
    for (const hook of ["post-checkout", "post-update", "pre-receive", "reference-transaction", "post-upload-pack"]) {
      mkdirSync(join(b.base, "repo/.git/hooks"), { recursive: true });
      writeFileSync(join(b.base, "repo/.git/hooks", hook), evil, { mode: 0o755 });
    }
    b.git("repo", "config", "filter.evil.smudge", `touch ${mark}`);
    b.git("repo", "config", "core.fsmonitor", `touch ${mark}`);
    b.git("repo", "config", "uploadpack.packObjectsHook", `touch ${mark}; exec`);
    const { code, stderr } = await installed({ source: "url", url: url("repo") });
    expect(code).toBe(0);
    expect(existsSync(mark)).toBe(false);
    expect(stderr).toContain("sub is a submodule and was left out");
    expect(stderr).toContain('The link "commands/link.md" leads out');
    expect(readdirSync(cache("list/helper/1.0.0")).toSorted()).toEqual([
      ".claude-plugin",
      ".gitattributes",
      ".gitconfig",
      ".gitmodules",
      "commands",
    ]);
  });

  it("does not heed the configuration of the repository it is installed from", async () => {
    b.git("work", "init", "-q");
    b.git("work", "config", `url.${url("evil")}.insteadOf`, url("repo"));
    b.commit("evil", plugin("helper", { version: "6.6.6" }), "helper--v1.9.0");
    b.commit("repo", plugin("helper", { version: "1.0.0" }), "helper--v1.0.0");
    const user = plugin("user", { dependencies: [{ name: "helper", version: "^1.0.0" }] });
    const files = marketplace(
      "list",
      [entry({ source: "url", url: url("repo") }) as never, { name: "user", source: "./user" }],
      { user },
    );
    const cwd = process.cwd();
    process.chdir(b.dir);
    try {
      await b.run(`plugin marketplace add ${b.write("list", files)}`);
      const { stdout, stderr } = await b.run("plugin install user -y");
      expect(stderr + stdout).toContain("helper@list 1.0.0");
    } finally {
      process.chdir(cwd);
    }
  });

  it("does not see the GIT_ variables of whoever calls, nor asks for a password", async () => {
    b.commit("repo", plugin("helper"));
    const dir = b.write("list", marketplace("list", [entry({ source: "url", url: url("repo") }) as never]));
    await b.run(`plugin marketplace add ${dir}`);
    const env = {
      GIT_DIR: "/nowhere",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.sshCommand",
      GIT_CONFIG_VALUE_0: "false",
    };
    expect((await b.run("plugin install helper -y", env)).code).toBe(0);
  });

  it("may not be named by a path when the catalogue comes from elsewhere", async () => {
    const { gitUrl } = await import("./source/git-url.js");
    for (const text of ["/etc", "file:///etc", "http://127.0.0.1/x.git", "http://example.invalid/x.git"]) {
      expect(() => gitUrl(text, false), text).toThrow(/no address of a git repository/);
    }
    expect(() => gitUrl("http://example.invalid/x.git", true)).toThrow(/only https, ssh/);
    expect(gitUrl("git@example.invalid:a/b.git", false)).toBe("git@example.invalid:a/b.git");
  });
});

describe("Plugins that need others", () => {
  const tagged = (version: string): object => plugin("base", { version }) as object;

  it("bring them along in the newest version that fits, and keep them while they are needed", async () => {
    const user = plugin("user", { dependencies: [{ name: "base", version: "^1.0.0" }] });
    const entries = ["user", "base", "other"].map((name) => ({ name, source: `./${name}` }));
    b.commit("shop", marketplace("shop", entries, { user, base: tagged("1.0.0") as never }), "base--v1.0.0");
    b.write("shop/base", tagged("1.4.0") as never);
    b.commit("shop", {}, "base--v1.4.0");
    b.write("shop/base", tagged("2.0.0") as never);
    b.write("shop/other", plugin("other", { dependencies: ["base"] }));
    b.commit("shop", {}, "base--v2.0.0");
    await b.run(`plugin marketplace add ${url("shop")}`);
    const done = await b.run("plugin install user -y");
    expect(done.stdout).toBe("Installed user@shop 1.0.0 (user).\nInstalled base@shop 1.4.0 (user).\n");
    expect((await b.run("plugin disable base")).stderr).toContain('"user@shop" needs "base@shop"');
    expect((await b.run("plugin uninstall base")).stderr).toContain('"user@shop" needs "base@shop"');
    expect((await b.run("plugin install other -y")).stdout).toBe("Installed other@shop 1.0.0 (user).\n");
    await b.run("plugin uninstall other");
    expect((await b.run("plugin prune")).stdout).toContain("was asked for or is needed");
    expect((await b.run("plugin uninstall user")).stderr).toContain("Nothing needs base@shop any more");
    expect((await b.run("plugin prune --dry-run")).stdout).toBe("Would uninstall base@shop.\n");
    expect((await b.run("plugin prune -y")).stdout).toBe("Uninstalled base@shop.\n");
  });

  it.each([
    [[{ name: "base", version: "^9.0.0" }], '"user@shop" needs "base@shop" ^9.0.0, and what there is, is 1.0.0'],
    [["nobody"], 'lists no plugin "nobody"'],
    [["base@elsewhere"], 'which "shop" does not permit'],
    [[{ name: "base", version: "latest please" }], "no range of versions"],
  ])("are not installed when %j cannot be met", async (dependencies, sentence) => {
    const entries = ["user", "base"].map((name) => ({ name, source: `./${name}` }));
    const user = plugin("user", { dependencies });
    const dir = b.write("shop", marketplace("shop", entries, { user, base: plugin("base") }));
    await b.run(`plugin marketplace add ${dir}`);
    const { code, stderr } = await b.run("plugin install user -y");
    expect(code).not.toBe(0);
    expect(stderr).toContain(sentence);
    expect(existsSync(join(b.home, "plugins/installed.json"))).toBe(false);
  });

  it("are left out of a run, with a sentence, while one they need is missing", async () => {
    const entries = ["user", "base"].map((name) => ({ name, source: `./${name}` }));
    const user = plugin("user", { dependencies: ["base"] });
    const dir = b.write("shop", marketplace("shop", entries, { user, base: plugin("base") }));
    await b.run(`plugin marketplace add ${dir}`);
    await b.run("plugin install user -y");
    const file = join(b.home, "config.toml");
    writeFileSync(file, readFileSync(file, "utf8").replace('"base@shop" = true', '"base@shop" = false'));
    expect((await b.run("plugin list --all")).stdout.replace(/\s+/g, " ")).toMatch(/Skipped user: .*"base"/);
  });
});

describe("nacre plugin install --frozen", () => {
  it("installs exactly what a project's lock file names, and nothing where something differs", async () => {
    b.commit("shop", marketplace("shop", [{ name: "helper", source: "./helper" }], { helper: plugin("helper") }));
    await b.run(`plugin marketplace add ${url("shop")}`);
    await b.run("plugin install helper --scope project -y");
    const lock = join(b.dir, "nacre.lock");
    const text = readFileSync(lock, "utf8");
    b.commit("shop", { "helper/commands/later.md": "later" });

    const other = { NACRE_HOME: join(b.base, "other/.nacre"), HOME: join(b.base, "other") };
    const warned = await b.run("plugin list --trust-workspace", other);
    expect(warned.code).toBe(0);
    const frozen = await b.run("plugin install --frozen", other);
    expect(frozen.stdout).toBe("Installed helper@shop.\n");
    const at = join(b.base, "other/.nacre/plugins/cache/shop/helper/1.0.0/commands");
    expect(readdirSync(at)).toEqual(["greet.md"]);
    expect((await b.run("plugin install --frozen", other)).stdout).toContain(
      "Everything in the lock file is installed",
    );
    expect((await b.run("plugin list --trust-workspace", other)).stdout).toMatch(/^helper /m);

    const third = { NACRE_HOME: join(b.base, "third/.nacre"), HOME: join(b.base, "third") };
    writeFileSync(lock, text.replace(/sha256-[0-9a-f]{8}/, "sha256-00000000"));
    const wrong = await b.run("plugin install --frozen", third);
    expect(wrong.code).toBe(6);
    expect(wrong.stderr).toContain('"helper@shop" does not fit the lock file: its content is');
    writeFileSync(lock, text.replace(/"plugins": \{[\s\S]*/, '"plugins": {}\n}'));
    const unknown = await b.run("plugin install --frozen", third);
    expect(unknown.stderr).toContain("switches on helper@shop");
    expect(existsSync(join(b.base, "third/.nacre/plugins/installed.json"))).toBe(false);
  });
});
