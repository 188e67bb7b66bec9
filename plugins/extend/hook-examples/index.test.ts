import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { PassThrough } from "node:stream";
import { boot, call, say, type Shell, type Turn, trusting } from "../../../test/boot.js";

const gate = (trusted: boolean): Plugin => ({
  name: "gate",
  setup(ctx) {
    const decision = { behavior: "allow", reason: "test" } as const;
    ctx.tap("PreToolUse", async (pending) => ({ ...pending, decision }), { stage: 50 });
    ctx.add("service", { name: "trust", service: trusting(trusted) });
  },
});

function start(examples: readonly string[], script: readonly Turn[], trusted = true): Promise<Shell> {
  const plugins = ["shell-hooks", "hook-examples", "bash", "write", gate(trusted)];
  return boot({ plugins, script, settings: { "hooks.examples": examples } });
}

async function command(shell: Shell, name: string, ...positionals: readonly string[]): Promise<string> {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const subcommand = await shell.kernel.get("subcommand", `hook ${name}`);
  await subcommand!.run({ flags: {}, positionals, io });
  return String((io.stdout.read() as Buffer | null) ?? "");
}

const write = (content: string, file_path = "a.txt"): ReturnType<typeof call> => call("Write", { file_path, content });

describe("The example block-secrets", () => {
  it.each([
    ["an access key", write("key = AKIA1234567890ABCDEF"), true],
    ["a private key", write("-----BEGIN RSA PRIVATE KEY-----\nx"), true],
    ["a token", write(`token: "ghp_${"a".repeat(36)}"`), true],
    ["plain text", write("the key is under the mat"), false],
    ["a file of secrets for git", call("Bash", { command: "git add .env src" }), true],
    ["other files for git", call("Bash", { command: "echo git add src" }), false],
  ])("judges %s", async (_, step, refused) => {
    await using shell = await start(["block-secrets"], [step, say("ok")]);
    await shell.send("go");
    expect(shell.result(0).isError).toBe(refused);
    if (refused) expect(shell.result(0).content).toContain("secret");
  });
});

describe("The example format-on-edit", () => {
  it("formats what was written and says so, where the project is trusted", async () => {
    for (const trusted of [true, false]) {
      await using shell = await start(["format-on-edit"], [write("let a=1", "a.js"), say("ok")], trusted);
      const bin = join(shell.dir, "node_modules/.bin");
      mkdirSync(bin, { recursive: true });
      writeFileSync(join(bin, "prettier"), '#!/bin/sh\nfor file; do :; done; echo "let a = 1;" > "$file"\n');
      chmodSync(join(bin, "prettier"), 0o755);
      await shell.send("go");
      expect(readFileSync(join(shell.dir, "a.js"), "utf8").trim()).toBe(trusted ? "let a = 1;" : "let a=1");
      expect(shell.result(0).context?.join() ?? "").toContain(trusted ? "The file was formatted" : "");
    }
  });
});

describe("The example notify", () => {
  it("runs when the turn is over and harms nothing where there is no desktop", async () => {
    await using shell = await start(["notify"], [say("ok")]);
    expect((await shell.send("go")).reason).toBe("completed");
    const ran = (): boolean => shell.events.some((event) => event.type === "hook" && event.event === "Stop");
    for (let tries = 0; tries < 300 && !ran(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(shell.events).toContainEqual(expect.objectContaining({ type: "hook", outcome: "success" }));
  });
});

it("names an example that is not there", async () => {
  await using shell = await start(["nothing"], [say("ok")]);
  await shell.send("go");
  const notices = shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
  expect(notices.join()).toContain('there is no hook example "nothing"');
});

describe("nacre hook examples, enable and disable", () => {
  it("lists what there is and what is on, and prints the settings of one", async () => {
    await using shell = await start(["notify"], []);
    const list = await command(shell, "examples");
    expect(list).toMatch(/^off {2}block-secrets\n {5}Refuses[^]*off {2}format-on-edit[^]*on {3}notify/);
    expect(JSON.parse(await command(shell, "examples", "notify"))).toMatchObject({ hooks: { Stop: [{}] } });
    await expect(command(shell, "enable", "nothing")).rejects.toThrow(
      'There is no hook example "nothing"; there are block-secrets, format-on-edit, notify.',
    );
  });

  it("write the project's settings", async () => {
    await using shell = await boot({
      plugins: ["hook-examples", "config", "settings-files"],
      script: [],
      files: { ".git/x": "" },
    });
    expect(await command(shell, "enable", "notify")).toMatch(/^hooks\.examples = \["notify"\] in .*settings/);
    const file = [".nacre/settings.toml", ".nacre/settings.json", ".nacre/settings.yaml"].find((one) =>
      existsSync(join(shell.dir, one)),
    );
    expect(readFileSync(join(shell.dir, file!), "utf8")).toContain("notify");
    await expect(command(shell, "disable", "block-secrets")).resolves.toBe(
      "block-secrets is off already in the project settings.\n",
    );
  });
});
