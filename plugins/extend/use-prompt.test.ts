import { join } from "node:path";
import { expect, it } from "vitest";
import type { Plugin } from "../../core/types.js";
import { textOf } from "../../schemas/message.js";
import { boot, say, type Shell } from "../../test/boot.js";
import { testCatalogue } from "./testing.js";

async function start(files: Record<string, string>, ...more: readonly Plugin[]): Promise<Shell> {
  const catalogue = testCatalogue(() => [{ dir: join(shell.dir, "demo"), name: "demo" }]);
  const plugins = ["commands", "skills", "bash", "permissions", catalogue.plugin, ...more];
  const shell: Shell = await boot({ plugins, script: Array(4).fill(say("ok")), files });
  return shell;
}

it("puts the hooks of front matter in force once, for the session, with their plugin", async () => {
  const added: unknown[] = [];
  const hooks: Plugin = {
    name: "hooks",
    setup(ctx) {
      const service = { add: (...args: readonly unknown[]) => (added.push(args.slice(1)), () => {}) };
      ctx.add("service", { name: "shellHooks", service });
    },
  };
  await using shell = await start(
    { "demo/skills/x/SKILL.md": "---\ndescription: x\nhooks: { Stop: [] }\n---\nx", "demo/commands/y.md": "y" },
    hooks,
  );
  for (const typed of ["/x", "/x again", "/y"]) await shell.send(typed);
  const file = join(shell.dir, "demo/skills/x/SKILL.md");
  const plugin = expect.objectContaining({ name: "demo" });
  expect(added).toEqual([[{ Stop: [] }, { label: "skill demo:x", file, plugin }]]);
});

it("says so where hooks are asked for and nothing runs any", async () => {
  await using shell = await start({ "demo/commands/x.md": "---\nhooks: { Stop: [] }\n---\nx" });
  await shell.send("/x");
  const notices = shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
  expect(notices).toEqual(["The hooks of /demo:x are not used: no plugin that runs hooks is loaded."]);
});

const installed = (why: string | undefined): Plugin => ({
  name: "installs",
  setup(ctx) {
    const service = {
      verify: async () => why,
      silenced: async () => [],
      entryOf: () => undefined,
      options: async () => ({ values: { TEAM: "blue", TOKEN: "hunter2" }, sensitive: ["TOKEN"] }),
    };
    ctx.add("service", { name: "installed", service });
  },
});

it("fills in what the user answered to a plugin, and never a secret", async () => {
  await using shell = await start(
    { "demo/commands/x.md": "${user_config.TEAM} ${user_config.TOKEN} ${user_config.NONE}" },
    installed(undefined),
  );
  await shell.send("/x");
  expect(textOf(shell.requests[0]!.messages[0]!.content.slice(1))).toBe("blue [TOKEN is secret] ${user_config.NONE}");
});

it("uses nothing of a plugin whose files are not those that were approved", async () => {
  await using shell = await start({ "demo/commands/x.md": "x" }, installed("Plugin demo was changed."));
  expect(await shell.send("/x")).toMatchObject({ reason: "prompt_blocked", message: "Plugin demo was changed." });
});

it("runs commands in the shell that is asked for, or says that it is not there", async () => {
  await using shell = await start({ "demo/commands/x.md": "---\nshell: powershell\n---\n!`ls`" });
  const end = await shell.send("/x");
  expect(end.message).toMatch(
    /^Shell command permission check failed for pattern "!`ls`": There is no tool "PowerShell"/,
  );
});

it("does not let arguments write a rule", async () => {
  await using shell = await start({
    "demo/commands/x.md": "---\nallowed-tools: Bash($0:*), Bash(${CLAUDE_PLUGIN_ROOT}/run.sh)\n---\n!`touch made`",
  });
  expect((await shell.send("/x touch")).reason).toBe("prompt_blocked");
});
