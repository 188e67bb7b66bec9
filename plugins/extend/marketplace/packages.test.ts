import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync, type Zippable } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { entrySource } from "./source/entry-source.js";
import { bench, marketplace, plugin, serve, type Bench, type Served } from "./testing.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

const cache = (path: string): string => join(b.home, "plugins/cache", path);

/** Packs a folder as `npm pack` does. */
function pack(folder: string): string {
  const env = { PATH: process.env["PATH"], HOME: b.base, npm_config_cache: join(b.base, "npm-cache") };
  const said = execFileSync("npm", ["pack", "--silent", "--ignore-scripts"], { cwd: folder, env, encoding: "utf8" });
  return join(folder, said.trim().split("\n").at(-1) ?? "");
}

/** A package with a plugin in it, whose scripts would leave a mark. */
function packed(name: string, version = "1.0.0"): string {
  const touch = `touch ${join(b.base, "scripted")}`;
  const scripts = { preinstall: touch, install: touch, postinstall: touch, prepare: touch, prepack: touch };
  const manifest = JSON.stringify({ name, version, scripts });
  return pack(b.write(`packages/${version}`, { ...plugin("packed", { version }), "package.json": manifest }));
}

/** A registry with versions of one package. */
function registry(name: string, tarballs: Readonly<Record<string, string>>, lie = false): Promise<Served> {
  return serve((path, url) => {
    if (path.endsWith(".tgz"))
      return readFileSync(Object.values(tarballs).find((file) => path.endsWith(basename(file))) ?? "");
    if (decodeURIComponent(path.slice(1)) !== name) return undefined;
    const versions = Object.entries(tarballs).map(([version, file]) => {
      const sum = createHash("sha512")
        .update(lie ? "other" : readFileSync(file))
        .digest("base64");
      const dist = { tarball: `${url}/${basename(file)}`, integrity: `sha512-${sum}` };
      return [version, { name, version, dist }] as const;
    });
    return JSON.stringify({
      name,
      "dist-tags": { latest: versions.at(-1)?.[0] },
      versions: Object.fromEntries(versions),
    });
  });
}

describe("A plugin in an npm package", () => {
  it("comes from the registry of the user's npm configuration; none of its scripts runs (advisory 75)", async () => {
    await using served = await registry("@acme/packed", { "1.0.0": packed("@acme/packed") });
    b.write("home", { ".npmrc": `; mine\n@acme:registry=${served.url}/\n` });
    b.write("work", { ".npmrc": "@acme:registry=http://127.0.0.1:1/\n" });
    const dir = b.write(
      "list",
      marketplace("list", [{ name: "packed", source: { source: "npm", package: "@acme/packed" } }]),
    );
    await b.run(`plugin marketplace add ${dir}`);
    const { code, stdout, stderr } = await b.run("plugin install packed -y");
    expect(stderr).toContain("npm package @acme/packed@1.0.0");
    expect(stdout).toBe("Installed packed@list 1.0.0 (user).\n");
    expect(code).toBe(0);
    expect(existsSync(join(b.base, "scripted"))).toBe(false);
    const locked = (b.state("nacre.lock")["plugins"] as Record<string, { source: object }>)["packed@list"];
    expect(locked?.source).toMatchObject({
      kind: "npm",
      version: "1.0.0",
      integrity: expect.stringMatching(/^sha512-/) as string,
    });
  });

  it("is taken in the version that was asked for", async () => {
    const tarballs = { "1.0.0": packed("packed", "1.0.0"), "2.0.0": packed("packed", "2.0.0") };
    await using served = await registry("packed", tarballs);
    const env = { npm_config_registry: served.url };
    expect((await b.run("plugin install npm:packed@^1 -y", env)).stdout).toContain("packed@npm 1.0.0");
    expect((await b.run("plugin update packed", env)).stdout).toContain("from 1.0.0 to 2.0.0");
  });

  it("that is not what the registry promised is refused (advisory 72)", async () => {
    await using served = await registry("packed", { "1.0.0": packed("packed") }, true);
    const { code, stderr } = await b.run("plugin install npm:packed -y", { npm_config_registry: served.url });
    expect(code).toBe(6);
    expect(stderr).toContain("its content has another hash. Nothing was installed");
    expect(existsSync(join(b.home, "plugins/cache"))).toBe(false);
  });

  it("that was packed is installed from its file, and refused once it was tampered with", async () => {
    const { code, stdout } = await b.run(`plugin install ${packed("packed")} -y`);
    expect(stdout).toContain("Installed packed@local 1.0.0");
    expect(code).toBe(0);
    writeFileSync(cache("local/packed/1.0.0/commands/greet.md"), "Do something else.\n");
    const { stdout: state } = await b.run("plugin details packed");
    expect(state).toContain('Plugin "packed@local" does not start: its files are not those that were approved');
    expect(state).toContain("~ commands/greet.md");
  });

  it("that unfolds into far more than it may is refused before it is written", async () => {
    const bomb = join(b.base, "bomb.tgz");
    writeFileSync(bomb, gzipSync(Buffer.alloc(300 * 1024 * 1024)));
    const { code, stderr } = await b.run(`plugin install ${bomb} -y`);
    expect(stderr).toContain("unfolds into more than 200 MB");
    expect(code).not.toBe(0);
  });

  it.each(["npm:../../etc", "npm:packed@file:/etc", "npm:packed@git+ssh://x/y"])(
    "is not looked for where %s points",
    async (word) => {
      expect((await b.run(["plugin", "install", word, "-y"])).stderr).toMatch(/is no (name|version)/);
    },
  );
});

