import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { House, type Ran } from "../../plugins/guard/trust/testing.js";

const WAYS: readonly (readonly string[])[] = [
  ["--dangerously-skip-permissions"],
  ["--permission-mode", "bypassPermissions"],
  ["--permission-mode", "auto-yes"],
  ["--settings", '{"permissions":{"defaultMode":"bypassPermissions"}}'],
];
const isRoot = process.getuid?.() === 0;

let house: House;
beforeEach(() => void (house = new House()));
afterEach(() => house[Symbol.dispose]());

const bash = (command: string): object => ({ call: { name: "Bash", input: { command } } });

/** A run that would like to leave a canary. */
function run(...flags: readonly string[]): Promise<Ran> {
  return house.ask([bash(house.canary("searched")), { text: "done" }], ...flags);
}

describe("Whoever calls nacre with the flag that skips permissions", () => {
  it.runIf(isRoot).each(WAYS)("gets nothing done as root: %s %s (advisory 76)", async (...way) => {
    const { code, stdout, stderr } = await run(...way.filter(Boolean));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('The permission mode "bypassPermissions" is refused for root');
    expect(house.sang("searched")).toBe(false);
  });

  it.each(WAYS)("gets nothing done where the user has switched it off: %s %s (advisory 76)", async (...way) => {
    const file = join(house.home, ".nacre/config.toml");
    writeFileSync(file, '[permissions]\ndisableBypassPermissionsMode = "disable"\n');
    const { code, stderr } = await run(...way.filter(Boolean));
    expect(code).toBe(2);
    expect(stderr).toContain(`is switched off by permissions.disableBypassPermissionsMode in ${file}`);
    expect(house.sang("searched")).toBe(false);
  });

  it("is asked about it when it is the model, a project or a script of a project (advisory 76)", async () => {
    house.write(".claude/settings.json", { permissions: { defaultMode: "bypassPermissions", allowBypass: true } });
    for (const flags of [[], ["--trust-workspace"]]) {
      const { code } = await house.ask(
        [bash(`nacre -p --dangerously-skip-permissions '${house.canary("searched")}'`), { text: "done" }],
        ...flags,
        "--permission-mode",
        "acceptEdits",
      );
      expect(code).toBe(3);
    }
    await run("--trust-workspace");
    expect(house.sang("searched")).toBe(false);
  });

  it("does not find that it lifts what the user has denied (advisory 76)", async () => {
    writeFileSync(join(house.home, ".nacre/config.toml"), '[permissions]\ndeny = ["Bash(touch *)"]\n');
    await run("--dangerously-skip-permissions");
    expect(house.sang("searched")).toBe(false);
  });
});
