import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Destination, PermissionUpdate } from "../../../schemas/decision.js";
import type { Shell } from "../../../test/boot.js";
import { gated, idleTools, judged, notices, permissionsOf, verdict } from "./testing.js";

const plugins = ["permissions", "config", "settings-files", "trust", idleTools];

const allow = (destination: Destination, ...rules: readonly string[]): PermissionUpdate => ({
  type: "addRules",
  behavior: "allow",
  destination,
  rules: rules.map((ruleContent) => ({ toolName: "Bash", ruleContent })),
});

const NPM = { command: "npm test" };

async function granted(shell: Shell, ...updates: readonly PermissionUpdate[]): Promise<void> {
  await (await permissionsOf(shell)).apply(shell.session, updates);
}

describe("a grant", () => {
  it.each([
    ["localSettings", ".nacre/settings.local.toml"],
    ["projectSettings", ".nacre/settings.toml"],
    ["userSettings", "~config.toml"],
  ] as const)("for %s is written there, holds at once, and is named as the reason", async (destination, name) => {
    await using shell = await gated({ plugins });
    await granted(shell, allow(destination, "npm test"));
    const file = name.startsWith("~") ? join(shell.home, name.slice(1)) : join(shell.dir, name);
    expect(readFileSync(file, "utf8")).toContain("Bash(npm test)");
    const { decision } = await judged(shell, "Bash", NPM);
    expect(decision).toMatchObject({ behavior: "allow", rule: "Bash(npm test)" });
    expect(decision?.origin).toMatch(new RegExp(`^${file}:\\d+$`));
  });

  it("is added to what stands there, once, and comments stay", async () => {
    await using shell = await gated({ plugins });
    const file = join(shell.home, "config.toml");
    writeFileSync(file, '# mine\n[permissions]\nallow = ["Bash(ls)"] # all\ndeny = ["Bash(rm *)"]\n');
    await granted(shell, allow("userSettings", "npm test"), allow("userSettings", "npm test", "ls"));
    expect(readFileSync(file, "utf8")).toBe(
      '# mine\n[permissions]\nallow = ["Bash(ls)", "Bash(npm test)"] # all\ndeny = ["Bash(rm *)"]\n',
    );
  });

  it("for one person is kept from git", async () => {
    await using shell = await gated({ plugins });
    mkdirSync(join(shell.dir, ".git"));
    await granted(shell, allow("localSettings", "npm test"));
    expect(readFileSync(join(shell.dir, ".nacre/.gitignore"), "utf8")).toBe("settings.local.*\n.gitignore\n");
  });

  it("that cannot be written holds for the session, and that is said", async () => {
    await using shell = await gated({ plugins });
    writeFileSync(join(shell.dir, ".nacre"), "a file in the way");
    await granted(shell, allow("localSettings", "npm test"));
    expect(await verdict(shell, "Bash", NPM)).toBe("allow");
    expect(notices(shell).join()).toMatch(/holds for this session only; it was not written to the local settings: /);
    await using without = await gated();
    await granted(without, allow("localSettings", "npm test"));
    expect(await verdict(without, "Bash", NPM)).toBe("allow");
    expect(notices(without).join()).toContain("no plugin that writes settings is loaded");
  });

  it("never takes a deny rule out of a file, nor lets a project skip all questions", async () => {
    await using shell = await gated({ plugins, settings: { "permissions.allowBypass": true } });
    const file = join(shell.home, "config.toml");
    const text = '[permissions]\ndeny = ["Bash(npm *)"]\n';
    writeFileSync(file, text);
    const rules = [{ toolName: "Bash", ruleContent: "npm *" }];
    await granted(
      shell,
      { type: "removeRules", behavior: "deny", destination: "userSettings", rules },
      { type: "replaceRules", behavior: "deny", destination: "userSettings", rules: [] },
      { type: "setMode", mode: "bypassPermissions", destination: "projectSettings" },
    );
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(existsSync(join(shell.dir, ".nacre"))).toBe(false);
  });

  it("that is no rule is refused before anything is written", async () => {
    await using shell = await gated({ plugins });
    await expect(granted(shell, allow("localSettings", ""))).rejects.toThrow(/does not count/);
    expect(existsSync(join(shell.dir, ".nacre"))).toBe(false);
  });

  it("adds folders and a mode to the settings", async () => {
    await using shell = await gated({ plugins });
    await granted(
      shell,
      { type: "addDirectories", directories: [shell.home], destination: "localSettings" },
      { type: "setMode", mode: "acceptEdits", destination: "localSettings" },
    );
    const text = readFileSync(join(shell.dir, ".nacre/settings.local.toml"), "utf8");
    expect(text).toBe(`[permissions]\nadditionalDirectories = ["${shell.home}"]\ndefaultMode = "acceptEdits"\n`);
    expect((await permissionsOf(shell)).mode(shell.session)).toBe("acceptEdits");
  });

  it("of two sessions at the same time leaves both rules in the file", async () => {
    await using shell = await gated({ plugins });
    const commands = Array.from({ length: 8 }, (_, place) => `npm run task${place}`);
    await Promise.all(commands.map((command) => granted(shell, allow("userSettings", command))));
    const text = readFileSync(join(shell.home, "config.toml"), "utf8");
    for (const command of commands) expect(text).toContain(command);
  });
});
