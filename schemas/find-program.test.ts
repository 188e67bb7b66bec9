import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findProgram } from "./find-program.js";

const dir = mkdtempSync(join(tmpdir(), "nacre-find-"));
afterAll(() => rmSync(dir, { recursive: true }));

function program(folder: string, mode = 0o755): string {
  const path = join(dir, folder, "tool");
  mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, mode);
  return path;
}

describe("Finding a program", () => {
  it("takes the first on PATH that can be run", () => {
    program("a", 0o644);
    const second = program("b");
    expect(findProgram("tool", { PATH: `${dir}/none:${dir}/a:${dir}/b` })).toBe(second);
  });

  it("tries the given places first", () => {
    program("c");
    const own = program("own");
    expect(findProgram("tool", { PATH: `${dir}/c` }, [own])).toBe(own);
  });

  it.each(["", ".", "c", "./c", "../c"])("never looks into a folder that is not absolute: %j", (entry) => {
    program("c");
    expect(findProgram("tool", { PATH: entry })).toBeUndefined();
  });

  it.each(["node_modules/.bin", "node_modules/.bin/", "sub/node_modules/.bin"])("never looks into %s", (folder) => {
    program(folder);
    expect(findProgram("tool", { PATH: join(dir, folder) })).toBeUndefined();
  });
});
