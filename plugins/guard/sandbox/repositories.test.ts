import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { boot, call, say, type Shell } from "../../../test/boot.js";
import { repositoriesAround, repositoryAround } from "./policy/repository-around.js";
import { boxed, texts, whyNot } from "./testing.js";

const reason = await whyNot();
const walls = describe.skipIf(reason !== undefined);
const title = (name: string): string => (reason === undefined ? name : `${name} (skipped: ${reason})`);

function git(dir: string, ...args: readonly string[]): string {
  return spawnSync("git", args, { cwd: dir, encoding: "utf8" }).stdout.trim();
}

/** A repository with one commit beside the working folder of a session to come. */
function repository(dir: string): void {
  mkdirSync(dir, { recursive: true });
  git(dir, "init", "-q", "-b", "main");
  git(dir, "config", "user.email", "a@example.com");
  git(dir, "config", "user.name", "A");
  writeFileSync(join(dir, "first"), "1");
  git(dir, "add", ".");
  git(dir, "commit", "-q", "-m", "first");
}

/** A session in a folder that `prepare` makes in a fresh place, in which a command runs. */
async function inFolder(prepare: (base: string) => string, ...commands: readonly string[]): Promise<Shell> {
  const place = await boot({ plugins: [], script: [] });
  const base = join(dirname(place.dir), "place");
  mkdirSync(base);
  const dir = prepare(base);
  const shell = await boot({
    plugins: ["bash", "sandbox"],
    settings: { "sandbox.enabled": true },
    script: [...commands.map((command) => call("Bash", { command })), say("done")],
    dir,
  });
  await shell.send("go");
  const end = shell[Symbol.asyncDispose].bind(shell);
  return Object.assign(shell, {
    [Symbol.asyncDispose]: async () => {
      await end();
      await place[Symbol.asyncDispose]();
    },
  });
}

function worktrees(base: string): string {
  repository(join(base, "main"));
  for (const name of ["mine", "other"]) git(join(base, "main"), "worktree", "add", "-q", join(base, name));
  return join(base, "mine");
}

walls(title("A linked worktree in the sandbox"), () => {
  it("can be committed in, stashed in and branched from", async () => {
    await using shell = await inFolder(
      worktrees,
      "echo a > a && git add a && git commit -q -m second && git log --oneline | wc -l",
      "echo b > first && git stash -q && git stash pop -q && git checkout -q -b more && git commit -qam third && git status --short && git log --oneline | wc -l",
    );
    expect(texts(shell)).toEqual(["2", "3"]);
    expect(git(join(shell.dir, "../main"), "log", "--format=%s", "more")).toBe("third\nsecond\nfirst");
  });

  it("leaves the main checkout, its settings and hooks, and other worktrees alone (advisories 24, 47)", async () => {
    await using shell = await inFolder(
      worktrees,
      [
        "cd ../main/.git",
        ...["HEAD", "index", "config", "hooks/pre-commit", "worktrees/other/HEAD", "worktrees/mine/commondir"].map(
          (path) => `echo evil > ${path}`,
        ),
        "echo evil > ../first; echo evil > commondir; echo evil > worktrees/mine/config.worktree; mv hooks h; mv worktrees w",
        "git -C ../../mine config core.fsmonitor ./evil",
      ].join("\n"),
    );
    const data = join(shell.dir, "../main/.git");
    const evil = spawnSync("grep", ["-rlx", "evil", dirname(data)], { encoding: "utf8" })
      .stdout.trim()
      .split("\n");
    expect(evil.toSorted()).toEqual([
      join(data, "commondir.refused"),
      join(data, "worktrees/mine/config.worktree.refused"),
    ]);
    expect(git(shell.dir, "config", "core.fsmonitor")).toBe("");
    expect(git(shell.dir, "status", "--short")).toBe("");
  });

  it("keeps the hooks that the main checkout's settings name in it", async () => {
    const prepare = (base: string): string => {
      const mine = worktrees(base);
      mkdirSync(join(mine, "tools/hooks"), { recursive: true });
      git(join(base, "main"), "config", "core.hooksPath", "tools/hooks");
      return mine;
    };
    await using shell = await inFolder(prepare, "echo x > tools/hooks/pre-commit; echo x > tools/other");
    expect(readdirSync(join(shell.dir, "tools/hooks"))).toEqual([]);
    expect(existsSync(join(shell.dir, "tools/other"))).toBe(true);
  });

  it("gets no settings or hooks that are named and missing", async () => {
    const prepare = (base: string): string => {
      const mine = worktrees(base);
      writeFileSync(join(base, "main/.git/config"), "[include] path = ../../mine/extra\n[core] hooksPath = hooks\n", {
        flag: "a",
      });
      return mine;
    };
    await using shell = await inFolder(
      prepare,
      "echo '[core] pager = evil' > extra; mkdir hooks; echo x > hooks/pre-commit",
    );
    expect(readdirSync(shell.dir).toSorted()).toEqual([".git", "extra.refused", "first", "hooks.refused"]);
  });

  it("may be made by a command from a repository that was there", async () => {
    await using shell = await inFolder(
      (base) => {
        repository(join(base, "repo"));
        return join(base, "repo");
      },
      "git worktree add -q extra && cd extra && echo a > a && git add a && git commit -q -m second && git log --oneline | wc -l",
      "cd extra; echo gitdir: /elsewhere > .git; git log --oneline | wc -l",
    );
    expect(texts(shell)[0]).toBe("2");
    expect(readFileSync(join(shell.dir, "extra/.git"), "utf8")).toContain(join(shell.dir, ".git/worktrees/extra"));
  });
});

