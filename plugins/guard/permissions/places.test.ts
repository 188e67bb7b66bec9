import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  existsSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../../schemas/decision.js";
import type { JsonObject } from "../../../schemas/json.js";
import { boot, call, say, type Shell } from "../../../test/boot.js";
import { gated, verdict } from "./testing.js";

const TOOLS = ["permissions", "read", "write", "edit", "grep", "glob", "ls"];

interface Race {
  readonly tool: string;
  readonly input: JsonObject;
  /** What happens between the question and the run. */
  readonly meanwhile: (dir: string) => void;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly first?: JsonObject;
}

/** Asks about a call, changes the folder before the answer, and says yes. */
async function race({ tool, input, meanwhile, settings, first }: Race): Promise<Shell> {
  let shell: Shell | undefined;
  const ask = async (): Promise<Answer> => {
    meanwhile(shell!.dir);
    return { behavior: "allow" };
  };
  const reads = first ? [call("Read", first)] : [];
  shell = await boot({
    plugins: TOOLS,
    ask,
    script: [...reads, call(tool, input), say("done")],
    files: { "sub/a.txt": "inside\n", "sub/b.txt": "b\n" },
    settings: { "permissions.ask": [tool], ...settings },
  });
  mkdirSync(join(shell.dir, "..", "outside"));
  for (const name of ["a.txt", "b.txt"]) writeFileSync(join(shell.dir, "..", "outside", name), "secret\n");
  await shell.send("go");
  return shell;
}

/** The folder becomes a link to another. */
const swap = (dir: string): void => {
  renameSync(join(dir, "sub"), join(dir, "old"));
  symlinkSync(join(dir, "..", "outside"), join(dir, "sub"));
};

const last = (shell: Shell): string => String(shell.results().at(-1)!.content);

describe("what was approved is what is opened", () => {
  it.each<[string, JsonObject]>([
    ["Read", { file_path: "sub/a.txt" }],
    ["Grep", { pattern: "s", path: "sub", output_mode: "content" }],
    ["Glob", { pattern: "*", path: "sub" }],
    ["LS", { path: "sub" }],
  ])("%s refuses when a folder was swapped for a link after the answer (advisories 27, 62)", async (tool, input) => {
    await using shell = await race({ tool, input, meanwhile: swap });
    expect(last(shell)).toMatch(/led to .* when the call was judged and leads to .* now, so it is not used/);
    expect(last(shell)).not.toContain("secret");
  });

  it.each(["sub/new.txt", "sub/deep/er/new.txt"])(
    "Write makes no file at %s when its folder was swapped for a link (advisories 23, 27, 33, 62)",
    async (file_path) => {
      await using shell = await race({ tool: "Write", input: { file_path, content: "x" }, meanwhile: swap });
      expect(last(shell)).toContain("so it is not used");
      expect(existsSync(join(shell.dir, "..", "outside", "new.txt"))).toBe(false);
      expect(existsSync(join(shell.dir, "..", "outside", "deep"))).toBe(false);
    },
  );

  it("Edit changes nothing when its folder was swapped for a link (advisories 23, 27)", async () => {
    await using shell = await race({
      tool: "Edit",
      input: { file_path: "sub/a.txt", old_string: "s", new_string: "x" },
      first: { file_path: "sub/a.txt" },
      meanwhile: swap,
    });
    expect(shell.results().at(-1)!.isError).toBe(true);
    expect(readFileSync(join(shell.dir, "..", "outside", "a.txt"), "utf8")).toBe("secret\n");
  });

  it("Write follows no link that took the place of a file that was not there (advisory 62)", async () => {
    const plant = (dir: string): void => symlinkSync(join(dir, "..", "outside", "planted"), join(dir, "new.txt"));
    await using shell = await race({ tool: "Write", input: { file_path: "new.txt", content: "x" }, meanwhile: plant });
    expect(last(shell)).toContain("is a link to something that does not exist");
    expect(existsSync(join(shell.dir, "..", "outside", "planted"))).toBe(false);
  });

  it("Read follows no file that became a link (advisory 27)", async () => {
    const replace = (dir: string): void => {
      unlinkSync(join(dir, "sub/a.txt"));
      symlinkSync(join(dir, "..", "outside", "a.txt"), join(dir, "sub/a.txt"));
    };
    await using shell = await race({ tool: "Read", input: { file_path: "sub/a.txt" }, meanwhile: replace });
    expect(last(shell)).toContain("so it is not used");
  });

  it("what is still there is used", async () => {
    await using shell = await race({ tool: "Read", input: { file_path: "./sub/../sub/a.txt" }, meanwhile: () => {} });
    expect(last(shell)).toContain("inside");
  });
});

