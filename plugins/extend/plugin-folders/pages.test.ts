import { readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { catalogue, House, notes, plugin } from "./house.js";
import { noteReader } from "./testing.js";

let house: House;
beforeEach(() => void (house = new House()));
afterEach(() => house[Symbol.dispose]());

describe("the index of plugins", () => {
  const head = (): string => house.path("home/.nacre/cache/plugins/user/head.json");

  async function run(): Promise<{
    readonly notes: readonly string[];
    readonly generation: string;
    readonly read: number;
  }> {
    house.log.length = 0;
    await using shell = await house.start();
    const found = await notes(shell);
    return { notes: found, generation: (await catalogue(shell)).generation(), read: house.log.length };
  }

  it("spares the next run the reading, and keeps its generation while nothing changes", async () => {
    house.put("~/.nacre/plugins/one/notes/a.md", "first");
    house.put(".claude/notes/a.md", "mine");
    const first = await run();
    expect(first).toMatchObject({ notes: ["mine", "one:first"], read: 2 });
    expect(await run()).toEqual({ ...first, read: 0 });
    house.put("~/.nacre/plugins/one/notes/a.md", "second");
    const third = await run();
    expect(third).toMatchObject({ notes: ["mine", "one:second"], read: 1 });
    expect(third.generation).not.toBe(first.generation);
    expect(await run()).toEqual({ ...third, read: 0 });
  });

  it("notices an edit that keeps size and time of modification", async () => {
    const file = house.put("~/.nacre/plugins/one/notes/a.md", "abc");
    utimesSync(file, 1000, 1000);
    await run();
    writeFileSync(file, "xyz");
    utimesSync(file, 1000, 1000);
    expect((await run()).notes).toEqual(["one:xyz"]);
  });

  it("notices plugins that come, go, or are renamed, and reads those alone", async () => {
    house.put("~/.nacre/plugins/one/notes/a.md", "1");
    house.put("~/.nacre/plugins/two/notes/a.md", "2");
    await run();
    house.put("~/.nacre/plugins/three/notes/a.md", "3");
    expect(await run()).toMatchObject({ notes: ["one:1", "three:3", "two:2"], read: 1 });
    renameSync(house.path("home/.nacre/plugins/one"), house.path("home/.nacre/plugins/zero"));
    expect(await run()).toMatchObject({ notes: ["three:3", "two:2", "zero:1"], read: 1 });
    rmSync(house.path("home/.nacre/plugins/two"), { recursive: true });
    expect(await run()).toMatchObject({ notes: ["three:3", "zero:1"], read: 0 });
  });

  it("notices a kind's folder that comes later, a manifest that changes and one that is mended", async () => {
    house.put("~/.nacre/plugins/one/plugin.json", plugin("one"));
    house.put("~/.nacre/plugins/two/plugin.json", "{");
    expect((await run()).notes).toEqual([]);
    house.put("~/.nacre/plugins/one/notes/a.md", "1");
    expect((await run()).notes).toEqual(["one:1"]);
    house.put("~/.nacre/plugins/one/plugin.json", plugin("uno"));
    house.put("~/.nacre/plugins/two/plugin.json", plugin("two"));
    house.put("~/.nacre/plugins/two/notes/a.md", "2");
    expect((await run()).notes).toEqual(["uno:1", "two:2"]);
  });

  it("is made anew when a reader is another one", async () => {
    house.put("~/.nacre/plugins/one/notes/a.md", "1");
    await run();
    await using shell = await house.start({ plugins: [noteReader(house.log, "2")] });
    house.log.length = 0;
    expect(await notes(shell)).toEqual(["one:1"]);
    expect(house.log).toHaveLength(1);
  });

  it("keeps nothing of a reader that no build has marked", async () => {
    house.put("~/.nacre/plugins/one/notes/a.md", "1");
    for (const text of ["1", "1"]) {
      house.log.length = 0;
      await using shell = await house.start({ plugins: [noteReader(house.log)] });
      expect(await notes(shell)).toEqual([`one:${text}`]);
      expect(house.log).toHaveLength(1);
    }
  });

  it.each([
    ["cut", (text: string) => text.slice(0, text.length / 2)],
    ["empty", () => ""],
    ["of another kind", () => '{"version":1,"entries":{}}'],
    ["with an entry gone", (text: string) => JSON.stringify({ ...JSON.parse(text), entries: [null] })],
    ["with a damaged plugin", (text: string) => text.replace(/"plugin":\{[^}]*\}/, '"plugin":null')],
    ["with a damaged list of kinds", (text: string) => text.replace(/"may":\[[^\]]*\]/, '"may":7')],
  ])("is made anew when it is %s", async (_what, damage) => {
    house.put("~/.nacre/plugins/one/notes/a.md", "1");
    await run();
    const whole = readFileSync(head(), "utf8");
    expect(damage(whole)).not.toBe(whole);
    writeFileSync(head(), damage(whole));
    expect((await run()).notes).toEqual(["one:1"]);
    expect(await run()).toMatchObject({ notes: ["one:1"], read: 0 });
  });

  it("is made anew file by file when one behind its head is damaged or gone", async () => {
    house.put("~/.nacre/plugins/one/notes/a.md", "1");
    house.put("~/.nacre/plugins/two/notes/a.md", "2");
    await run();
    const dir = dirname(head());
    for (const name of readdirSync(dir)) if (name !== "head.json") writeFileSync(join(dir, name), "{half");
    expect((await run()).notes).toEqual(["one:1", "two:2"]);
    for (const name of readdirSync(dir)) if (name !== "head.json") rmSync(join(dir, name));
    house.put("~/.nacre/plugins/one/notes/b.md", "1b");
    expect((await run()).notes).toEqual(["one:1", "one:1b", "two:2"]);
  });

  it("is not needed: a home that cannot be written to costs time alone", async () => {
    house.put("~/.nacre/plugins/one/notes/a.md", "1");
    writeFileSync(house.path("home/.nacre/cache"), "a file where the folder should be");
    expect((await run()).notes).toEqual(["one:1"]);
    expect((await run()).notes).toEqual(["one:1"]);
  });

  it("of a place that has not changed for two months goes when a new one is made", async () => {
    house.put(".claude/notes/a.md", "here");
    await run();
    const places = house.path("home/.nacre/cache/plugins");
    const old = readdirSync(places).find((name) => name.startsWith("project-"))!;
    utimesSync(join(places, old, "head.json"), 1000, 1000);
    house.put("sub/.claude/notes/a.md", "there");
    await using shell = await house.start({ dir: house.path("work/sub") });
    await notes(shell);
    expect(readdirSync(places)).toEqual([expect.not.stringContaining(old), "user"]);
  });

  it("is private to the user, and one is not made for each folder that nacre is started in", async () => {
    await run();
    const places = house.path("home/.nacre/cache/plugins");
    expect(readdirSync(places)).toEqual(["user"]);
    house.put(".claude/notes/a.md", "mine");
    await run();
    expect(readdirSync(places)).toEqual([expect.stringMatching(/^project-[0-9a-f]{16}$/), "user"]);
    for (const name of readdirSync(places)) expect(statSync(join(places, name)).mode & 0o077).toBe(0);
    expect(statSync(head()).mode & 0o077).toBe(0);
  });
});

