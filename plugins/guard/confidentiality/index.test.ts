import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { git, run, staged, type Setting } from "./testing.js";

describe("A confidential term", () => {
  it.each<[string, string, object, Setting, string]>([
    [
      "a commit message of the tool Git",
      "Git",
      { args: ["commit", "-m", "x", "-m", "two\nfor bluebird"] },
      {},
      "codename in the message, line 4",
    ],
    [
      "a commit message in a command",
      "Bash",
      { command: "git commit --allow-empty -m 'for Bluebird'" },
      {},
      "codename in the message",
    ],
    [
      "a message in joined flags behind a wrapper",
      "Bash",
      { command: "env X=1 git -c a.b=c commit -qam Bluebird" },
      {},
      "codename in",
    ],
    [
      "a message in a here-document",
      "Bash",
      { command: "git commit --allow-empty -F - <<'E'\nfor\nBluebird\nE" },
      {},
      "codename in",
    ],
    [
      "a message file",
      "Bash",
      { command: "git commit --allow-empty -F msg" },
      { files: { msg: "a\nBLUEBIRD\n" } },
      "codename in the message file, line 2",
    ],
    [
      "a message that is piped in",
      "Bash",
      { command: "cat msg | git commit --allow-empty -F -" },
      { files: { msg: "Bluebird\n" } },
      "codename in the file msg",
    ],
    [
      "a message file of the tool",
      "Git",
      { args: ["commit", "--allow-empty", "--file=msg"] },
      { files: { msg: "Bluebird\n" } },
      "codename in the message file",
    ],
    [
      "a staged change",
      "Git",
      { args: ["commit", "-m", "x"] },
      { prepare: staged("src/b.txt", "a\nb\nBluebird\n") },
      "codename in the staged change of src/b.txt, line 3",
    ],
    [
      "the name of a staged file, which is not told",
      "Git",
      { args: ["commit", "-m", "x"] },
      { prepare: staged("bluebird.txt", "x\n") },
      "codename in the name of REDACTED.txt, line 1",
    ],
    [
      "a change that a commit takes along",
      "Bash",
      { command: "git commit -am x" },
      { prepare: (dir) => writeFileSync(join(dir, "a.txt"), "Kestrel\n") },
      "hashed in the change of a.txt, line 1",
    ],
    [
      "a file that is added in the same line",
      "Bash",
      { command: "git add new.txt && git commit -m x" },
      { files: { "new.txt": "bluebird\n" } },
      "codename in the new file new.txt",
    ],
    ["the name of a branch", "Git", { args: ["checkout", "-b", "bluebird-fix"] }, {}, "codename in the branch name"],
    [
      "the name of a tag, in another folder",
      "Bash",
      { command: "cd . && git tag Bluebird" },
      {},
      "codename in the tag",
    ],
    [
      "a push",
      "Bash",
      { command: "git push origin main" },
      { prepare: (dir) => git(dir, "commit", "-q", "--allow-empty", "-m", "Bluebird") },
      "codename in the messages of commits that are pushed",
    ],
    [
      "a change that is pushed",
      "Git",
      { args: ["push", "origin", "HEAD"] },
      { prepare: (dir) => (staged("b.txt", "x\nbluebird\n")(dir), void git(dir, "commit", "-qm", "x")) },
      "codename in the pushed change of b.txt, line 2",
    ],
    [
      "a pull request",
      "GitHub",
      { args: ["pr", "create"], title: "ok", body: "a\nBluebird" },
      {},
      "codename in body of GitHub, line 2",
    ],
    [
      "a pull request in a command",
      "Bash",
      { command: "gh pr create --title ok --body-file b.md" },
      { files: { "b.md": "Bluebird" } },
      "codename in",
    ],
    [
      "a request's address (advisory 26)",
      "WebFetch",
      { url: "https://example.org/?q=Bluebird", prompt: "x" },
      {},
      "codename in url of WebFetch",
    ],
    [
      "a request's body in a command (advisory 4)",
      "Bash",
      { command: "curl -d @b.txt https://example.org" },
      { files: { "b.txt": "Bluebird" } },
      "codename in the file that curl sends",
    ],
    [
      "a name that is looked up (advisory 4)",
      "Bash",
      { command: "ping -c1 bluebird.example.org" },
      {},
      "codename in the command",
    ],
    [
      "a server's tool, deep in its input",
      "mcp__chat__post",
      { blocks: [{ text: { value: "Bluebird" } }] },
      {},
      "codename in blocks of mcp__chat__post",
    ],
    [
      "a notification",
      "PushNotification",
      { message: "Bluebird is done" },
      {},
      "codename in message of PushNotification",
    ],
  ])("does not leave in %s", async (...[, name, input, setting, words]) => {
    const { result, refused, got, log } = await run(name, input, setting);
    expect(result).toMatchObject({ isError: true, refused: { behavior: "deny", by: "confidentiality" } });
    expect(refused).toContain(words);
    expect(refused).not.toMatch(/bluebird|kestrel/i);
    expect(got).toEqual([]);
    expect(log.split("\n").filter((line) => line !== "").length).toBeLessThanOrEqual(2);
  });

  it.each<[string, string, object, Setting]>([
    ["a call that only reads", "Bash", { command: "git log --grep=Bluebird" }, {}],
    ["a command that stays here", "Bash", { command: "echo Bluebird > note.txt" }, {}],
    ["a word that only contains it", "Git", { args: ["commit", "--allow-empty", "-m", "Bluebirds"] }, {}],
    ["what is not staged", "Git", { args: ["commit", "--allow-empty", "-m", "x"] }, { files: { "b.txt": "Bluebird" } }],
    [
      "a line that a commit takes away",
      "Git",
      { args: ["commit", "-qam", "x"] },
      {
        prepare: (dir) => {
          staged("a.txt", "Bluebird\n")(dir);
          git(dir, "commit", "-qm", "x");
          writeFileSync(join(dir, "a.txt"), "");
        },
      },
    ],
  ])("is no matter in %s", async (_, name, input, setting) => {
    expect((await run(name, input, setting)).result).toMatchObject({ isError: false });
  });
});
