import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { boot, call, say } from "../../../test/boot.js";
import type { ResultEvent } from "../../../schemas/event.js";

let base: string;
let repo: string;

function git(cwd: string, ...args: string[]): string {
  const identity = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...identity, "-c", "protocol.file.allow=always", ...args], {
    cwd,
    encoding: "utf8",
    stdio: "pipe",
  });
}

function commit(dir: string, files: Readonly<Record<string, string>>, message = "one"): void {
  mkdirSync(dir, { recursive: true });
  if (!existsSync(join(dir, ".git"))) git(dir, "init", "-q");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  git(dir, "add", "-A");
  git(dir, "commit", "-qm", message);
}

/** Runs calls of the tool in one session in `dir`; every one that asks for approval gets it. */
async function run(dir: string, ...inputs: (readonly string[] | object)[]): Promise<ResultEvent[]> {
  const script = [...inputs.map((input) => call("Git", Array.isArray(input) ? { args: input } : input)), say("done")];
  await using shell = await boot({ plugins: ["git"], script, dir });
  await shell.send("go");
  return shell.results();
}

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-git-")));
  repo = join(base, "repo");
  commit(repo, { "a.txt": "one\n" });
});
afterEach(() => rmSync(base, { recursive: true }));

describe("Git", () => {
  it("reads a repository", async () => {
    writeFileSync(join(repo, "a.txt"), "two\n");
    const [status, diff, log, blame] = await run(repo, ["status", "--short"], ["diff"], ["log", "--format=%s"], {
      args: ["blame", "-s", "a.txt"],
      cwd: ".",
    });
    expect(status!.content).toBe(" M a.txt");
    expect(diff!.content).toMatch(/-one\n\+two$/);
    expect(log!.content).toBe("one");
    expect(blame!.content).toMatch(/1\) two$/);
  });

  it("counts the commits of the whole history where no revision is given", async () => {
    expect((await run(repo, ["shortlog", "-s"]))[0]!.content).toMatch(/^\s+1\s+n$/);
  });

  it("writes with the repository's own hooks", async () => {
    const hook = join(repo, ".git", "hooks", "pre-commit");
    mkdirSync(join(repo, ".git", "hooks"), { recursive: true });
    writeFileSync(hook, "#!/bin/sh\ntouch hooked\n");
    chmodSync(hook, 0o755);
    const identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"];
    const [made] = await run(repo, [...identity, "commit", "--allow-empty", "-qm", "two"]);
    expect(made).toMatchObject({ isError: false });
    expect(existsSync(join(repo, "hooked"))).toBe(true);
  });

  it("never waits for an editor", async () => {
    const [made] = await run(repo, ["-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "--allow-empty"]);
    expect(made).toMatchObject({
      isError: true,
      content: expect.stringMatching(/^Exit code 1\n[^]*empty commit message/),
    });
  });

  it.each([
    ["an unknown revision", ["log", "nosuch"], true, /^Exit code 128\nfatal: /],
    ["differences found", ["diff", "--exit-code"], false, /\+two/],
    ["nothing found", ["grep", "nosuch"], false, /exit code 1/],
    ["not an ancestor", ["merge-base", "--is-ancestor", "HEAD", "HEAD~1"], true, /^Exit code 128/],
  ])("tells %s", async (_what, args, isError, content) => {
    writeFileSync(join(repo, "a.txt"), "two\n");
    expect((await run(repo, args))[0]).toMatchObject({ isError, content: expect.stringMatching(content) });
  });

  it("says that there is no repository", async () => {
    mkdirSync(join(base, "plain"));
    const [status] = await run(join(base, "plain"), ["status"]);
    expect(status).toMatchObject({ isError: true, content: expect.stringMatching(/^not a git repository/) });
  });
});

describe("Reading a hostile repository", () => {
  /** A program that leaves a trace and passes its input on. */
  function trap(name: string): string {
    const path = join(base, `trap-${name}`);
    writeFileSync(path, `#!/bin/sh\ntouch ${join(base, `sprung-${name}`)}\ncat\n`);
    chmodSync(path, 0o755);
    return path;
  }

  function sprung(): readonly string[] {
    return [
      "fsmonitor",
      "clean",
      "process",
      "textconv",
      "command",
      "external",
      "pager",
      "hook",
      "gpg",
      "ssh",
      "sub",
    ].filter((name) => existsSync(join(base, `sprung-${name}`)));
  }

  const calls = [
    ["status"],
    ["diff"],
    ["diff", "HEAD"],
    ["log", "-p"],
    ["show"],
    ["blame", "a.txt"],
    ["grep", "one"],
    ["stash", "show", "-p"],
    ["ls-files", "-m"],
    ["describe", "--always", "--dirty"],
    ["shortlog"],
  ];

  it("runs no program that its settings name", async () => {
    writeFileSync(join(repo, ".gitattributes"), "*.txt filter=x=y diff=x\n");
    git(repo, "add", "-A");
    git(repo, "stash");
    mkdirSync(join(base, "hooks"));
    renameSync(trap("hook"), join(base, "hooks", "post-index-change"));
    const settings = {
      "core.fsmonitor": trap("fsmonitor"),
      "filter.x=y.clean": trap("clean"),
      "filter.x=y.process": trap("process"),
      "filter.x=y.required": "true",
      "diff.x.textconv": trap("textconv"),
      "diff.x.command": trap("command"),
      "diff.external": trap("external"),
      "core.pager": trap("pager"),
      "pager.log": trap("pager"),
      "core.hooksPath": join(base, "hooks"),
      "gpg.program": trap("gpg"),
      "log.showSignature": "true",
      "core.sshCommand": trap("ssh"),
    };
    for (const [key, value] of Object.entries(settings)) git(repo, "config", key, value);
    writeFileSync(join(repo, ".gitattributes"), "*.txt filter=x=y diff=x\n");
    writeFileSync(join(repo, "a.txt"), "one\nmore\n");
    const results = await run(repo, ...calls);
    expect(results.filter((result) => result.isError).map((result) => result.content)).toEqual([]);
    expect(sprung()).toEqual([]);
    git(repo, "status");
    expect(sprung()).not.toEqual([]);
  });

  it("runs no program that the settings of its submodule name", async () => {
    commit(join(base, "inner"), { "b.txt": "b\n" });
    git(repo, "submodule", "--quiet", "add", join(base, "inner"), "sub");
    git(repo, "commit", "-qm", "with a submodule");
    writeFileSync(join(repo, "sub", ".gitattributes"), "* filter=x\n");
    writeFileSync(join(repo, "sub", "b.txt"), "changed\n");
    git(join(repo, "sub"), "config", "filter.x.clean", trap("sub"));
    git(join(repo, "sub"), "config", "core.fsmonitor", trap("fsmonitor"));
    const results = await run(repo, ["status"], ["diff"], ["diff", "--stat", "HEAD~1"]);
    expect(results.map((result) => result.isError)).toEqual([false, false, false]);
    expect(sprung()).toEqual([]);
  });

  it("fetches nothing that is missing", async () => {
    const blob = git(repo, "rev-parse", "HEAD:a.txt").trim();
    for (const [key, value] of Object.entries({
      "extensions.partialClone": "origin",
      "remote.origin.promisor": "true",
      "remote.origin.url": `ext::${trap("ssh")}`,
      "protocol.ext.allow": "always",
    })) {
      git(repo, "config", key, value);
    }
    rmSync(join(repo, ".git", "objects", blob.slice(0, 2), blob.slice(2)), { force: true });
    const [shown] = await run(repo, ["show", "HEAD:a.txt"]);
    expect(shown!.isError).toBe(true);
    expect(sprung()).toEqual([]);
  });

  it.each([
    ["a .git file", (secret: string) => writeFileSync(join(repo, ".git"), `gitdir: ${secret}/.git\n`)],
    ["a .git link", (secret: string) => symlinkSync(join(secret, ".git"), join(repo, ".git"))],
    ["a common folder", (secret: string) => fake({ commondir: join(secret, ".git") })],
    ["a borrowed store", (secret: string) => fake({ "objects/info/alternates": join(secret, ".git", "objects") })],
  ])("shows no history from outside the workspace that it points at with %s", async (_how, point) => {
    const secret = join(base, "secret");
    commit(secret, { "key.txt": "TOP SECRET\n" });
    rmSync(join(repo, ".git"), { recursive: true });
    point(secret);
    const [log] = await run(repo, ["log", "-p", "--all"]);
    expect(log).toMatchObject({ isError: true, content: expect.stringMatching(/lies outside the workspace/) });
  });

  function fake(files: Readonly<Record<string, string>>): void {
    git(repo, "init", "-q");
    for (const [name, text] of Object.entries(files)) writeFileSync(join(repo, ".git", name), `${text}\n`);
  }

  it("shows no files from outside that it names as its work tree", async () => {
    git(repo, "config", "core.worktree", base);
    writeFileSync(join(base, "a.txt"), "TOP SECRET\n");
    expect((await run(repo, ["diff"]))[0]).toMatchObject({ isError: true, content: expect.stringMatching(/outside/) });
  });

  it.each([
    [["diff", "/etc/hostname", "a.txt"]],
    [["diff", "../secret.txt", "a.txt"]],
    [["diff", "link/secret.txt", "/etc/hostname"]],
    [["blame", "--", "../secret.txt"]],
  ])("shows no file from outside: %j", async (args) => {
    writeFileSync(join(base, "secret.txt"), "TOP SECRET\n");
    symlinkSync(base, join(repo, "link"));
    expect((await run(repo, args))[0]).toMatchObject({
      isError: true,
      content: expect.stringMatching(/outside the workspace/),
    });
  });
});

describe("A repository that lies elsewhere by right", () => {
  it("is read from a folder of it", async () => {
    mkdirSync(join(repo, "sub"));
    expect((await run(join(repo, "sub"), ["log", "--format=%s"]))[0]!.content).toBe("one");
  });

  it("is read from a linked work tree", async () => {
    git(repo, "worktree", "add", "-q", join(base, "linked"));
    expect((await run(join(base, "linked"), ["log", "--format=%s"]))[0]!.content).toBe("one");
  });

  it("is read from a submodule", async () => {
    commit(join(base, "inner"), { "b.txt": "b\n" }, "inner");
    git(repo, "submodule", "--quiet", "add", join(base, "inner"), "sub");
    expect((await run(join(repo, "sub"), ["log", "--format=%s"]))[0]!.content).toBe("inner");
  });

  it("may have an absolute path inside it as an argument", async () => {
    expect((await run(repo, ["log", "--format=%s", "--", join(repo, "a.txt")]))[0]!.content).toBe("one");
  });
});
