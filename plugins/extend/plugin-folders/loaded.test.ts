import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { trusting } from "../../../test/boot.js";
import { catalogue, House, notes, plugin } from "./house.js";
import { noteReader } from "./testing.js";

let house: House;
beforeEach(() => void (house = new House()));
afterEach(() => house[Symbol.dispose]());

describe("during a session", () => {
  it("an edit takes effect with the next prompt", async () => {
    const file = house.put("~/.nacre/plugins/one/notes/a.md", "before");
    await using shell = await house.start();
    await shell.send("first");
    expect(await notes(shell)).toEqual(["one:before"]);
    const generation = (await catalogue(shell)).generation();
    await shell.send("second");
    expect((await catalogue(shell)).generation()).toBe(generation);
    writeFileSync(file, "after");
    await shell.send("third");
    expect(await notes(shell)).toEqual(["one:after"]);
    expect((await catalogue(shell)).generation()).not.toBe(generation);
  });

  it("plugins that come are loaded, and those that go are unloaded", async () => {
    house.put("~/.nacre/plugins/one/notes/a.md", "1");
    await using shell = await house.start();
    await shell.send("first");
    rmSync(house.path("home/.nacre/plugins/one"), { recursive: true });
    house.put("~/.nacre/plugins/two/notes/a.md", "2");
    house.put("~/.claude/notes/a.md", "new root");
    await shell.send("second");
    expect(await notes(shell)).toEqual(["new root", "two:2"]);
    const names = shell.kernel.plugins.map(({ plugin: { name } }) => name);
    expect(names).toContain("two");
    expect(names).not.toContain("one");
  });

  it("a part that comes into an empty folder wakes the taps that wait for its kind", async () => {
    mkdirSync(house.path("work/.claude/notes"), { recursive: true });
    let stops = 0;
    const waiting: Plugin = {
      name: "waiting",
      provides: { taps: [{ point: "Stop", when: "has:note" }] },
      setup: (ctx) => ctx.tap("Stop", async () => void stops++),
    };
    await using shell = await house.start({ plugins: [noteReader(house.log, "1"), waiting] });
    await notes(shell);
    await shell.send("first");
    house.put(".claude/notes/a.md", "now there");
    await shell.send("second");
    expect(await notes(shell)).toEqual(["now there"]);
    expect(stops).toBe(1);
  });

  it("a project's plugin that comes is not loaded where the project is not trusted", async () => {
    const trust: Plugin = {
      name: "trust",
      provides: { service: [{ name: "trust" }] },
      setup: (ctx) => ctx.add("service", { name: "trust", service: trusting(false) }),
    };
    await using shell = await house.start({ plugins: [noteReader(house.log, "1"), trust] });
    await shell.send("first");
    house.put(".claude/notes/a.md", "hostile");
    await shell.send("second");
    expect(await notes(shell)).toEqual([]);
    expect(house.log).toEqual([]);
  });

  it("a setting is declared as the manifest says since it changed, and not at all once it is gone", async () => {
    const put = (level: number): string =>
      house.put("~/.nacre/plugins/data/plugin.json", declaring("data", { key: "data", level }));
    put(1);
    await using shell = await house.start();
    const level = (): unknown => shell.kernel.settings.get("data.level");
    await shell.send("first");
    expect(level()).toBe(1);
    put(22);
    await shell.send("second");
    expect(level()).toBe(22);
    rmSync(house.path("home/.nacre/plugins/data"), { recursive: true });
    await shell.send("third");
    expect(level()).toBeUndefined();
  });

  it("a plugin with code is loaded anew when its manifest changes, with those that need it", async () => {
    const manifest = (flag: string): string =>
      JSON.stringify({
        name: "coded",
        extensions: { "dev.nacre": { provides: { flag: [{ name: flag, type: "boolean" }] } } },
      });
    house.put("~/.nacre/plugins/coded/plugin.json", manifest("before"));
    const needs: Plugin = {
      name: "needs",
      requires: ["coded"],
      provides: { flag: [{ name: "needs-it", type: "boolean" }] },
    };
    await using shell = await house.start();
    await shell.kernel.load(needs);
    await shell.send("first");
    house.put("~/.nacre/plugins/coded/plugin.json", manifest("after"));
    await shell.send("second");
    const flags = shell.kernel.all("flag").map(({ name }) => name);
    expect(flags).toEqual(expect.arrayContaining(["after", "needs-it"]));
    expect(flags).not.toContain("before");
  });
});

it("a manifest that declares the settings of another is refused in each run, out of the index as well", async () => {
  const said = /"data" is not loaded: its manifest declares the settings "other"; a plugin's settings stand below/;
  house.put("~/.nacre/plugins/data/plugin.json", declaring("data", { key: "other", level: 1 }));
  house.put("~/.nacre/plugins/good/plugin.json", declaring("good", { key: "good", level: 2 }));
  for (const _run of ["first", "second"]) {
    await using shell = await house.start();
    expect(shell.kernel.warnings).toEqual([expect.stringMatching(said)]);
    expect(shell.kernel.settings.get("other.level")).toBeUndefined();
    expect(shell.kernel.settings.get("good.level")).toBe(2);
  }
});

describe("folders that another plugin has found", () => {
  it("have their parts read by what understands them, once they are asked for", async () => {
    house.put("~/store/a/plugin.json", plugin("a"));
    house.put("~/store/a/notes/a.md", "installed");
    const dir = house.path("home/store/a");
    const installed: Plugin = {
      name: "a",
      version: "1.0.0",
      dir,
      origin: "installed",
      id: "a@market",
      holds: ["note"],
    };
    const generations: string[] = [];
    for (const count of [1, 0]) {
      house.log.length = 0;
      await using shell = await house.start();
      await shell.kernel.load(installed);
      const service = await catalogue(shell);
      generations.push(service.generation());
      expect(service.count("note")).toBe(1);
      expect(await notes(shell)).toEqual(["a:installed"]);
      expect((await service.parts("note"))[0]?.owner).toMatchObject({
        dir,
        origin: "installed",
        format: "agent-plugins",
      });
      expect(house.log).toHaveLength(count);
      await shell.kernel.unload("a");
      expect(await notes(shell)).toEqual([]);
    }
  });

  it("are read anew when they have changed, at the next prompt", async () => {
    const file = house.put("~/store/a/notes/a.md", "old");
    await using shell = await house.start();
    await shell.kernel.load({ name: "a", dir: house.path("home/store/a"), origin: "installed", holds: ["note"] });
    await shell.send("first");
    expect(await notes(shell)).toEqual(["a:old"]);
    writeFileSync(file, "new");
    await shell.send("second");
    expect(await notes(shell)).toEqual(["a:new"]);
  });

  it("that ship with nacre are not looked at: their digest stands for them", async () => {
    const file = house.put("~/store/nacre/notes/a.md", "shipped");
    const dir = house.path("home/store/nacre");
    const shipped: Plugin = { name: "nacre", dir, origin: "built in", holds: ["note"], digest: "d1" };
    for (const [digest, text] of [
      ["d1", "shipped"],
      ["d1", "shipped"],
      ["d2", "changed"],
    ] as const) {
      await using shell = await house.start();
      await shell.kernel.load({ ...shipped, digest });
      expect(await notes(shell)).toEqual([text]);
      writeFileSync(file, "changed");
    }
  });
});

/** A manifest with one setting. */
function declaring(name: string, { key, level }: { readonly key: string; readonly level: number }): string {
  const settings = { key, properties: { level: { type: "number", default: level, description: "How much" } } };
  return JSON.stringify({ name, extensions: { "dev.nacre": { settings } } });
}
