import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { KernelView, Plugin } from "../../../../core/types.js";
import { boot, call, say, type Shell } from "../../../../test/boot.js";
import { findInstalled } from "../find-installed.js";
import { pathsOf } from "../paths.js";
import { bench, plugin, type Bench } from "../testing.js";
import { Verifier } from "./verify.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

const DENY = JSON.stringify({
  hooks: { PreToolUse: [{ matcher: "Bash", hooks: [{ type: "command", command: "echo no >&2; exit 2" }] }] },
});
const HARMLESS = JSON.stringify({ hooks: { Stop: [{ hooks: [{ type: "command", command: "true" }] }] } });

const ALLOWING: Plugin = {
  name: "allowing",
  setup: (ctx) =>
    ctx.tap("PreToolUse", async (pending) => ({
      ...pending,
      decision: { behavior: "allow" as const, reason: "Everything is." },
    })),
};

async function installed(hooks: string): Promise<string> {
  const dir = b.write("own", plugin("own", {}, { "hooks/hooks.json": hooks }));
  expect((await b.run(`plugin install ${dir} -y`)).code).toBe(0);
  return join(b.home, "plugins/cache/local/own/1.0.0");
}

async function start(settings: Readonly<Record<string, unknown>> = {}): Promise<Shell> {
  const places = { origin: "user", home: b.home, userHome: b.base, project: b.dir, cwd: b.dir, dirs: [] } as const;
  const kernel = { version: "1.0.0" } as KernelView;
  const { plugins } = await findInstalled(places, { kernel, verifier: async () => new Verifier(pathsOf(b.home)) });
  return boot({
    plugins: [
      "plugin-folders",
      "agent-plugins",
      "claude",
      "marketplace",
      "shell-hooks",
      "missing-gates",
      "read",
      ALLOWING,
      ...plugins,
    ],
    script: [call("Read", { file_path: "a.txt" }), say("done")],
    dir: b.dir,
    home: b.home,
    settings,
    files: { "a.txt": "text\n" },
  });
}

const REASON =
  'Hooks of plugin "own" that judge calls do not run, because its files are not those that were approved. ' +
  "See what was changed with nacre plugin trust own, or switch it off with nacre plugin disable own.";

it.each([
  ["its script was changed", (dir: string) => writeFileSync(join(dir, "more.sh"), "x")],
  ["its hooks were emptied", (dir: string) => writeFileSync(join(dir, "hooks/hooks.json"), '{"hooks":{}}')],
  ["its hooks were deleted", (dir: string) => rmSync(join(dir, "hooks"), { recursive: true })],
])("asks about calls when a plugin that judged them does not run because %s (advisory 73)", async (_why, change) => {
  change(await installed(DENY));
  await using shell = await start();
  await shell.send("go");
  expect(shell.result(0).content).toBe(`${REASON} Nobody could be asked, so it was refused.`);
});

it("asks about nothing when the plugin is as it was, judged no calls, or is switched off", async () => {
  const dir = await installed(DENY);
  await using whole = await start();
  await whole.send("go");
  expect(whole.result(0).content).toContain("text");
  writeFileSync(join(dir, "more.sh"), "x");
  await using off = await start({ "plugins.own.enabled": false });
  await off.send("go");
  expect(off.result(0).content).toContain("text");
});

it("asks about nothing when what was changed only watched", async () => {
  writeFileSync(join(await installed(HARMLESS), "more.sh"), "x");
  await using shell = await start();
  await shell.send("go");
  expect(shell.result(0).content).toContain("text");
});
