import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PendingCall } from "../../../schemas/decision.js";
import { textOf } from "../../../schemas/message.js";
import { boot, call, say, type BootOptions, type Shell, type Step } from "../../../test/boot.js";

const IDENTITY = { GIT_AUTHOR_NAME: "t", GIT_AUTHOR_EMAIL: "t@example.invalid" };
const COMMITTER = { GIT_COMMITTER_NAME: "t", GIT_COMMITTER_EMAIL: "t@example.invalid" };
const env = { ...IDENTITY, ...COMMITTER, PATH: process.env["PATH"], HOME: "/nonexistent" };

function git(dir: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: dir, encoding: "utf8", env });
}

const run = (...args: readonly string[]): Step => call("Git", { args });
const TOKEN = `ghp_${"a1B2".repeat(10)}`;

/** A repository with two commits, one changed and one new file, and a session in it. */
async function repository(script: BootOptions["script"], more: Partial<BootOptions> = {}): Promise<Shell> {
  const plugins = ["commit", "commands", "git", "bash", "write", "read", "permissions", ...(more.plugins ?? [])];
  const session = { headless: true, ...more.session };
  const shell = await boot({ script, files: { "a.txt": "one\n" }, env, ...more, plugins, session });
  git(shell.dir, "init", "-q", "-b", "main");
  git(shell.dir, "add", ".");
  git(shell.dir, "commit", "-q", "-m", "fix: begin");
  write(shell, { "a.txt": "one\ntwo\n", "new.txt": "new\n" });
  return shell;
}

