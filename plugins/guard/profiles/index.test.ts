import { describe, expect, it } from "vitest";
import { boot, type BootOptions, type Shell } from "../../../test/boot.js";

const profiled = (settings: BootOptions["settings"], more: Partial<BootOptions> = {}): Promise<Shell> =>
  boot({
    plugins: ["profiles", "permissions", "settings-files"],
    script: [],
    env: { IS_SANDBOX: "1" },
    ...more,
    ...(settings && { settings }),
  });

const modeIn = async (shell: Shell): Promise<string> =>
  (await shell.kernel.service("permissions"))!.mode(shell.session);

describe("a profile", () => {
  it.each([
    ["strict", "confirmEach", true],
    ["balanced", "default", "auto"],
    ["permissive", "bypassPermissions", "auto"],
  ])("%s sets the mode %s and the sandbox to %j", async (profile, mode, sandbox) => {
    await using shell = await profiled({ profile });
    expect(await modeIn(shell)).toBe(mode);
    expect(shell.kernel.settings.get("sandbox.enabled")).toBe(sandbox);
  });

  it("of one's own extends others: lists are joined, the rest is replaced", async () => {
    const profiles = {
      house: { extends: "strict", mode: "acceptEdits", deny: ["Bash(rm *)"], allow: ["Bash(make *)"] },
      mine: { extends: "house", ask: ["Bash(make install)"] },
    };
    await using shell = await profiled({ profile: "mine", profiles });
    expect(await modeIn(shell)).toBe("acceptEdits");
    const { settings } = shell.kernel;
    expect(settings.get("permissions.deny")).toEqual(["WebFetch", "WebSearch", "Bash(rm *)"]);
    expect(settings.get("permissions.ask")).toEqual(["Bash(make install)"]);
    expect(settings.get("sandbox.network.strictAllowlist")).toBe(true);
  });

  it("stands below what the same source says itself, and above weaker ones", async () => {
    await using shell = await profiled({ profile: "strict", "permissions.defaultMode": "acceptEdits" });
    expect(await modeIn(shell)).toBe("acceptEdits");
    await using above = await boot({
      plugins: [
        {
          name: "user",
          setup: ({ kernel }) =>
            kernel.settings.add({ name: "user", source: "u", values: { permissions: { defaultMode: "acceptEdits" } } }),
        },
        "profiles",
        "permissions",
      ],
      script: [],
      settings: { profile: "strict" },
    });
    expect(await modeIn(above)).toBe("confirmEach");
  });

  it.each([
    ["strct", {}, 'profile: there is no profile "strct"; the profiles are strict, balanced, permissive.'],
    [
      "a",
      { a: { extends: "b" }, b: { extends: "c" }, c: { extends: "a" } },
      "The profile a extends itself: a -> b -> c -> a.",
    ],
    ["a", { a: { extends: "b" } }, 'profile: the profile "a" extends "b", which is none; the profiles are strict,'],
    ["a", { a: { sandbox: true } }, '"sandbox" of the profile "a" must be a table.'],
    ["a", { a: { colour: "red" } }, 'The profile "a" has "colour", but a profile can have extends, mode,'],
    ["__proto__", {}, 'there is no profile "__proto__"'],
  ])("%s that cannot be followed is refused in one sentence before anything runs", async (profile, profiles, words) => {
    await using shell = await profiled({ profile, profiles });
    await expect(modeIn(shell)).rejects.toThrow(words);
  });

  it("is not passed over where the plugin that applies it is missing", async () => {
    await using shell = await profiled({ profile: "strict" }, { plugins: ["permissions"] });
    await expect(modeIn(shell)).rejects.toThrow('The profile strict (profile) needs the plugin "profiles"');
  });

  it("that a project asks for only tightens (advisory 21)", async () => {
    const plugins = [
      {
        name: "a-project",
        setup: ({ kernel }: { kernel: Shell["kernel"] }) => {
          const profiles = { open: { mode: "bypassPermissions", allow: ["Bash"] } };
          kernel.settings.add({ name: "project", source: "p", values: { profile: "permissive", profiles } });
        },
      },
      "profiles",
      "permissions",
    ];
    await using shell = await boot({ plugins: plugins as never, script: [], settings: { profile: "balanced" } });
    expect(await modeIn(shell)).toBe("default");
    expect(shell.kernel.settings.layers.map(({ source }) => source)).toContain("profile permissive (p)");
    expect(shell.kernel.settings.get("permissions.allow")).toBeUndefined();
    expect(shell.kernel.settings.get("sandbox.network.allowedDomains")).toBeUndefined();
  });
});
