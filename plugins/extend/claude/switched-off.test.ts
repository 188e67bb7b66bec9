import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { main } from "../../../core/main.js";

let base: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-claude-off-")));
  mkdirSync(join(base, "home", ".claude", "skills", "greet"), { recursive: true });
  mkdirSync(join(base, "home", ".nacre"));
  mkdirSync(join(base, "work"));
  writeFileSync(
    join(base, "home", ".claude", "skills", "greet", "SKILL.md"),
    "---\nname: greet\ndescription: Greets.\n---\nHello.\n",
  );
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

async function listed(config: string): Promise<string> {
  const home = join(base, "home");
  writeFileSync(join(home, ".nacre", "config.toml"), config);
  const stdout = new PassThrough();
  const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  const env = { HOME: home, NACRE_HOME: join(home, ".nacre") };
  await main(["--cwd", join(base, "work"), "skill", "list"], { io, env, version: "0.0.0" });
  return String(stdout.read());
}

it("reads the user's own Claude-style folder until a settings file switches it off", async () => {
  expect(await listed("")).toContain("/greet");
  expect(await listed("[plugins.claude]\nenabled = false\n")).not.toContain("/greet");
  expect(await listed("")).toContain("/greet");
});