function write({ dir }: Shell, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

const log = (shell: Shell): string[] => git(shell.dir, "log", "--format=%s").trim().split("\n");
/** Results of calls of the model. */
const answers = (shell: Shell): unknown[] =>
  shell.results().flatMap(({ apart, isError, content }) => (apart ? [] : [isError ? String(content) : true]));

const denied = (pending: PendingCall): PendingCall | undefined => {
  return pending.effect === "read" ? undefined : { ...pending, decision: { behavior: "deny", reason: "Not here." } };
};

describe("/commit", () => {
  it("runs nothing of the project's to look at what would be staged, neither a program in its path nor a filter", async () => {
    const bin = join(mkdtempSync(join(tmpdir(), "nacre-bin-")), "node_modules/.bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "git"), "#!/bin/sh\ntouch ran-bin\n", { mode: 0o755 });
    await using shell = await repository([run("add", "--", "a.txt"), run("commit", "-am", "x"), say("ok")], {
      plugins: [{ name: "no", setup: (ctx) => ctx.tap("PreToolUse", async (p) => denied(p), { stage: 90 }) }],
      env: { ...env, PATH: `${bin}:${env.PATH}` },
    });
    const { dir } = shell;
    git(dir, "config", "filter.evil.clean", "sh -c 'touch ran-clean; cat'");
    git(dir, "config", "core.fsmonitor", "touch ran-fsmonitor; false");
    write(shell, { ".gitattributes": "* filter=evil\n", "a.txt": "two\n" });
    utimesSync(join(dir, "a.txt"), 1, 1);
    await shell.send("/commit");
    rmSync(dirname(dirname(bin)), { recursive: true });
    expect(answers(shell)).toEqual(["Not here.", "Not here."]);
    expect(readdirSync(dir).filter((name) => name.startsWith("ran-"))).toEqual([]);
  });

  it("shows the model status, changes and recent messages, and lets it stage and commit", async () => {
    await using shell = await repository([
      run("add", "--", "a.txt", "new.txt"),
      run("commit", "-m", "fix: add a second line", "-m", "It was missing."),
      say("Committed."),
    ]);
    expect((await shell.send("/commit mention the line")).reason).toBe("completed");
    const prompt = textOf(shell.requests[0]!.messages[0]!.content);
    expect(prompt).toContain("The user says: mention the line");
    expect(prompt).toContain("?? new.txt");
    expect(prompt).toContain("+two");
    expect(prompt).toContain("<staged>\n(nothing)\n</staged>");
    expect(prompt).toContain("fix: begin");
    expect(answers(shell)).toEqual([true, true]);
    expect(log(shell)).toEqual(["fix: add a second line", "fix: begin"]);
    expect(git(shell.dir, "status", "--porcelain")).toBe("");
  });

  it("asks nothing of the model where nothing is changed, and says so where there is no repository", async () => {
    await using shell = await repository([]);
    git(shell.dir, "reset", "-q", "--hard");
    git(shell.dir, "clean", "-fdq");
    expect(await shell.send("/commit")).toMatchObject({ message: "There is nothing to commit." });
    await using bare = await boot({ plugins: ["commit", "commands", "git", "permissions"], script: [], env });
    expect((await bare.send("/commit")).message).toMatch(/^\/commit cannot go on: .*not a git repository/);
    expect(shell.requests.length + bare.requests.length).toBe(0);
  });

  it.each<[string, Step]>([
    ["a push", run("push")],
    ["a push through the shell", call("Bash", { command: "git push" })],
    ["a shell at all", call("Bash", { command: "git commit -m x" })],
    ["skipping hooks", run("commit", "--no-verify", "-m", "x")],
    ["skipping hooks, in short", run("commit", "-n", "-m", "x")],
    ["skipping hooks among other letters", run("commit", "-nm", "x")],
    ["other hooks", run("-c", "core.hooksPath=/dev/null", "commit", "-m", "x")],
    ["amending", run("commit", "--amend", "-m", "x")],
    ["forcing in what is ignored", run("add", "-f", "--", "new.txt")],
    ["a list of paths in a file", run("add", "--pathspec-from-file=new.txt")],
    ["throwing changes away", run("restore", "--", "a.txt")],
    ["changing a file", call("Write", { file_path: "b.txt", content: "x" })],
  ])("does not let %s pass, even where all is allowed", async (_, step) => {
    const settings = { "permissions.defaultMode": "bypassPermissions" };
    await using shell = await repository([step, say("no")], { settings, env: { ...env, IS_SANDBOX: "1" } });
    await shell.send("/commit");
    expect(answers(shell)).toEqual([expect.stringMatching(/^During \/commit only reading and the tool Git/)]);
    expect(log(shell)).toEqual(["fix: begin"]);
  });

  it.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ["named one by one", ["add", "--", ".env", "a.txt"], { ".env": "X=1" }],
    ["with everything", ["add", "-A"], { "deep/server.pem": "x" }],
    ["with the folder", ["add", "."], { "deep/id_rsa": "x" }],
    ["by a pattern", ["add", "--", "*.json"], { "credentials.json": "{}" }],
    ["by what is in them", ["add", "--", "notes.md"], { "notes.md": `token ${TOKEN}\n` }],
    ["by magic", ["add", "--", ":/"], { "x/.npmrc": "a" }],
  ])("does not stage files that may hold secrets, %s", async (_, args, files) => {
    await using shell = await repository([run(...args), say("no")]);
    write(shell, files);
    await shell.send("/commit");
    expect(answers(shell)).toEqual([
      `These may hold secrets and are not staged by /commit: ${Object.keys(files)[0]}. Name the other files one by one.`,
    ]);
    expect(git(shell.dir, "diff", "--cached", "--name-only")).toBe("");
  });

  it("does not commit a secret that was staged before, nor show it to the model", async () => {
    await using shell = await repository([
      run("commit", "-m", "x"),
      run("restore", "--staged", "--", ".env"),
      say("no"),
    ]);
    write(shell, { ".env": "PASSWORD=hush\n" });
    git(shell.dir, "add", "-f", ".env", "a.txt");
    await shell.send("/commit");
    const [prompt] = shell.requests[0]!.messages;
    expect(textOf(prompt!.content)).toContain("+two");
    expect(textOf(prompt!.content)).not.toContain("hush");
    expect(answers(shell)[0]).toMatch(/^These may hold secrets and are not committed by \/commit: \.env\./);
    expect(log(shell)).toEqual(["fix: begin"]);
  });

  it("does not take a changed secret along with all changes", async () => {
    await using shell = await repository([run("commit", "-a", "-m", "x"), say("no")]);
    write(shell, { "conf/app.key": "1" });
    git(shell.dir, "add", "-f", "conf/app.key");
    git(shell.dir, "commit", "-q", "-m", "oops");
    write(shell, { "conf/app.key": "2" });
    await shell.send("/commit");
    expect(answers(shell)[0]).toMatch(/not committed by \/commit: conf\/app\.key\./);
  });

  it("runs the repository's hooks, and hands on what they say", async () => {
    await using shell = await repository([run("add", "--", "a.txt"), run("commit", "-m", "x"), say("refused")], {
      session: { headless: false },
      ask: async () => ({ behavior: "allow" }),
    });
    const hook = join(shell.dir, ".git/hooks/pre-commit");
    writeFileSync(hook, "#!/bin/sh\necho no tests >&2\ntouch ran\nexit 1\n");
    chmodSync(hook, 0o755);
    await shell.send("/commit");
    expect(existsSync(join(shell.dir, "ran"))).toBe(true);
    expect(answers(shell)[1]).toContain("no tests");
  });

  it("puts the message before the person where there is one", async () => {
    const asked: unknown[] = [];
    await using shell = await repository([run("add", "--", "a.txt"), run("commit", "-m", "fix: x"), say("ok")], {
      session: { headless: false },
      ask: async (question) => {
        asked.push(question.call.input["args"]);
        return { behavior: "allow" };
      },
    });
    await shell.send("/commit");
    expect(asked).toEqual([["commit", "-m", "fix: x"]]);
    expect(log(shell)[0]).toBe("fix: x");
  });

  it("holds for that turn alone", async () => {
    const settings = { "permissions.defaultMode": "acceptEdits" };
    await using shell = await repository(
      [say("done"), call("Write", { file_path: "b.txt", content: "x" }), say("ok")],
      {
        settings,
      },
    );
    await shell.send("/commit");
    await shell.send("write");
    expect(answers(shell)).toEqual([true]);
  });
});
