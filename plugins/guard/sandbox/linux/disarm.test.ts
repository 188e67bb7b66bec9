import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Accepted } from "./accepted.js";
import { disarm } from "./disarm.js";
import type { Walls } from "./ground.js";

let root: string;
beforeEach(() => void (root = realpathSync(mkdtempSync(join(tmpdir(), "nacre-disarm-")))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** What was seen: nothing, as there was more than could be looked at, or no more than that. */
const seen = (known: readonly string[], repositories: readonly string[] = [], isWhole = false): Walls => ({
  writable: [root],
  readOnly: [],
  hidden: [],
  shown: [],
  taken: [],
  unwanted: [],
  links: new Map(),
  known: new Map([...known, ...repositories].map((path) => [join(root, path), ""])),
  repositories: new Set(repositories.map((path) => join(root, path))),
  unseen: !isWhole,
  partial: isWhole ? [] : [root],
  at: Date.now(),
  cut: !isWhole,
});

const CONFIG = "[core]\n\tfsmonitor = ./x\n";

describe("What comes into view while a command runs", () => {
  it("stays where not everything could be looked at before and it is older than the command", async () => {
    write("deep/.bashrc", "mine");
    write("deep/repo/.git/config", CONFIG);
    write("deep/repo/.git/hooks/pre-commit", "mine");
    await sleep(60);
    const before = seen([]);
    expect(disarm(before, seen(["deep/.bashrc"], ["deep/repo/.git"]), new Accepted())).toEqual([]);
    write("deep/repo/.git/index.lock", ""); // Git works there meanwhile, or the folder was moved there.
    const told = disarm(before, seen(["deep/.bashrc"], ["deep/repo/.git"]), new Accepted());
    expect(told).toEqual(
      ["hooks", "config"].map((name) => {
        const path = join(root, "deep/repo/.git", name);
        return `Sandbox: ${path} decides over what runs later and may have been moved there: look at it.`;
      }),
    );
    expect(
      ["deep/.bashrc", "deep/repo/.git/config", "deep/repo/.git/hooks"].map((path) => existsSync(join(root, path))),
    ).toEqual([true, true, true]);
  });

  it("is renamed where the command has made or changed it, and where all had been looked at", async () => {
    write("old/.bashrc", "moved here from where nobody looks");
    write("repo/.git/config", CONFIG);
    write("repo/.git/hooks/pre-commit", "mine");
    write("agent/.claude/skills/x/SKILL.md", "mine");
    await sleep(60);
    const before = seen([]);
    write("new/.bashrc", "made");
    write("agent/.claude/skills/x/SKILL.md", "changed");
    write("repo/.git/hooks/pre-commit", "changed");
    const told = disarm(before, seen(["old/.bashrc", "new/.bashrc", "agent/.claude"], ["repo/.git"]), new Accepted());
    expect(told.map((line) => /Sandbox: (\S+)/.exec(line)?.[1]?.slice(root.length + 1))).toEqual([
      "new/.bashrc",
      "agent/.claude",
      "repo/.git/hooks",
      "repo/.git/config", // To be looked at: its folder is another one since.
    ]);
    const whole = disarm(seen([], [], true), seen(["old/.bashrc"], [], true), new Accepted());
    expect(whole).toHaveLength(1);
    expect(existsSync(join(root, "old/bashrc.refused"))).toBe(true);
  });
});
