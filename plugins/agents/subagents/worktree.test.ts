import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say, trusting, type Shell } from "../../../test/boot.js";
import type { Plugin } from "../../../core/types.js";
import { given, reports, task, team, tool } from "./testing.js";

function git(dir: string, ...args: readonly string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"];
  return execFileSync("git", [...identity, ...args], { cwd: dir, encoding: "utf8" });
}

const trusted: Plugin = {
  name: "trust",
  setup: (ctx) => ctx.add("service", { name: "trust", service: trusting(true) }),
};

/** A session in a repository with one commit. */
async function repository(options: Parameters<typeof team>[0]): Promise<Shell> {
  const shell = await team({ ...options, plugins: [trusted, ...(options?.plugins ?? [])] });
  git(shell.dir, "init", "-q", "-b", "main");
  git(shell.dir, "add", ".");
  git(shell.dir, "commit", "-q", "-m", "first");
  return shell;
}

const settings = { ...given({ one: { isolation: "worktree" } }), "permissions.defaultMode": "acceptEdits" };
const script = [call("Agent", task("one")), say("done")];

describe("an agent in a worktree", () => {
  it("works on a copy, which is kept with its branch where something changed in it", async () => {
    const agents = { one: [call("Write", { file_path: "b.txt", content: "new" }), say("Written.")] };
    await using shell = await repository({ settings, script, agents });
    await shell.send("go");
    expect(shell.results()[0]).toMatchObject({ name: "Write", isError: false });
    const words = /^Written\.\n\n\[Its changes are in the worktree (.*), branch (nacre\/agent-[0-9a-f]{8})\.\]$/;
    const [, folder, branch] = words.exec(String(reports(shell)[0]!.content))!;
    expect(dirname(folder!)).toBe(join(shell.dir, ".nacre/worktrees"));
    expect(readFileSync(join(folder!, "b.txt"), "utf8")).toBe("new");
    expect(existsSync(join(shell.dir, "b.txt"))).toBe(false);
    expect(git(shell.dir, "branch", "--list", branch!)).toContain(branch);
    expect(git(shell.dir, "status", "--porcelain")).toBe("");
  });

  it("works beside others of one reply, each on its own copy", async () => {
    let [most, now] = [0, 0];
    const slow = tool("Slow", async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => void setTimeout(resolve, 150));
      now--;
      return { content: "slow" };
    });
    await using shell = await repository({
      plugins: [slow],
      script: [[0, 1, 2].map(() => call("Agent", task("one", { isolation: "worktree" }))), say("done")],
      settings: { ...settings, "permissions.defaultMode": "bypassPermissions" },
      env: { IS_SANDBOX: "1", PATH: process.env["PATH"] },
      agents: { one: [call("Slow", {}), call("Write", { file_path: "b.txt", content: "x" }), say("ok")] },
    });
    await shell.send("go");
    expect(most).toBe(3);
    expect(git(shell.dir, "worktree", "list").trim().split("\n")).toHaveLength(4);
  });

  it("leaves nothing behind where nothing changed", async () => {
    const agents = { one: [call("Read", { file_path: "a.txt" }), say("Read.")] };
    await using shell = await repository({ settings, script, agents });
    await shell.send("go");
    expect(shell.results()[0]).toMatchObject({ name: "Read", isError: false });
    expect(reports(shell)[0]!.content).toBe("Read.");
    expect(git(shell.dir, "worktree", "list").trim().split("\n")).toHaveLength(1);
    expect(git(shell.dir, "branch").trim()).toBe("* main");
  });

  it("cannot change what it was copied from without being asked about", async () => {
    const path = { file_path: "../../../a.txt", content: "gone" };
    await using shell = await repository({ settings, script, agents: { one: [call("Write", path), say("no")] } });
    await shell.send("go");
    expect(shell.results()[0]).toMatchObject({ name: "Write", isError: true });
    expect(readFileSync(join(shell.dir, "a.txt"), "utf8")).toBe("hello\n");
  });

  it("is not made in a mode that only reads, nor outside of a repository", async () => {
    await using reading = await repository({ settings: { ...settings, "permissions.defaultMode": "plan" }, script });
    await reading.send("go");
    expect(reports(reading)[0]!.content).toBe('A worktree is not made in the permission mode "plan".');
    await using bare = await team({ settings, script, plugins: [trusted] });
    await bare.send("go");
    expect(reports(bare)[0]!.content).toMatch(
      /^A worktree cannot be had: git rev-parse failed: fatal: not a git repository/,
    );
  });

  it("is asked about when the model wants it and no agent's file does", async () => {
    const reasons: string[] = [];
    await using shell = await repository({
      script: [call("Agent", task("Explore", { isolation: "worktree" })), say("done")],
      ask: async ({ reason }) => {
        reasons.push(reason);
        return { behavior: "deny", message: "no" };
      },
    });
    await shell.send("go");
    expect(reasons).toEqual(['Agent runs something; the mode "default" asks first.']);
  });
});
