import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Shelf } from "./shelf.js";
import { verify } from "./verify.js";

const PROGRAM = process.env["NACRE_PROGRAM"] ?? resolve("dist/nacre.js");
let base = "";
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "nacre-audit-"));
  mkdirSync(join(base, "home"));
  writeFileSync(join(base, "home", "config.toml"), "[audit]\nenabled = true\n");
  const turns = Array.from({ length: 80 }, () => ({ call: { name: "LS", input: { path: "." } } }));
  writeFileSync(join(base, "script.json"), JSON.stringify(turns));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function linesWritten(home: string): number {
  try {
    const files = readdirSync(join(home, "audit")).filter((name) => name.endsWith(".jsonl"));
    return files.reduce((sum, name) => sum + readFileSync(join(home, "audit", name), "utf8").split("\n").length - 1, 0);
  } catch {
    return 0;
  }
}

it("is never damaged by kill -9, wherever a session is", async () => {
  const home = join(base, "home");
  const words = ["-p", "go", "--provider", "scripted", "--script", join(base, "script.json")];
  for (const more of [1, 3, 8, 30]) {
    const before = linesWritten(home);
    const env = { PATH: process.env["PATH"], HOME: base, NACRE_HOME: home };
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: base, env, stdio: "ignore" });
    const ended = new Promise((done) => void child.once("close", done));
    while (linesWritten(home) < before + more && child.exitCode === null)
      await new Promise((go) => void setTimeout(go, 2));
    child.kill("SIGKILL");
    await ended;
    const verdict = verify(new Shelf(home));
    expect(verdict.files.filter(({ ok }) => !ok)).toEqual([]);
    expect(linesWritten(home)).toBeGreaterThanOrEqual(before + more);
  }
}, 120_000);