describe("a path is judged by what it names", () => {
  const answers = async (shell: Shell, tool: string, paths: readonly string[]): Promise<readonly string[]> =>
    Promise.all(paths.map((file_path) => verdict(shell, tool, { file_path, content: "x" })));

  it("whatever its case, Unicode form, invisible characters and endings are (advisories 44, 39, 58)", async () => {
    await using shell = await gated({ settings: { "permissions.defaultMode": "acceptEdits" } });
    const paths = [
      ".GIT/config",
      ".g\u0069\u200dt/hooks/x",
      ".git./config",
      ".git /config",
      ".git::$INDEX_ALLOCATION/config",
      "\uff0egit/config",
      "a/.VSCODE/tasks.json",
      ".Claude/settings.json",
      ".NACRE/settings.json",
      ".mcp.JSON",
      ".bash\u200crc",
      "x.code-workspace",
      "git~1/config",
    ];
    expect(await answers(shell, "Write", paths)).toEqual(paths.map(() => "ask"));
  });

  it("not there yet or there already (advisories 20, 42, 50)", async () => {
    await using shell = await gated({
      settings: { "permissions.defaultMode": "acceptEdits", "permissions.allow": ["Edit(**)"] },
      files: { ".vscode/settings.json": "{}" },
    });
    const paths = [
      "nacre.lock",
      ".agents/skills/x/SKILL.md",
      ".vscode/settings.json",
      "pkg/.vscode/settings.json",
      ".mcp.json",
      ".nacre.toml",
      ".claude.json",
    ];
    expect(await answers(shell, "Write", paths)).toEqual(paths.map(() => "ask"));
  });

  it("with .. in it, through a link, and beside a folder of the same beginning (advisories 2, 52, 65, 67)", async () => {
    await using shell = await gated({ files: { "a/b.txt": "", "../work-evil/x.txt": "" } });
    symlinkSync("..", join(shell.dir, "up"));
    const inside = ["a/../a/b.txt", ".git/../a/b.txt", `${shell.dir}/a/b.txt`];
    const outside = ["../work-evil/x.txt", `${shell.dir}-evil/x.txt`, "up/work-evil/x.txt", "a/../../work-evil/x.txt"];
    expect(await answers(shell, "Read", inside)).toEqual(inside.map(() => "allow"));
    expect(await answers(shell, "Read", outside)).toEqual(outside.map(() => "ask"));
  });

  it("by link and by target: a deny rule holds for either (advisories 9, 19)", async () => {
    await using shell = await gated({
      files: { "private/k": "" },
      settings: { "permissions.deny": ["Read(private/**)"] },
    });
    symlinkSync("private", join(shell.dir, "open"));
    expect(await answers(shell, "Read", ["open/k", "private/k"])).toEqual(["deny", "deny"]);
    expect(await answers(shell, "Write", ["open/k", "open/new"])).toEqual(["deny", "deny"]);
  });

  it("and is not known where it cannot be resolved (advisory 49)", async () => {
    await using shell = await gated({ settings: { "permissions.defaultMode": "acceptEdits" } });
    symlinkSync("loop-b", join(shell.dir, "loop-a"));
    symlinkSync("loop-a", join(shell.dir, "loop-b"));
    symlinkSync("/nowhere/at/all", join(shell.dir, "dangling"));
    const paths = ["loop-a", "loop-a/x", "dangling", "dangling/x", `a\0b`, "x".repeat(5000)];
    expect(await answers(shell, "Write", paths)).toEqual(paths.map(() => "ask"));
  });

  it("and neither pipes nor files with other names pass by their path alone", async () => {
    await using shell = await gated({ files: { "a.txt": "" }, settings: { "permissions.defaultMode": "acceptEdits" } });
    execFileSync("mkfifo", [join(shell.dir, "pipe")]);
    linkSync(join(shell.dir, "a.txt"), join(shell.dir, "b.txt"));
    expect(await answers(shell, "Read", ["pipe", "a.txt"])).toEqual(["ask", "allow"]);
    expect(await answers(shell, "Write", ["b.txt", "c.txt"])).toEqual(["ask", "allow"]);
  });
});
