import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { main } from "../../core/main.js";
import { UserError } from "../../schemas/errors.js";

it.each([
  "plugin validate a.md/x",
  "plugin inspect a.md/x",
  "plugin test a.md/x",
  "plugin install ./a.md/x",
  "plugin marketplace add ./a.md/x",
  "-p hi --plugin-dir a.md/x",
  "-p hi --json-schema a.md/x",
])("nacre %s says in a sentence of its own that nothing is there, though a file stands on the way", async (line) => {
  const home = mkdtempSync(join(tmpdir(), "nacre-through-"));
  mkdirSync(join(home, "work"));
  writeFileSync(join(home, "work/a.md"), "text\n");
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  io.stdin.end();
  const env = { PATH: process.env["PATH"], HOME: home, NACRE_HOME: join(home, ".nacre") };
  const run = main(["--cwd", join(home, "work"), ...line.split(" ")], { io, env, version: "0.0.0" });
  const said = await run.then(
    () => String(io.stderr.read() ?? ""),
    (error: unknown) => (error instanceof UserError ? error.message : `no sentence of ours: ${String(error)}`),
  );
  expect(said).toMatch(/a\.md/);
  expect(said).not.toMatch(/ENOTDIR|no sentence of ours/);
  rmSync(home, { recursive: true, force: true });
});