describe("thousands of files", () => {
  it("are looked at little by little after the start, and all before a later prompt", async () => {
    for (let at = 0; at < 300; at++) house.put(`~/.nacre/plugins/p${at}/notes/a.md`, `${at}`);
    const old = house.path("home/.nacre/plugins/p7/notes/a.md");
    utimesSync(old, 1000, 1000);
    {
      await using first = await house.start();
      expect(await notes(first)).toHaveLength(300);
    }
    writeFileSync(old, "edited");
    utimesSync(old, 1000, 1000);
    house.log.length = 0;
    await using shell = await house.start();
    expect(house.log).toEqual([]);
    expect(await notes(shell)).toContain("p7:7");
    await shell.send("first");
    await shell.send("second");
    expect(await notes(shell)).toContain("p7:edited");
    expect(house.log).toEqual([old]);
  });

  it("of the user's own folders, and those that changed last, are looked at when nacre starts", async () => {
    for (let at = 0; at < 300; at++)
      utimesSync(house.put(`~/.nacre/plugins/p${at}/notes/a.md`, `${at}`), 1000, 1000 + at);
    utimesSync(house.put("~/.claude/notes/mine.md", "mine"), 500, 500);
    {
      await using first = await house.start();
      await notes(first);
    }
    house.put("~/.claude/notes/mine.md", "mine, edited");
    house.put("~/.nacre/plugins/p299/notes/a.md", "hot, edited");
    await using shell = await house.start();
    const found = await notes(shell);
    expect(found).toContain("mine, edited");
    expect(found).toHaveLength(301);
  });
});
