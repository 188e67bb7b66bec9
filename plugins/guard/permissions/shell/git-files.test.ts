import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { gated, verdict } from "../testing.js";

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-files-")));
  for (const path of ["a.md", "src/b.ts", "src/sub/c.ts", ".env"]) write(path);
  write(".gitignore", ".env\n");
  git("init", "-q", "-b", "main");
  git("add", "-A");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(path: string, content = "x\n"): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), content);
}

function git(...args: readonly string[]): void {
  execFileSync("git", args, { cwd: dir, env: { PATH: process.env["PATH"], HOME: dir, GIT_CONFIG_NOSYSTEM: "1" } });
}

async function answer(command: string): Promise<string> {
  await using shell = await gated({ dir });
  return await verdict(shell, "Bash", { command });
}

const READS = "git ls-files -z | xargs -0 head -3";

it("lets the files that git tracks be read beside a secret that it does not track", async () => {
  expect(await answer(READS)).toBe("allow");
  expect(await answer("git ls-files | grep ts | while read -r f; do wc -l $f; done")).toBe("allow");
  expect(await answer("git ls-files -o | xargs head -3")).toBe("ask");
});

it("takes the names of changed files from what is there, not from what a commit says (advisory 12)", async () => {
  const commit = ["-c", "user.name=a", "-c", "user.email=a@b.test", "commit", "-q", "-m", "x"];
  write("--output=x");
  git("add", "-A");
  git(...commit);
  rmSync(join(dir, "--output=x"));
  write("a.md", "y\n");
  git("add", "-A");
  git(...commit);
  for (const names of ["diff", "diff HEAD", "diff --diff-filter=AM HEAD~1", "diff --cached --diff-filter=d"]) {
    const expected = names === "diff HEAD" ? "ask" : "allow";
    expect([names, await answer(`git ${names} --name-only | xargs sort`)]).toEqual([names, expected]);
  }
  for (const names of [
    "diff HEAD~1",
    "diff --cached",
    "diff --diff-filter=AM HEAD~2 HEAD~1",
    "diff --diff-filter=AM HEAD~2..HEAD",
    "diff --diff-filter=AM HEAD~1^!",
    "diff --diff-filter=AD HEAD~1",
    "show HEAD~1",
  ])
    expect([names, await answer(`git ${names} --name-only | xargs sort`)]).toEqual([names, "ask"]);
});

it("asks when a file that git tracked under an odd name is gone, and what git tracks cannot be looked up (advisory 12)", async () => {
  write("--output=x");
  git("add", "-A");
  rmSync(join(dir, "--output=x"));
  expect(await answer("git ls-files | xargs sort")).toBe("ask");
  git("update-index", "--index-version", "4");
  expect(await answer("git ls-files | xargs sort")).toBe("ask");
  expect(await answer("git ls-files -co --exclude-standard | xargs sort")).toBe("ask");
});

it("asks when git tracks a secret", async () => {
  git("add", "-f", ".env");
  expect(await answer(READS)).toBe("ask");
});

it("asks when git tracks a link that leads out", async () => {
  symlinkSync("/etc/passwd", join(dir, "src/out.ts"));
  git("add", "-A");
  expect(await answer(READS)).toBe("ask");
  expect(await answer("git ls-files '*.ts' | xargs head")).toBe("ask");
  expect(await answer("git ls-files '*.md' | xargs head")).toBe("allow");
});

it("asks when a folder of tracked files has become a link", async () => {
  renameSync(join(dir, "src"), join(dir, "old"));
  symlinkSync("/etc", join(dir, "src"));
  expect(await answer(READS)).toBe("ask");
});

it("asks when the list of what git tracks holds a name that leads out, which git would never write", async () => {
  const index = join(dir, ".git/index");
  writeFileSync(index, readFileSync(index, "latin1").replace("src/b.ts", "../ab.ts"), "latin1");
  expect(await answer(READS)).toBe("ask");
});

it("asks when a tracked file has become a link", async () => {
  rmSync(join(dir, "src/b.ts"));
  symlinkSync("/etc/passwd", join(dir, "src/b.ts"));
  expect(await answer(READS)).toBe("ask");
  expect(await answer("git ls-files '*.md' | xargs head")).toBe("allow");
});

it("asks when a branch is named like an option", async () => {
  const command = 'b=$(git branch --show-current); git log -3 "$b"';
  expect(await answer(command)).toBe("allow");
  write(".git/HEAD", "ref: refs/heads/--output=x\n");
  expect(await answer(command)).toBe("ask");
});

it("asks when one of all branches is named like an option", async () => {
  const command = "for b in $(git branch --format='%(refname:short)'); do git log -1 $b; done";
  write(".git/refs/heads/main", "");
  expect(await answer(command)).toBe("allow");
  write(".git/packed-refs", `${"0".repeat(40)} refs/heads/--output=x\n`);
  expect(await answer(command)).toBe("ask");
});
