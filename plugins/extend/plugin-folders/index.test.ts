import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { catalogue, House, notes, plugin } from "./house.js";

let house: House;
beforeEach(() => void (house = new House()));
afterEach(() => house[Symbol.dispose]());

describe("plugins in folders", () => {
  it("are found in homes and projects, and their parts come nearest first", async () => {
    house.put("~/.nacre/plugins/mine/plugin.json", plugin("mine"));
    house.put("~/.nacre/plugins/mine/notes/a.md", "in a plugin");
    house.put("~/.nacre/plugins/group/inner/.claude-plugin/plugin.json", plugin("inner"));
    house.put("~/.nacre/plugins/group/inner/notes/a.md", "in a group");
    house.put("~/.nacre/notes/a.md", "of the user");
    house.put("~/.claude/notes/a.md", "of the user, elsewhere");
    house.put(".nacre/plugins/theirs/plugin.json", plugin("theirs"));
    house.put(".nacre/plugins/theirs/notes/a.md", "in the project");
    house.put(".claude/notes/a.md", "of the project");
    house.put("sub/.claude/notes/a.md", "nearer");
    house.put("extra/notes/a.md", "named");
    await using shell = await house.start({ dir: house.path("work/sub"), pluginDirs: ["../extra"] });
    expect(await notes(shell)).toEqual([
      "nearer",
      "of the project",
      "theirs:in the project",
      "of the user",
      "of the user, elsewhere",
      "inner:in a group",
      "mine:in a plugin",
      "extra:named",
    ]);
    const plugins = shell.kernel.plugins.map(({ plugin: { name, origin, holds, id } }) => ({
      name,
      origin,
      holds,
      id,
    }));
    expect(plugins).toContainEqual({ name: "extra", origin: "--plugin-dir", holds: ["note"], id: "extra@inline" });
    expect(plugins).toContainEqual({ name: "project-claude", origin: "project", holds: ["note"], id: undefined });
    expect(plugins).toContainEqual({ name: "project-claude-2", origin: "project", holds: ["note"], id: undefined });
  });

  it("are not looked for below a project's folder, nor taken twice when the project is the home", async () => {
    house.put("~/.nacre/notes/a.md", "mine");
    house.put("~/.claude/notes/a.md", "mine too");
    await using shell = await house.start({ dir: house.path("home") });
    expect(await notes(shell)).toEqual(["mine", "mine too"]);
  });

  it("may be links in a home, and may not leave a project", async () => {
    house.put("elsewhere/notes/a.md", "linked");
    house.put("~/dev/notes/a.md", "foreign");
    mkdirSync(house.path("home/.nacre/plugins"), { recursive: true });
    symlinkSync(house.path("work/elsewhere"), house.path("home/.nacre/plugins/linked"));
    symlinkSync("loop", house.path("home/.nacre/plugins/loop"));
    mkdirSync(house.path("work/.nacre/plugins"), { recursive: true });
    symlinkSync(house.path("home/dev"), house.path("work/.nacre/plugins/foreign"));
    symlinkSync(house.path("home/dev"), house.path("work/.claude"));
    await using shell = await house.start();
    expect(await notes(shell)).toEqual(["linked:linked"]);
    expect(shell.kernel.warnings).toEqual([
      expect.stringMatching(/\.claude is a link that leaves the project \(.*dev\), so it is not used\./),
      expect.stringMatching(/foreign is a link that leaves the project/),
    ]);
  });

  it("follow links of the user's own folders, and only inside of the project in a project's", async () => {
    house.put("~/dotfiles/deep/a.md", "from my dotfiles");
    mkdirSync(house.path("home/.claude/notes"), { recursive: true });
    symlinkSync(house.path("home/dotfiles/deep"), house.path("home/.claude/notes/deep"));
    house.put("shared/a.md", "shared in the project");
    mkdirSync(house.path("work/.claude/notes"), { recursive: true });
    symlinkSync("../../shared", house.path("work/.claude/notes/shared"));
    symlinkSync(house.path("home/dotfiles/deep"), house.path("work/.claude/notes/out"));
    await using shell = await house.start();
    expect(await notes(shell)).toEqual(["shared in the project", "from my dotfiles"]);
    const problems = await (await catalogue(shell)).problems();
    expect(problems.map(({ code, file }) => [code, file])).toEqual([
      ["path-escapes", house.path("work/.claude/notes/out")],
    ]);
  });

  it("may stand among the skills of a root, and have a namespace there", async () => {
    house.put("~/.claude/skills/tools/.claude-plugin/plugin.json", plugin("tools"));
    house.put("~/.claude/skills/tools/notes/a.md", "in a plugin");
    house.put("~/.claude/skills/plain/SKILL.md", "no plugin");
    house.put(".claude/skills/theirs/.claude-plugin/plugin.json", plugin("theirs"));
    house.put(".claude/skills/theirs/notes/a.md", "in the project");
    await using shell = await house.start();
    expect(await notes(shell)).toEqual(["theirs:in the project", "tools:in a plugin"]);
    const ids = shell.kernel.plugins.flatMap(({ plugin: { id = [] } }) => id);
    expect(ids).toEqual(["tools@skills-dir", "theirs@skills-dir"]);
  });

  it.each([
    ["nowhere", /--plugin-dir: the folder .*nowhere does not exist\./],
    ["plugin.zip", /plugin\.zip is not a folder; unpack an archive/],
  ])("named as %s on the command line are refused with one sentence", async (dir, sentence) => {
    house.put("plugin.zip", "PK");
    await expect(house.start({ pluginDirs: [dir] })).rejects.toThrow(sentence);
  });

  it("named on the command line may be a plugin, a folder of plugins, or nothing of the kind", async () => {
    house.put("many/a/plugin.json", plugin("a"));
    house.put("many/a/notes/a.md", "of a");
    house.put("many/b/notes/b.md", "of b");
    house.put("code/index.mjs", "export default (ctx) => ctx.add('flag', { name: 'coded', type: 'boolean' });");
    house.put("none/readme.txt");
    await using shell = await house.start({ pluginDirs: ["many", "code", "none"] });
    expect(await notes(shell)).toEqual(["a:of a", "b:of b"]);
    expect(shell.kernel.all("flag").map(({ name }) => name)).toContain("coded");
    expect(shell.kernel.warnings).toEqual([`--plugin-dir: there is no plugin in ${house.path("work/none")}.`]);
  });

  it("win over those of the user under the same name when the command line names them", async () => {
    house.put("~/.nacre/plugins/twin/notes/a.md", "installed");
    house.put("twin/notes/a.md", "being written");
    await using shell = await house.start({ pluginDirs: ["twin"] });
    expect(await notes(shell)).toEqual(["twin:being written"]);
    expect([...shell.kernel.skipped.values()]).toEqual(['A plugin named "twin" is there already.']);
  });

  it("that cannot be read cost nobody else anything, and say so once", async () => {
    house.put("~/.nacre/plugins/broken/plugin.json", "{");
    house.put("~/.nacre/plugins/fifo/notes/a.md", "beside a pipe");
    mkdirSync(house.path("home/.nacre/plugins/fifo/.claude-plugin"));
    execFileSync("mkfifo", [house.path("home/.nacre/plugins/fifo/.claude-plugin/plugin.json")]);
    house.put("~/.nacre/plugins/well/notes/a.md", "well");
    execFileSync("mkfifo", [house.path("home/.nacre/plugins/well/notes/pipe.md")]);
    await using shell = await house.start();
    expect(await notes(shell)).toEqual(["well:well"]);
    expect(shell.kernel.warnings).toEqual([
      expect.stringMatching(/broken.plugin\.json/),
      expect.stringMatching(/fifo.*named pipe/),
    ]);
    const problems = await (await catalogue(shell)).problems();
    expect(problems.filter(({ file }) => file.endsWith("pipe.md"))).toMatchObject([{ code: "not-a-file" }]);
  });

  it("whose parts make the reader throw lose those alone", async () => {
    house.put("~/.nacre/plugins/one/notes/a.md", "throw");
    house.put("~/.nacre/plugins/two/notes/a.md", "fine");
    await using shell = await house.start();
    expect(await notes(shell)).toEqual(["two:fine"]);
    expect(await (await catalogue(shell)).problems()).toMatchObject([
      { code: "reader-failed", message: expect.stringMatching(/one: its parts .* no luck/) as string },
    ]);
  });

  it("have no parts of a kind that nobody reads", async () => {
    house.put("~/.nacre/plugins/one/notes/a.md", "inert");
    await using shell = await house.start({ plugins: [] });
    expect(await notes(shell)).toEqual([]);
  });
});

describe("inspecting a folder", () => {
  it("reads all of it without loading or indexing it", async () => {
    house.put("some/plugin.json", plugin("some"));
    house.put("some/notes/a.md", "a");
    house.put("some/notes/b.md", "throw");
    await using shell = await house.start();
    const found = await (await catalogue(shell)).inspect(house.path("work/some"));
    expect(found.package).toMatchObject({ name: "some", format: "agent-plugins", state: "ok" });
    expect(found.problems).toMatchObject([{ code: "reader-failed" }]);
    expect(await notes(shell)).toEqual([]);
  });
});
