import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { boot } from "../../../test/boot.js";
import { bench, type Bench, type Ran } from "../testing.js";
import type { Report } from "./report.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

/** Nobody listens on this port. */
const NO_SERVER = { OLLAMA_HOST: "http://127.0.0.1:9" };
const KEY = { ...NO_SERVER, ANTHROPIC_API_KEY: "sk-very-secret" };

async function json(env: Record<string, string | undefined> = KEY, line = "doctor --json"): Promise<Report> {
  return JSON.parse((await b.run(line, env)).stdout) as Report;
}

/** A folder with a program that prints a text, or does what a script says. */
function program(name: string, script: string): string {
  const folder = join(b.dir, "bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

describe("nacre doctor", () => {
  it("says that everything works where a key, a home and the programs are there", async () => {
    const { code, stdout } = await b.run("doctor", KEY);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^nacre 1\.2\.3\n {2}Node +v\d+/);
    expect(stdout).toContain("Everything that is needed works.");
    expect(stdout).toMatch(/anthropic, claude-\S+ \(the first that is usable: ANTHROPIC_API_KEY is set\)/);
    expect(stdout).not.toContain("sk-very-secret");
  });

  it("exits 1 without a usable provider and says how each could be made usable", async () => {
    const { code, stdout } = await b.run("doctor", NO_SERVER);
    expect(code).toBe(1);
    expect(stdout).toMatch(/anthropic +not usable +set ANTHROPIC_API_KEY/);
    expect(stdout).toMatch(/ollama +not usable +no server answers: start Ollama/);
    expect(stdout).toMatch(/Broken\n {2}No model can be asked/);
  });

  it("names files of plugins that cannot be used as they are", async () => {
    b.write("~/hooks/hooks.json", '{"hooks": {');
    const { code, stdout } = await b.run("doctor", KEY);
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toMatch(/Files of plugins \S+hooks\.json:1: Not valid JSON/);
    expect((await json()).files).toEqual([expect.stringContaining("hooks.json:1: Not valid JSON")]);
  });

  it("takes a server that answers, as auto would", async () => {
    const server = createServer((_, response) => response.end('{"models":[{"name":"m:1"}]}')).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { provider } = await json({ OLLAMA_HOST: `http://127.0.0.1:${port}` });
    server.close();
    expect(provider).toEqual({ name: "ollama", model: "m:1", why: "the first that is usable: its server answers" });
  });

  it.each([
    ["--provider openai", /--provider says so, but it is not usable: set OPENAI_API_KEY/, 1],
    ["--provider stub", /scripted, scripted \(--provider says so\)/, 0],
    ["--provider nobody", /there is no provider "nobody"/, 1],
    ["--model m-7", /anthropic, m-7 \(the first/, 0],
  ])("explains the choice made by %s", async (flags, sentence, exit) => {
    const { code, stdout } = await b.run(`doctor ${flags}`, KEY);
    expect(stdout).toMatch(sentence);
    expect(code).toBe(exit);
  });

  it("finds a home that cannot be written to", async () => {
    const { home, broken } = await json({ ...KEY, NACRE_HOME: join(b.write("a-file", ""), "home") });
    expect(home.writable).toBe(false);
    expect(broken).toEqual([`${home.path} cannot be written to, so nothing can be kept there.`]);
  });

  it("lists settings files, what a project's may not do yet, and values of the wrong type", async () => {
    const mine = b.write("~/config.toml", "[api]\nmax_tokens = 'many'\n");
    const theirs = b.write(".nacre.toml", "[api]\nmodel = 'm'\n");
    const { settings, project, broken, warnings } = await json();
    expect(settings).toEqual([
      { file: mine, layer: "user" },
      { file: theirs, layer: "project" },
    ]);
    expect(project).toEqual({ root: b.dir, trusted: false, heldBack: [`api.model (${theirs})`] });
    expect(broken).toEqual([`${mine}: "api.max_tokens" must be an integer, not "many".`]);
    expect(warnings.join()).toContain("is not trusted");
    expect((await json(KEY, "doctor --json --trust-workspace")).project).toEqual({
      root: b.dir,
      trusted: true,
      heldBack: [],
    });
  });

  it("names a settings file that cannot be read, with its place", async () => {
    await using shell = await boot({ plugins: ["doctor", "settings-files"], script: [] });
    writeFileSync(join(shell.home, "config.toml"), "a = \n");
    const stdout = new PassThrough();
    const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
    const code = await (await shell.kernel.get("subcommand", "doctor"))?.run({ flags: {}, positionals: [], io });
    expect(code).toBe(1);
    expect(String(stdout.read())).toMatch(
      /config\.toml {2}broken[\s\S]*Broken\n {2}\S+config\.toml:1:\d+: not valid TOML/,
    );
  });

  it("shows plugins by origin and state, and why one was skipped", async () => {
    b.write("~/plugins/mine/plugin.json", '{"name": "mine", "version": "2.0.0"}');
    b.write("~/plugins/lost/plugin.json", '{"name": "lost", "extensions": {"dev.nacre": {"requires": ["nobody"]}}}');
    b.write("~/plugins/sick/plugin.json", "{");
    b.write("~/config.toml", "[plugins.github]\nenabled = false\n");
    b.write("extra/plugin.json", '{"name": "extra"}');
    const { plugins, skipped, warnings } = await json(KEY, "doctor --json --plugin-dir extra");
    expect(plugins).toContainEqual({ name: "mine", version: "2.0.0", origin: "user", state: "data" });
    expect(plugins).toContainEqual({ name: "extra", origin: "--plugin-dir", state: "data" });
    expect(plugins).toContainEqual(expect.objectContaining({ name: "read", origin: "built in", state: "listed" }));
    const why = Object.fromEntries(skipped.map((one) => [one.name, one.why]));
    expect(why["lost"]).toBe('Plugin "lost" requires "nobody", which is not installed.');
    expect(why["github"]).toMatch(/is switched off in .*config\.toml/);
    expect(warnings.join()).toMatch(/sick/);
    const { stdout } = await b.run("doctor", KEY);
    expect(stdout).toMatch(/^ {2}user, data \(1\): mine$/m);
    expect(stdout).toMatch(/^Skipped plugins\n[\s\S]*lost: Plugin "lost" requires/m);
  });
});

describe("Programs", () => {
  const found = async (path: string, name = "gh"): Promise<Report["programs"][number] | undefined> =>
    (await json({ ...KEY, PATH: path })).programs.find((one) => one.name === name);

  it("are found on PATH by absolute folders only and asked for their version", async () => {
    const folder = program("gh", "echo 'gh version 2.23.0 (2023-02-27)'");
    expect(await found(folder)).toEqual({
      name: "gh",
      use: "the tool GitHub",
      needed: false,
      path: join(folder, "gh"),
      version: "2.23.0",
    });
    expect(await found("bin:./bin:.")).not.toHaveProperty("path");
  });

  it("that hang, print too much or fail hold nothing up", async () => {
    program("gh", "sleep 30 & sleep 30");
    program("git", "yes");
    const folder = program("bwrap", "exit 3");
    const started = performance.now();
    const { programs } = await json({ ...KEY, PATH: `${folder}:/usr/bin:/bin` });
    expect(performance.now() - started).toBeLessThan(5_000);
    for (const name of ["gh", "git", "bwrap"]) {
      const one = programs.find((each) => each.name === name);
      expect(one).toHaveProperty("path", join(folder, name));
      expect(one).not.toHaveProperty("version");
    }
  });

  it("that are needed and missing break nacre", async () => {
    const { code, stdout }: Ran = await b.run("doctor", { ...KEY, PATH: "" });
    expect(code).toBe(1);
    expect(stdout).toContain("The program bash (runs commands) was not found on PATH.");
  });
});

describe("The terminal", () => {
  it.each([
    [
      { TERM: "xterm-256color", LANG: "C.UTF-8" },
      { type: "xterm-256color", colours: "256", unicode: true },
    ],
    [
      { TERM: "xterm", COLORTERM: "truecolor", LANG: "C" },
      { type: "xterm", colours: "16 million", unicode: false },
    ],
    [
      { TERM: "xterm", NO_COLOR: "1", LC_ALL: "en_US.utf8" },
      { type: "xterm", colours: "none", unicode: true },
    ],
    [{}, { colours: "none", unicode: false }],
  ])("with %j is described", async (env, expected) => {
    expect((await json({ ...KEY, ...env })).terminal).toEqual({ input: false, output: false, ...expected });
  });

  it("gets no control character from a file or a plugin", async () => {
    b.write(
      "~/plugins/evil/plugin.json",
      '{"name": "evil", "extensions": {"dev.nacre": {"requires": ["a\\u001b[2Jb"]}}}',
    );
    const { stdout } = await b.run("doctor", KEY);
    expect(stdout).toContain("a\\x1b[2Jb");
    expect(stdout).not.toContain("\u001b");
  });
});
