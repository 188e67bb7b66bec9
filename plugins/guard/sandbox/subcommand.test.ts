import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { boot } from "../../../test/boot.js";

/** What `nacre sandbox` prints where bubblewrap is not to be found. */
async function sandbox(positionals: readonly string[], flags = {}): Promise<{ code: number; text: string }> {
  const settings = { "sandbox.enabled": true, "sandbox.bwrapPath": "/nowhere/bwrap" };
  await using shell = await boot({ plugins: ["sandbox"], script: [], settings });
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await (await shell.kernel.get("subcommand", "sandbox"))!.run({ positionals, flags, io });
  return { code, text: String(io.stdout.read()) };
}

it("nacre sandbox names the setting that leads nowhere, in words and as data", async () => {
  const { code, text } = await sandbox([]);
  expect(code).toBe(1);
  expect(text).toContain("Sandbox: sandbox.bwrapPath names /nowhere/bwrap, which is no program.\n");
  expect(JSON.parse((await sandbox(["status"], { json: true })).text)).toMatchObject({
    works: false,
    problem: "sandbox.bwrapPath names /nowhere/bwrap, which is no program.",
    enabled: true,
    problems: [],
  });
});

it("nacre sandbox policy tells the walls in words and as data", async () => {
  expect((await sandbox(["policy"])).text).toMatch(/^May be written\n {2}\//);
  const parts = JSON.parse((await sandbox(["policy"], { json: true })).text) as Record<string, readonly string[]>;
  expect(parts["Hosts"]).toEqual(["all are asked about, or refused where nobody is there"]);
  expect(Object.keys(parts).slice(0, 2)).toEqual(["May be written", "May not be written"]);
});

it.each([["shake"], ["status", "x"], ["policy", "x"], ["run"]])("nacre sandbox %s %s is refused", async (...words) => {
  await expect(sandbox(words)).rejects.toMatchObject({ exitCode: 2 });
});
