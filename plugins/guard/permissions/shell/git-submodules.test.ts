import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
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
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { gated, verdict } from "../testing.js";

let made: string;
let base: string;
let dir: string;
/** Where git keeps the submodule `vendor/lib`, and the one within it. */
let kept: string;
let nested: string;

const AS = ["-c", "user.name=a", "-c", "user.email=a@b.test", "-c", "protocol.file.allow=always"];
const git = (cwd: string, ...args: string[]): unknown => execFileSync("git", [...AS, ...args], { cwd, stdio: "pipe" });

function repository(name: string, submodule?: string, at?: string): void {
  const path = join(made, name);
  mkdirSync(path);
  git(path, "init", "-q", "-b", "main");
  writeFileSync(join(path, "a.txt"), "a\n");
  if (submodule && at) git(path, "submodule", "--quiet", "add", join(made, submodule), at);
  git(path, "add", ".");
  git(path, "commit", "-qm", "x");
}

const temporary = (): string => realpathSync(mkdtempSync(join(tmpdir(), "nacre-submodules-")));

beforeAll(() => {
  made = temporary();
  repository("inner");
  repository("lib", "inner", "deep");
  repository("work", "lib", "vendor/lib");
  git(join(made, "work"), "submodule", "--quiet", "update", "--init", "--recursive");
});
afterAll(() => rmSync(made, { recursive: true, force: true }));

beforeEach(() => {
  base = temporary();
  cpSync(made, base, { recursive: true, verbatimSymlinks: true });
  dir = join(base, "work");
  kept = join(dir, ".git/modules/vendor/lib");
  nested = join(kept, "modules/deep");
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

async function answer(command: string): Promise<string> {
  await using shell = await gated({ dir });
  return await verdict(shell, "Bash", { command });
}

const MONITOR = "[core]\n\tfsmonitor = touch ran\n";

describe("a git command that only reads a repository with submodules", () => {
  it.each([
    ["git status", "allow"],
    ["git diff", "allow"],
    ["git log --oneline -3", "allow"],
    ["git submodule status", "ask"],
    ["git diff --submodule=log", "allow"],
    ["git diff --submodule=diff", "ask"],
    ["git submodule update", "ask"],
    ["git submodule foreach ls", "ask"],
    ["git submodule --quiet foreach ls", "ask"],
    ["git submodule", "ask"],
    ["git -C vendor/lib log", "ask"],
    ["cd vendor/lib && git status", "ask"],
    ["git status; git submodule foreach ls", "ask"],
  ])("is judged by its words: %s is answered with %s", async (command, wanted) => {
    expect(await answer(command)).toBe(wanted);
  });

  it.each<readonly [string, () => void]>([
    ["names a program", () => appendFileSync(join(kept, "config"), MONITOR)],
    ["names a program in the one within it", () => appendFileSync(join(nested, "config"), MONITOR)],
    ["includes another file", () => appendFileSync(join(kept, "config"), "[include]\n\tpath = x\n")],
    [
      "has settings for its working tree",
      () => appendFileSync(join(kept, "config"), "[extensions]\n\tworktreeConfig = true\n"),
    ],
    ["lies over another folder", () => git(dir, "config", "-f", join(kept, "config"), "core.worktree", "../../../..")],
    ["lies over a folder outside", () => git(dir, "config", "-f", join(kept, "config"), "core.worktree", base)],
    ["has a hook", () => writeFileSync(join(kept, "hooks/post-index-change"), "touch ran")],
    ["has hooks elsewhere", () => git(dir, "config", "-f", join(kept, "config"), "core.hooksPath", "$HOME")],
    [
      "has hooks in its folder",
      () => {
        git(dir, "config", "-f", join(kept, "config"), "core.hooksPath", "h");
        mkdirSync(join(dir, "vendor/lib/h"));
        writeFileSync(join(dir, "vendor/lib/h/post-index-change"), "");
      },
    ],
    [
      "has an index of another form",
      () => writeFileSync(join(kept, "index"), Buffer.from("DIRC" + "x".repeat(60) + "\0\0\xe0\0", "latin1")),
    ],
    ["has an index in parts", () => writeFileSync(join(kept, "sharedindex.x"), "")],
    [
      "is led to from elsewhere",
      () => {
        appendFileSync(join(base, "inner/.git/config"), MONITOR);
        writeFileSync(join(dir, "vendor/lib/.git"), `gitdir: ${join(base, "inner/.git")}\n`);
      },
    ],
    [
      "is a repository of its own",
      () => {
        rmSync(join(dir, "vendor/lib/.git"));
        git(join(dir, "vendor/lib"), "init", "-q");
        appendFileSync(join(dir, "vendor/lib/.git/config"), MONITOR);
      },
    ],
    [
      "is a link",
      () => {
        renameSync(join(dir, "vendor/lib"), join(base, "moved"));
        symlinkSync(join(base, "moved"), join(dir, "vendor/lib"));
      },
    ],
    [
      "lies below a link",
      () => {
        renameSync(join(dir, "vendor"), join(base, "moved"));
        symlinkSync(join(base, "moved"), join(dir, "vendor"));
      },
    ],
    [
      "is kept behind a link",
      () => {
        renameSync(join(dir, ".git/modules"), join(base, "modules"));
        symlinkSync(join(base, "modules"), join(dir, ".git/modules"));
      },
    ],
    [
      "is not there any more and names a program",
      () => {
        git(dir, "submodule", "--quiet", "deinit", "-f", "vendor/lib");
        appendFileSync(join(kept, "config"), "[protocol]\n\tallow = always\n");
      },
    ],
  ])("asks where one of them %s", async (_, change) => {
    expect(await answer("git status")).toBe("allow");
    change();
    expect(await answer("git status")).toBe("ask");
  });

  it("does not ask where one of them is not there any more", async () => {
    git(dir, "submodule", "--quiet", "deinit", "-f", "vendor/lib");
    expect(await answer("git status")).toBe("allow");
  });

  it("asks in a worktree where one of them names a program", async () => {
    git(dir, "worktree", "add", "-q", join(base, "tree"));
    dir = join(base, "tree");
    git(dir, "submodule", "--quiet", "update", "--init");
    expect(await answer("git status")).toBe("allow");
    git(join(dir, "vendor/lib"), "config", "core.fsmonitor", "touch ran");
    expect(await answer("git status")).toBe("ask");
  });
});
