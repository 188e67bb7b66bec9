import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { quietGitEnv } from "./quiet-git.js";

it("keeps libraries that lie in a workspace out of nacre's own git", () => {
  const dir = mkdtempSync(join(tmpdir(), "nacre-git-"));
  try {
    writeFileSync(join(dir, "libz.so.1"), "");
    const env = { PATH: process.env["PATH"], LD_LIBRARY_PATH: dir, LD_PRELOAD: join(dir, "libz.so.1") };
    const version = (own: NodeJS.ProcessEnv): string =>
      execFileSync("git", ["--version"], { env: own, encoding: "utf8", stdio: "pipe" });
    expect(() => version(env)).toThrow();
    expect(version({ ...env, ...quietGitEnv(env) })).toMatch(/^git version/);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
