import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gated, verdict } from "../testing.js";

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-git-")));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** The gate's answer to `git status` in a workspace with these files. */
async function statusIn(
  files: Readonly<Record<string, string>>,
  cwd = ".",
  work = ".",
  command = "git status",
): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  await using shell = await gated({ dir: join(dir, work) });
  mkdirSync(join(dir, work, cwd), { recursive: true });
  if (cwd !== ".") shell.session.chdir(join(dir, work, cwd));
  return await verdict(shell, "Bash", { command });
}

const REPOSITORY = { ".git/HEAD": "ref: refs/heads/main\n", ".git/config": "[core]\n\tbare = false\n" };

describe("a git command that only reads", () => {
  it.each([
    ["in an ordinary repository", REPOSITORY, ".", "."],
    ["outside of one", { "a.txt": "" }, ".", "."],
    ["in a folder of the repository", { ...REPOSITORY, "src/a.ts": "" }, "src", "."],
    ["in a workspace that is a folder of the repository", { ...REPOSITORY, "src/a.ts": "" }, ".", "src"],
    [
      "with a remote",
      { ...REPOSITORY, ".git/config": '[remote "origin"]\n\turl = git@x.test:a/process.git\n' },
      ".",
      ".",
    ],
    [
      "whose names are those of settings",
      {
        ...REPOSITORY,
        ".git/config":
          '[remote "viewer"]\n\turl = https://x.test/file-browser.git\n\tfetch = +refs/heads/*:refs/remotes/pager/*\n' +
          '[branch "fix/command-line"]\n\tremote = viewer\n\tmerge = refs/heads/fix/command-line\n[user]\n\tname = A Pager\n',
      },
      ".",
      ".",
    ],
    [
      "with git's own monitor and a key for a host",
      { ...REPOSITORY, ".git/config": "[core]\n\tfsmonitor = true\n\tsshCommand = ssh -i ~/.ssh/work\n" },
      ".",
      ".",
    ],
    ["with hooks kept elsewhere", { ...REPOSITORY, ".git/config": "[core]\n\thooksPath = .husky/_\n" }, ".", "."],
  ] as const)("needs no question %s", async (_, files, cwd, work) => {
    expect(await statusIn(files, cwd, work)).toBe("allow");
  });

  it.each([
    ["61: runs a monitor", "[core]\n\tfsmonitor = ./x\n"],
    ["61: runs a monitor called after git's own", "[core]\n\tfsmonitor = true ./x\n"],
    ["61: runs a monitor whose name goes on", "[core]\n\tfsmonitor = true\\\n./x\n"],
    ["61: runs a monitor, in capitals", "[CORE]\n\tFSMonitor=./x\n"],
    ["shows differences through a program", "[diff]\n\texternal = ./x\n"],
    ["shows differences through a program, on one line", "[diff] external = ./x\n"],
    ["converts through a program", '[diff "x"]\n\ttextconv = ./x\n'],
    ["filters through a program", '[filter "x"]\n\tclean = ./x\n'],
    ["says so beside names", '[branch "command"]\n\tmerge = x\n[diff "url"]\n\tcommand = ./x\n'],
    ["says so behind a name that goes on", '[branch "x"] \\\n[diff "y"]\n\tcommand = url\n'],
    ["says so on the line of a name", '[diff "x"] command = ./x\n\turl = x\n'],
    ["says so in a section that has such names", "[pager]\n\tfetch = ./x\n"],
    ["shows help elsewhere", "[help]\n\tformat = web\n"],
    ["includes another file", "[include]\n\tpath = ../x\n"],
    ["includes another file on a condition", '[includeIf "gitdir:/"]\n\tpath = ../x\n'],
    ["stands in for another folder", "[core]\n\tworktree = /\n"],
    ["checks signatures through a program", "[gpg]\n\tprogram = ./x\n"],
    ["fetches what is missing", '[remote "x"]\n\tpromisor = true\n'],
    ["keeps hooks in a place that cannot be told", '[core]\n\thooksPath = "a b"\n'],
  ])("asks in a repository whose configuration %s", async (_, config) => {
    expect(await statusIn({ ...REPOSITORY, ".git/config": config })).toBe("ask");
  });

  it.each([
    ["has a hook that reading sets off", { ...REPOSITORY, ".git/hooks/post-index-change": "" }, "."],
    [
      "has such a hook elsewhere",
      { ...REPOSITORY, ".git/config": "[core]\n\thooksPath = h\n", "h/post-index-change": "" },
      ".",
    ],
    [
      "keeps a submodule that can name programs",
      { ...REPOSITORY, ".git/modules/a/b/config": "[filter]\n", ".git/modules/a/b/HEAD": "x" },
      ".",
    ],
    ["keeps a submodule without a configuration", { ...REPOSITORY, ".git/modules/a/HEAD": "x" }, "."],
    ["shows submodules by starting git in them", { ...REPOSITORY, ".git/config": "[diff]\n\tsubmodule = diff\n" }, "."],
    ["holds another repository where the session stands", { ...REPOSITORY, "sub/.git/HEAD": "x", "sub/a": "" }, "sub"],
    [
      "holds a bare repository where the session stands",
      { ...REPOSITORY, "sub/HEAD": "x", "sub/objects/a": "" },
      "sub",
    ],
    ["keeps its configuration elsewhere", { ...REPOSITORY, ".git/commondir": "../evil\n", "evil/config": "" }, "."],
    ["has no readable configuration", { ".git/HEAD": "x" }, "."],
    ["is a link that leads nowhere", { ".git": "nonsense\n" }, "."],
  ] as const)("asks in a workspace that %s", async (_, files, cwd) => {
    expect(await statusIn(files, cwd)).toBe("ask");
  });

  it.each([
    ["allow", "v1.2"],
    ["ask", "--output=x"],
  ] as const)("answers %s where the last tag may be %s", async (answer, tag) => {
    const refs = `${"a".repeat(40)} refs/tags/v1.0\n${"a".repeat(40)} refs/tags/${tag}\n`;
    expect(await statusIn({ ...REPOSITORY, ".git/packed-refs": refs })).toBe("allow");
    await using shell = await gated({ dir });
    const command = "git log --oneline $(git describe --tags --abbrev=0)..HEAD";
    expect(await verdict(shell, "Bash", { command })).toBe(answer);
  });

  it("asks where git tracks another repository that is there, which it would ask by its own settings (advisory 61)", async () => {
    const git = (cwd: string, ...args: string[]): unknown =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.test", ...args], { cwd, stdio: "pipe" });
    mkdirSync(join(dir, "sub"));
    writeFileSync(join(dir, "a"), "a\n");
    for (const cwd of [dir, join(dir, "sub")]) git(cwd, "init", "-q");
    git(join(dir, "sub"), "commit", "-q", "--allow-empty", "-m", "x");
    git(dir, "add", "a");
    expect(await statusIn({})).toBe("allow");
    git(dir, "add", "sub");
    git(join(dir, "sub"), "config", "core.fsmonitor", "touch ran");
    expect(await statusIn({})).toBe("ask");
    rmSync(join(dir, "sub/.git"), { recursive: true });
    expect(await statusIn({})).toBe("allow");
  });

  it.each(["git status -- --version", "git diff HEAD -- --version", "git log -- a --version"])(
    "does not take %s for a question about git itself (advisory 61)",
    async (command) => {
      const files = { ...REPOSITORY, ".git/config": "[core]\n\tfsmonitor = ./x\n", "sub/a": "" };
      expect(await statusIn(files, ".", ".", command)).toBe("ask");
      expect(await statusIn({ ...files, ".git/config": "[core]\n" }, ".", ".", `cd sub && ${command}`)).toBe("ask");
    },
  );

  it.each([
    ["edit", "ask"],
    ["unset", "ask"],
    ["user.name", "allow"],
  ])("takes git config %s for what it is", async (word, answer) => {
    await using shell = await gated({ dir });
    expect(await verdict(shell, "Bash", { command: `git config ${word}` })).toBe(answer);
  });

  it("looks at the main repository's configuration from a worktree of it", async () => {
    const files = {
      "main/.git/config": "[core]\n",
      "main/.git/worktrees/w/commondir": "../..\n",
      "w/.git": `gitdir: ${dir}/main/.git/worktrees/w\n`,
    };
    expect(await statusIn(files, ".", "w")).toBe("allow");
    expect(await statusIn({ ...files, "main/.git/config": "[core]\n\tfsmonitor = ./x\n" }, ".", "w")).toBe("ask");
  });
});