walls(title("Hooks that the user's own settings look for in every repository"), () => {
  it("are neither changed nor made by a command", async () => {
    const files = { "~/.gitconfig": "[core]\n\thooksPath = .githooks\n", "a/.git/HEAD": "ref: refs/heads/main\n" };
    await using shell = await boxed(["mkdir .githooks; echo x > .githooks/pre-commit", "git config core.hooksPath"], {
      files,
    });
    expect(texts(shell)[1]).toBe(".githooks");
    expect(readdirSync(shell.dir).toSorted()).toEqual(["a", "githooks.refused"]);
  });
});

walls(title("A folder further down in a checkout"), () => {
  it("can be committed from, and nothing else above it written", async () => {
    const prepare = (base: string): string => {
      repository(base);
      mkdirSync(join(base, "pkg"));
      return join(base, "pkg");
    };
    await using shell = await inFolder(
      prepare,
      "echo a > a && git add a && git commit -q -m second && git log --oneline | wc -l",
      "echo x > ../first; echo x > ../.git/hooks/pre-push; git config core.pager evil",
    );
    expect(texts(shell)[0]).toBe("2");
    const top = dirname(shell.dir);
    expect(readFileSync(join(top, "first"), "utf8")).toBe("1");
    expect(existsSync(join(top, ".git/hooks/pre-push"))).toBe(false);
    expect(git(top, "config", "core.pager")).toBe("");
  });
});

describe("What a checkout says of where its commits go", () => {
  it("is believed only where that place knows the checkout (advisory 24)", async () => {
    await using shell = await boot({ plugins: [], script: [] });
    const base = shell.dir;
    const mine = worktrees(base);
    const data = join(base, "main/.git");
    const records = join(data, "worktrees/mine");
    expect(repositoryAround(mine, "/nobody")).toEqual({ top: mine, data, records });
    const forged = join(base, "forged");
    mkdirSync(forged);
    for (const told of [data, records, join(data, "worktrees/none"), "../main/.git/worktrees/mine"]) {
      writeFileSync(join(forged, ".git"), `gitdir: ${told}\n`);
      expect(repositoryAround(forged, "/nobody")).toBeUndefined();
    }
    // Records of its own that lead to somebody else's data.
    const own = join(base, "own/worktrees/x");
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "commondir"), `${data}\n`);
    writeFileSync(join(own, "gitdir"), `${join(forged, ".git")}\n`);
    writeFileSync(join(forged, ".git"), `gitdir: ${own}\n`);
    expect(repositoryAround(forged, "/nobody")).toBeUndefined();
    // Where the main checkout is worked in as well, nothing of it is somebody else's.
    expect(repositoriesAround([mine, join(base, "main")], "/nobody")).toEqual([{ top: mine, data }]);
    rmSync(join(forged, ".git"));
    expect(repositoryAround(join(base, "main"), "/nobody")).toBeUndefined();
  });

  it("is looked for neither in the user's home nor above it", async () => {
    await using shell = await boot({ plugins: [], script: [] });
    repository(shell.dir);
    const inner = join(shell.dir, "home/project");
    mkdirSync(inner, { recursive: true });
    expect(repositoryAround(inner, "/nobody")?.data).toBe(join(shell.dir, ".git"));
    for (const home of [shell.dir, dirname(inner)]) expect(repositoryAround(inner, home)).toBeUndefined();
  });
});

walls(title("A repository that a command has made"), () => {
  it.each([
    [
      "many files beside its own",
      "git init -q --bare b; touch b/{1..300}; git -C b config core.fsmonitor ./x",
      "b/config",
    ],
    [
      "its settings in another folder",
      "git init -q --bare s; mkdir e; mv s/HEAD e/; echo ../s > e/commondir; git config -f s/config core.fsmonitor ./x",
      "e/commondir",
    ],
    ["a quoted address", `git init -q q; printf '[remote "o"]\nurl = e""xt::x\n' >> q/.git/config`, "q/.git/config"],
    [
      "very many folders where submodules are",
      "git init -q m; mkdir -p m/.git/modules/{1..2100}; git init -q --bare m/.git/modules/z; git config -f m/.git/modules/z/config core.fsmonitor ./x",
      "m/.git/config",
    ],
  ])("starts nothing with %s (advisories 47, 61)", async (_, command, armed) => {
    await using shell = await boxed([command]);
    expect(existsSync(join(shell.dir, armed))).toBe(false);
    expect(existsSync(join(shell.dir, `${armed}.refused`))).toBe(true);
  });
});
