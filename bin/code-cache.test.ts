import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const PROGRAM = process.env["NACRE_PROGRAM"] ?? resolve("dist/nacre.js");
/** Node does all of this itself from 22.1 on. */
const isOurs = Number(process.versions.node.split(".")[0]) < 22;

let dir = "";
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "nacre-code-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const home = (): string => join(dir, "home");
const builds = (): string[] => readdirSync(join(home(), "cache/code")).map((name) => join(home(), "cache/code", name));
const files = (): string[] => builds().flatMap((build) => readdirSync(build).map((name) => join(build, name)));

/** Runs `nacre --help` and returns what it printed. */
function help(env: Readonly<Record<string, string>> = {}): string {
  const own = { PATH: process.env["PATH"], HOME: dir, NACRE_HOME: home(), ...env };
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, "--help"], { env: own, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("the compiled code of the program", () => {
  it("is not kept where there is no home yet, nor when Node is told to keep none", () => {
    help();
    expect(readdirSync(dir)).toEqual([]);
    mkdirSync(home());
    help({ NODE_DISABLE_COMPILE_CACHE: "1" });
    expect(existsSync(join(home(), "cache/code"))).toBe(false);
  });

  it("is kept for the user alone, and is not written again by a run that needs no more", () => {
    mkdirSync(home());
    const printed = help();
    const modes = [...builds(), ...(isOurs ? files() : [])].map((path) => statSync(path).mode & 0o077);
    expect(modes.every((mode) => mode === 0)).toBe(true);
    expect(files().length).toBeGreaterThan(0);
    const before = files().map((path) => statSync(path).ino);
    expect(help()).toBe(printed);
    expect(files().map((path) => statSync(path).ino)).toEqual(before);
  });

  describe.runIf(isOurs)("as nacre keeps it", () => {
    const start = (): string => files().find((path) => /\/start-/.test(path))!;
    const flip = (): void => {
      const bytes = readFileSync(start());
      bytes[bytes.length >> 1]! ^= 0xff;
      writeFileSync(start(), bytes);
    };

    it.each([
      ["is damaged", flip],
      ["was cut off", () => writeFileSync(start(), readFileSync(start()).subarray(0, 1000))],
      ["is empty", () => writeFileSync(start(), "")],
      ["could have been written by others", () => chmodSync(start(), 0o622)],
    ])("is not used when it %s, and made anew", (_, spoil) => {
      mkdirSync(home());
      const printed = help();
      const { ino, size } = statSync(start());
      spoil();
      expect(help()).toBe(printed);
      const after = statSync(start());
      expect(after.ino).not.toBe(ino);
      expect(after.size).toBeGreaterThan(size / 2);
      expect(after.mode & 0o777).toBe(0o600);
    });

    it("of a V8 with other flags is not used", () => {
      mkdirSync(home());
      const printed = help();
      const other = start();
      const before = readFileSync(other);
      // What V8 writes begins with a magic number and hashes of its version, of the source and of its flags.
      expect(help({ NODE_OPTIONS: "--stack-trace-limit=7" })).toBe(printed);
      expect(readFileSync(other).subarray(0, 16)).not.toEqual(before.subarray(0, 16));
    });

    it("goes with builds that were not started for a while", () => {
      for (const [age, name] of ["a", "b", "c", "d", "e"].entries()) {
        mkdirSync(join(home(), "cache/code", name), { recursive: true });
        writeFileSync(join(home(), "cache/code", name, String(age)), "");
      }
      help();
      expect(builds()).toHaveLength(4);
      expect(start()).toBeDefined();
    });
  });

  it("is no matter where it cannot be written", () => {
    mkdirSync(home());
    writeFileSync(join(home(), "cache"), "a file in the way");
    expect(help()).toContain("Usage");
  });
});
