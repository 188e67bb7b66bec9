import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { boot, call, say, type Shell } from "../../../test/boot.js";

const dir = mkdtempSync(join(tmpdir(), "nacre-gh-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** A program named gh that says how it was called. */
mkdirSync(join(dir, "bin"));
writeFileSync(
  join(dir, "bin", "gh"),
  `#!/bin/sh
for word in "$@"; do printf '<%s>' "$word"; done
echo
echo "token=$GH_TOKEN other=$NPM_TOKEN key=$ANTHROPIC_API_KEY prompt=$GH_PROMPT_DISABLED fsmonitor=$GIT_CONFIG_VALUE_0"
[ "$2" != fail ] || { echo "no such pull request" >&2; exit 4; }
`,
);
chmodSync(join(dir, "bin", "gh"), 0o755);

const env = { PATH: `${dir}/bin:/usr/bin:/bin`, GH_TOKEN: "gho_1", NPM_TOKEN: "npm_1", ANTHROPIC_API_KEY: "sk-1" };

async function run(input: object, more: object = env): Promise<Shell> {
  const shell = await boot({ plugins: ["github"], script: [call("GitHub", input), say("done")], env: { ...more } });
  await shell.send("go");
  return shell;
}

describe("GitHub", () => {
  it("hands the words to gh as they are, with its own token and no other", async () => {
    await using shell = await run({ args: ["pr", "view", "$(id); *", "--comments"] });
    expect(shell.result(0)).toMatchObject({
      isError: false,
      content: "<pr><view><$(id); *><--comments>\ntoken=gho_1 other= key= prompt=1 fsmonitor=false",
    });
  });

  it("adds title, body and draft", async () => {
    await using shell = await run({ args: ["pr", "create"], title: "-t", body: "two\nlines", draft: true });
    expect(shell.result(0).content).toMatch(/^<pr><create><--title><-t><--body><two\nlines><--draft>/);
  });

  it("tells a failure with its exit code", async () => {
    await using shell = await run({ args: ["pr", "fail"] });
    expect(shell.result(0)).toMatchObject({
      isError: true,
      content: expect.stringMatching(/^Exit code 4\n[^]*no such pull request$/),
    });
  });

  it.each([[["auth", "token"]], [["--help", "auth"]], [["config", "get", "oauth_token"]]])(
    "never shows a token: %j is refused",
    async (args) => {
      await using shell = await run({ args });
      expect(shell.result(0)).toMatchObject({ isError: true, content: expect.stringMatching(/handles tokens/) });
    },
  );

  it("says where to get gh when it is not there", async () => {
    await using shell = await run({ args: ["pr", "list"] }, { PATH: "/nowhere:." });
    expect(shell.result(0)).toMatchObject({
      isError: true,
      content: expect.stringMatching(/^The program gh was not found.*https:\/\/cli\.github\.com.*GH_TOKEN/),
    });
  });

  it.each([
    [["pr", "list"], "network"],
    [["issue", "create"], "network"],
    [["run", "view"], "network"],
    [["pr", "checkout", "1"], "exec"],
    [["pr", "merge", "1"], "exec"],
    [["api", "/user"], "exec"],
    [["alias", "list"], "exec"],
    [["-R", "pr", "list"], "exec"],
    [["constructor", "name"], "exec"],
    [[""], "exec"],
  ])("%j has the effect %s", async (args, effect) => {
    await using shell = await boot({ plugins: ["github"], script: [] });
    expect((await shell.kernel.get("tool", "GitHub"))!.effectOf!({ args })).toBe(effect);
  });
});
