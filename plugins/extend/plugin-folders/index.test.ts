import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Catalogue } from "../../../schemas/parts.js";
import { boot, say, type BootOptions, type Shell } from "../../../test/boot.js";
import { noteReader } from "./testing.js";

let base = "";
let log: string[] = [];
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-folders-")));
  mkdirSync(join(base, "work/.git"), { recursive: true });
  log = [];
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Writes below the working folder, or below the home with `~/`. */
function put(path: string, content = ""): string {
  const file = path.startsWith("~/") ? join(base, "home", path.slice(2)) : join(base, "work", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function start(options: Partial<BootOptions> = {}): Promise<Shell> {
  return boot({
    plugins: [noteReader(log, "1")],
    discover: true,
    script: [say("one"), say("two"), say("three")],
    dir: join(base, "work"),
    home: join(base, "home/.nacre"),
    ...options,
  });
}

async function catalogue({ kernel }: Shell): Promise<Catalogue> {
  return (await kernel.service("catalogue"))!;
}

async function notes(shell: Shell): Promise<readonly string[]> {
  const parts = await (await catalogue(shell)).parts("note");
  return parts.map(({ name, owner }) => (owner.namespaced ? `${owner.name}:${name}` : name));
}

const plugin = (name: string): string => JSON.stringify({ name });

describe("plugins in folders", () => {
  it("are found in homes and projects, and their parts come nearest first", async () => {
    put("~/.nacre/plugins/mine/plugin.json", plugin("mine"));
    put("~/.nacre/plugins/mine/notes/a.md", "in a plugin");
    put("~/.nacre/plugins/group/inner/.claude-plugin/plugin.json", plugin("inner"));
    put("~/.nacre/plugins/group/inner/notes/a.md", "in a group");
    put("~/.nacre/notes/a.md", "of the user");
    put("~/.claude/notes/a.md", "of the user, elsewhere");
    put(".nacre/plugins/theirs/plugin.json", plugin("theirs"));
    put(".nacre/plugins/theirs/notes/a.md", "in the project");
    put(".claude/notes/a.md", "of the project");
    put("sub/.claude/notes/a.md", "nearer");
    put("extra/notes/a.md", "named");
    await using shell = await start({ dir: join(base, "work/sub"), pluginDirs: ["../extra"] });
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
});
