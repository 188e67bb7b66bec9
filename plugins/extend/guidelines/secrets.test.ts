import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say, type Shell } from "../../../test/boot.js";
import { folders, notices, start, TRUST, write } from "./testing.js";

const plugins = ["guidelines", "read", "trust", "permissions"];
const SECRETS = { ".env": "KEY=hunter2", "conf/.env.local": "KEY=hunter2", "server.pem": "hunter2" };

function seen(shell: Shell): string {
  return JSON.stringify(shell.requests);
}

describe("Guidelines never carry what can hold secrets to the model", () => {
  it.each([
    ["a file that is imported", "AGENTS.md", "See @.env, @./conf/.env.local and @server.pem.", 3],
    ["a file that an import imports", "notes.md", "@.env", 1],
    ["a file that a rule imports", ".claude/rules/r.md", "@../../.env", 1],
    ["a file that a rule for some files imports", ".claude/rules/r.md", "---\npaths: '*.ts'\n---\n@../../.env", 1],
  ])("not %s", async (_what, file, text, count) => {
    const files = { ...SECRETS, "CLAUDE.md": "Be kind. @notes.md", "notes.md": "", "a.ts": "a", [file]: text };
    for (const settings of [{}, TRUST]) {
      const script = [call("Read", { file_path: "a.ts" }), say("ok")];
      await using shell = await start({ plugins, files, settings, script });
      expect((await shell.send("go")).reason).toBe("completed");
      expect(seen(shell)).toContain("Be kind.");
      expect(seen(shell)).not.toContain("hunter2");
      const said = notices(shell).filter((one) => one.includes("which can hold secrets or is not to be read"));
      expect(said).toHaveLength(count);
      expect(said[0]).toMatch(
        /^Guidelines: .* imports .*; it is left out\. The permission rule Read\(.*\) allows it\.$/,
      );
    }
  });

  it.each(["CLAUDE.md", ".claude/rules/r.md"])("not where %s is a link to one", async (path) => {
    await using outer = await start({});
    const { home, dir } = folders(outer.dir);
    write(dir, ".env", "KEY=hunter2");
    write(dir, ".claude/rules/other.md", "Be kind.");
    symlinkSync(join(dir, ".env"), join(dir, path));
    await using shell = await start({ plugins, home, dir });
    await shell.send("go");
    expect(seen(shell)).toContain("Be kind.");
    expect(seen(shell)).not.toContain("hunter2");
    expect(notices(shell).join("\n")).toContain(`${path} is a link to`);
  });

  it("not the user's own keys, whoever imports them", async () => {
    await using outer = await start({});
    const { home, dir } = folders(outer.dir);
    const user = { ".claude/CLAUDE.md": "Be kind. @~/.ssh/id_rsa", ".ssh/id_rsa": "hunter2" };
    await using shell = await start({ plugins, home, dir, user });
    await shell.send("go");
    expect(seen(shell)).toContain("Be kind.");
    expect(seen(shell)).not.toContain("hunter2");
  });

  it("but what an allow rule of the user names, and never what a deny rule does", async () => {
    const files = { ...SECRETS, "plan.md": "hunter3", "AGENTS.md": "@.env @plan.md" };
    const settings = { "permissions.allow": ["Read(.env)"], "permissions.deny": ["Read(plan.md)"] };
    await using shell = await start({ plugins, files, settings });
    await shell.send("go");
    expect(seen(shell)).toContain("hunter2");
    expect(seen(shell)).not.toContain("hunter3");
  });
});
