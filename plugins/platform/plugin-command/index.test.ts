import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import type { Tool } from "../../../schemas/tool.js";
import { boot, call, say } from "../../../test/boot.js";
import { bench, type Bench } from "../testing.js";
import type { Account, AccountLine } from "./account.js";
import type { Listing } from "./listing.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

const tool = { name: "Echo", description: "x".repeat(365), inputSchema: {}, effect: "read" } as const;

describe("nacre plugin list", () => {
  it("shows name, version, origin, state and what each provides, by name", async () => {
    b.write("~/plugins/mine/plugin.json", '{"name": "mine", "version": "2.0.0"}');
    const { code, stdout } = await b.run("plugin list");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^NAME +VERSION +ORIGIN +STATE +PROVIDES$/m);
    expect(stdout).toMatch(/^bash +0\.1\.0 +built in +listed +2 services, 1 tool, 1 flag, 2 settings$/m);
    expect(stdout).toMatch(/^mine +2\.0\.0 +user +data +-$/m);
    const names = [...stdout.matchAll(/^([\w-]+) +\d/gm)].map(([, name]) => name);
    expect(names).toEqual(names.toSorted());
  });

  it("counts the parts in a plugin's folder", async () => {
    b.write("~/plugins/mine/plugin.json", '{"name": "mine"}');
    b.write("~/plugins/mine/commands/a.md", "Do a.");
    b.write("~/plugins/mine/commands/b.md", "Do b.");
    b.write("~/plugins/mine/aliases.nalias", 'alias ll = LS(path: ".")');
    expect((await b.run("plugin list")).stdout).toMatch(/^mine +- +user +data +1 alias, 2 commands$/m);
  });

  it("runs no code of a plugin", async () => {
    b.write("~/plugins/mine/plugin.json", '{"name": "mine", "extensions": {"dev.nacre": {"provides": {"tool": []}}}}');
    b.write("~/plugins/mine/index.mjs", "throw new Error('it ran');");
    const { plugins } = JSON.parse((await b.run("plugin list --json")).stdout) as Listing;
    expect(plugins).toContainEqual({ name: "mine", origin: "user", state: "listed", provides: {} });
  });

  it("says that some were skipped, and why with --all", async () => {
    b.write("~/config.toml", "[plugins.github]\nenabled = false\n");
    expect((await b.run("plugin list")).stdout).toContain("1 skipped; nacre plugin list --all says why.");
    expect((await b.run("plugin list --all")).stdout).toMatch(/Skipped github: Plugin "github" is switched off in/);
    const { skipped } = JSON.parse((await b.run("plugins list --all --json")).stdout) as Listing;
    expect(skipped?.map(({ name }) => name)).toEqual(["github"]);
  });

  it.each([
    ["plugin", /Say what to do: nacre plugin .*bill, .*install, .*list.* or \w+\./],
    ["plugin explode", /does not know "explode": nacre plugin .*list/],
    ["plugin list bash", /does not know "bash"/],
  ])("%s is a usage error that names what there is", async (line, sentence) => {
    const { code, stderr } = await b.run(line);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
  });
});

describe("nacre plugin bill", () => {
  const linesOf = ({ plugins }: Account): Record<string, AccountLine> => {
    return Object.fromEntries(plugins.map((line) => [line.plugin, line]));
  };

  it("loads every plugin that ships with nacre and says what it costs", async () => {
    const account = JSON.parse((await b.run("plugin bill --json")).stdout) as Account;
    const lines = linesOf(account);
    expect(account.failed).toEqual([]);
    expect(lines["read"]?.loadMs).toBeGreaterThan(0);
    expect(lines["read"]?.tokens).toBeGreaterThan(50);
    expect(lines["limits"]).toMatchObject({ loadMs: null, tokens: 0 });
    expect(lines["instructions"]?.tokens).toBeGreaterThan(50);
  });

  it("prints a table with numbers to the right, the sum last, and says how it was measured", async () => {
    const { stdout } = await b.run("plugin bill");
    const table = stdout.split("\n\n")[0]!.split("\n");
    expect(table[0]).toMatch(/^PLUGIN +ORIGIN +LOAD +CALLS +HOOK p50 +HOOK p95 +FAILURES +MEMORY +TOKENS$/);
    expect(table.at(-1)).toMatch(/^all +[\d.]+ +\d+ +0 +0 +\d+$/);
    expect(new Set(table.map((line) => line.length)).size).toBe(1);
    expect(stdout).toContain("every plugin was loaded once");
    expect(stdout).toContain("characters / 4");
  });

  it("names plugins whose code fails, and counts it", async () => {
    const extension =
      '{"dev.nacre": {"main": "index.mjs", "provides": {"tool": [{"name": "Sick", "effect": "read"}]}}}';
    b.write("~/plugins/sick/plugin.json", `{"name": "sick", "extensions": ${extension}}`);
    b.write("~/plugins/sick/index.mjs", "throw new Error('no luck');");
    const account = JSON.parse((await b.run("plugin bill --json")).stdout) as Account;
    expect(account.failed).toEqual([expect.stringMatching(/Plugin "sick" could not be loaded: no luck/)]);
    expect(linesOf(account)["sick"]).toMatchObject({ failures: 1 });
  });

  it("shows hook times, calls and tokens of a session in the same process", async () => {
    const watcher: Plugin = {
      name: "watcher",
      provides: { taps: [{ point: "PreToolUse" }] },
      setup: (ctx) => ctx.tap("PreToolUse", async (pending) => new Promise((done) => setTimeout(done, 5, pending))),
    };
    const echo: Plugin = {
      name: "echo",
      provides: { tool: [tool] },
      setup: (ctx) => ctx.add("tool", { ...tool, run: async () => ({ content: "hi" }) } as Tool),
    };
    const late: Plugin = {
      name: "late",
      setup: (ctx) => ctx.add("tool", { ...tool, name: "Late", run: async () => ({ content: "" }) } as Tool),
    };
    await using shell = await boot({
      plugins: ["plugin-command", watcher, echo, late],
      script: [[call("Echo", {}), call("Echo", {})], say("done")],
    });
    await shell.send("go");
    const stdout = new PassThrough();
    const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
    const run = (await shell.kernel.get("subcommand", "plugin"))!;
    expect(await run.run({ flags: { json: true }, positionals: ["bill"], io })).toBe(0);
    const lines = linesOf(JSON.parse(String(stdout.read())) as Account);
    expect(lines["watcher"]?.calls).toBe(2);
    expect(lines["watcher"]?.p50).toBeGreaterThan(3);
    expect(lines["watcher"]?.places.map(({ place }) => place)).toEqual(["PreToolUse"]);
    expect(lines["echo"]?.tokens).toBe(
      Math.ceil(JSON.stringify({ name: "Echo", description: tool.description, inputSchema: {} }).length / 4),
    );
    expect(lines["(added while running)"]?.tokens).toBeGreaterThan(90);
  });
});
