import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { futureRealPath, realPath } from "./real-path.js";

it("follows links, and those of the folders above what is not there yet", () => {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-real-")));
  mkdirSync(join(dir, "a"));
  symlinkSync("a", join(dir, "b"));
  expect(realPath(join(dir, "b"))).toBe(join(dir, "a"));
  expect(realPath(join(dir, "b/c"))).toBeUndefined();
  expect(futureRealPath(join(dir, "b/c/d"))).toBe(join(dir, "a/c/d"));
  expect(futureRealPath(join(dir, "b"))).toBe(join(dir, "a"));
  rmSync(dir, { recursive: true });
});
