import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boot, call, say } from "../../../test/boot.js";

const who = { GIT_AUTHOR_NAME: "t", GIT_AUTHOR_EMAIL: "t@example.invalid" };
const env = { ...who, GIT_COMMITTER_NAME: "c", GIT_COMMITTER_EMAIL: "c@example.invalid", PATH: process.env["PATH"] };

describe("attribution.commit", () => {
  it.each([
    [undefined, "t: One\n\nTwo."],
    ["none", "t: One\n\nTwo."],
    ["assisted-by", "t: One\n\nTwo.\n\nAssisted-by: nacre (script-1)"],
    ["co-authored-by", "t: One\n\nTwo.\n\nCo-authored-by: nacre (script-1) <noreply@nacre.invalid>"],
  ])("set to %s is what stands below the message, and who wrote it stays who it was", async (value, message) => {
    const commit = call("Git", { args: ["commit", "-m", "One", "-m", "Two."] });
    await using shell = await boot({
      plugins: ["commit", "commands", "git", "permissions"],
      script: [call("Git", { args: ["add", "--", "a.txt"] }), commit, say("done")],
      files: { "a.txt": "one\n" },
      settings: value === undefined ? {} : { "attribution.commit": value },
      session: { headless: true },
      env: { ...env, HOME: "/nonexistent" },
    });
    const git = (...args: readonly string[]): string => {
      return execFileSync("git", args, { cwd: shell.dir, encoding: "utf8", env });
    };
    git("init", "-q", "-b", "main");
    writeFileSync(join(shell.dir, "b.txt"), "");
    git("add", "b.txt");
    git("commit", "-qm", "Begin");
    await shell.send("/commit");
    expect(git("log", "-1", "--format=%an: %B").trim()).toBe(message);
  });
});