describe("A plugin in an archive", () => {
  const zip = (files: Zippable): Uint8Array => zipSync(files);
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const good = (): Zippable => ({
    "zipped-1/.claude-plugin/plugin.json": bytes('{"name": "zipped", "version": "3.0.0"}'),
    "zipped-1/commands/a.md": bytes("A"),
  });

  async function listed(source: object): Promise<void> {
    const dir = b.write("list", marketplace("list", [{ name: "zipped", source }]));
    await b.run(`plugin marketplace add ${dir}`);
  }

  it("is fetched, compared with its sum and unfolded without the folder around it", async () => {
    const archive = zip(good());
    await using served = await serve((path, url) => (path === "/a.zip" ? { to: `${url}/b.zip` } : archive));
    const sha256 = createHash("sha256").update(archive).digest("hex");
    await listed({ source: "archive", url: `${served.url}/a.zip`, sha256 });
    expect((await b.run("plugin install zipped -y")).stdout).toContain("zipped@list 3.0.0");
    expect(readdirSync(cache("list/zipped/3.0.0")).toSorted()).toEqual([".claude-plugin", "commands"]);
    await b.run("plugin uninstall zipped");
    await listed({ source: "archive", url: `${served.url}/a.zip`, sha256: "0".repeat(64) });
    expect((await b.run("plugin install zipped -y")).stderr).toContain("is not what was promised: its sha256 is");
  });

  it("keeps programs programs", async () => {
    const files: Zippable = {
      ...good(),
      "zipped-1/hooks/run.sh": [bytes("#!/bin/sh\n"), { os: 3, attrs: 0o100755 << 16 }],
    };
    const file = join(b.base, "zipped.zip");
    writeFileSync(file, zip(files));
    expect((await b.run(`plugin install ${file} -y`)).code).toBe(0);
    expect(statSync(cache("local/zipped/3.0.0/hooks/run.sh")).mode & 0o111).not.toBe(0);
  });

  it.each([
    ["../../evil.md", "leads out of its folder"],
    ["/etc/evil.md", "is an absolute path"],
    ["commands\\..\\..\\evil.md", "control character or backslash"],
    ["COMMANDS/a.md", "one name to many file systems"],
    ["x/.git/config", "lies in a .git folder"],
  ])("with a file named %s is refused", async (name, sentence) => {
    const file = join(b.base, "evil.zip");
    writeFileSync(file, zip({ "commands/a.md": bytes("A"), [name]: bytes("evil") }));
    const { code, stderr } = await b.run(`plugin install ${file} -y`);
    expect(code).toBe(6);
    expect(stderr).toContain(sentence);
    expect(readdirSync(b.base)).not.toContain("evil.md");
    expect(existsSync(join(b.home, "plugins/cache"))).toBe(false);
  });

  it("gets its links judged like any others", async () => {
    const file = join(b.base, "zipped.zip");
    const link = { os: 3, attrs: 0o120777 << 16 } as const;
    writeFileSync(
      file,
      zip({
        ...good(),
        "zipped-1/commands/out.md": [bytes("../../../../config.toml"), link],
        "zipped-1/commands/in.md": [bytes("a.md"), link],
      }),
    );
    const { stderr } = await b.run(`plugin install ${file} -y`);
    expect(stderr).toContain('The link "commands/out.md" leads out');
    expect(readdirSync(cache("local/zipped/3.0.0/commands")).toSorted()).toEqual(["a.md", "in.md"]);
  });

  it("that says it is small and is not is refused", async () => {
    const archive = Buffer.from(zip({ "commands/a.md": [Buffer.alloc(30 * 1024 * 1024), { level: 9 }] }));
    const file = join(b.base, "bomb.zip");
    writeFileSync(file, archive);
    expect((await b.run(`plugin install ${file} -y`)).stderr).toContain("has more than 25 MB");
    // The size stands in the local header and in the list at the end.
    for (let at = archive.indexOf("PK"); at >= 0; at = archive.indexOf("PK", at + 1)) {
      const kind = archive.readUInt16LE(at + 2);
      if (kind === 0x0403) archive.writeUInt32LE(10, at + 22);
      if (kind === 0x0201) archive.writeUInt32LE(10, at + 24);
    }
    writeFileSync(file, archive);
    expect((await b.run(`plugin install ${file} -y`)).stderr).toMatch(/is damaged/);
  });

  it.each(["ftp://example.invalid/a.zip", "http://example.invalid/a.zip", "file:///etc/a.zip"])(
    "is not fetched from %s (advisory 63)",
    async (url) => {
      await listed({ source: "archive", url });
      expect((await b.run("plugin install zipped -y")).stderr).toContain("only https addresses are");
    },
  );
});

describe("A marketplace that is a list", () => {
  it("is fetched by its address; what it names by folder cannot be installed", async () => {
    const text = marketplace("list", [{ name: "near", source: "./near" }])[".claude-plugin/marketplace.json"] ?? "";
    await using served = await serve((path) => (path === "/list.json" ? text : undefined));
    expect((await b.run(`plugin marketplace add ${served.url}/list.json`)).stdout).toContain('"list" with 1 plugin');
    expect((await b.run("plugin install near -y")).stderr).toContain("only the list of this marketplace was fetched");
    expect((await b.run(`plugin marketplace add ${served.url}/none.json`)).stderr).toContain("the server answers 404");
  });
});

describe("A catalogue from elsewhere", () => {
  it.each([
    { source: "archive", url: "http://127.0.0.1:9/a.zip" },
    { source: "archive", url: "https://localhost:9/a.zip" },
    { source: "npm", package: "x", registry: "http://localhost:9/" },
    { source: "url", url: "http://127.0.0.1:9/x.git" },
  ])("names nothing of this machine: %j", (source) => {
    const market = {
      name: "far",
      file: "far",
      root: "/",
      entries: [],
      renames: {},
      allowsDependenciesOn: [],
      problems: [],
    };
    const entry = { name: "x", value: { source } };
    expect(() => entrySource(entry, { market, local: false, listOnly: false })).toThrow(/"x" cannot be installed: /);
    expect(entrySource(entry, { market, local: true, listOnly: false }).source).toBeDefined();
  });
});

describe("An install that is killed", () => {
  const program = resolve("dist/nacre.js");

  it.runIf(existsSync(program))("leaves nothing half done, and the next one clears up", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 3000 }, (_, at) => [
        `skills/s${at}/SKILL.md`,
        `---\nname: s${at}\ndescription: number ${at}\n---\n${"x".repeat(2000)}\n`,
      ]),
    );
    const dir = b.write("large", plugin("large", {}, files));
    for (const delay of [150, 250, 350, 450, 600, 800]) {
      const child = spawn(process.execPath, [program, "--cwd", b.dir, "plugin", "install", dir, "-y"], {
        env: { ...b.env },
        stdio: "ignore",
      });
      const ended = new Promise((done) => void child.on("close", done));
      await new Promise((done) => setTimeout(done, delay));
      child.kill("SIGKILL");
      await ended;
      const listed = existsSync(join(b.home, "plugins/installed.json"))
        ? (b.state("plugins/installed.json")["plugins"] as { dir: string }[])
        : [];
      for (const one of listed) expect(readdirSync(join(one.dir, "skills"))).toHaveLength(3000);
      if (existsSync(join(b.home, "nacre.lock"))) expect(b.state("nacre.lock")).toHaveProperty("plugins");
    }
    const last = await b.run(`plugin install ${dir} -y`);
    expect(last.code).toBe(0);
    expect(readdirSync(join(b.home, "plugins/staging"))).toEqual([]);
    expect((await b.run("plugin details large")).stdout).toContain("installed for user, on");
  });
});
