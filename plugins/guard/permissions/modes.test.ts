import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { NacreKernel } from "../../../core/kernel.js";
import type { Answer } from "../../../schemas/decision.js";
import type { TurnEvent } from "../../../schemas/event.js";
import { UserError } from "../../../schemas/errors.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { LayerName } from "../../../schemas/settings.js";
import { Trusted } from "../../../schemas/trusted.js";
import type { Shell } from "../../../test/boot.js";
import { gated, judged, notices, permissionsOf, verdict } from "./testing.js";

/** A session whose settings come from a layer of the given name. */
async function layered(name: LayerName, values: JsonObject, trusted = false): Promise<Shell> {
  const shell = await gated();
  const source = join(shell.dir, ".nacre", "settings.json");
  const { settings } = shell.kernel as NacreKernel;
  settings.add({ name, source, values: { permissions: values } });
  if (trusted) settings.admit(new Trusted(shell.dir, () => true));
  return shell;
}

describe("a project's settings", () => {
  it("only tighten before the folder is trusted", async () => {
    await using shell = await layered("project", {
      allow: ["Bash(npm test)"],
      deny: ["Read(a)"],
      defaultMode: "acceptEdits",
    });
    expect(await verdict(shell, "Bash", { command: "npm test" })).toBe("ask");
    expect(await verdict(shell, "Read", { file_path: "a" })).toBe("deny");
    expect((await permissionsOf(shell)).mode(shell.session)).toBe("default");
  });

  it("count once it is trusted, from the project's own folder on", async () => {
    await using shell = await layered("project", { allow: ["Edit(/docs/**)"], defaultMode: "acceptEdits" }, true);
    expect((await permissionsOf(shell)).mode(shell.session)).toBe("acceptEdits");
    await (
      await permissionsOf(shell)
    ).apply(shell.session, [{ type: "setMode", mode: "default", destination: "session" }]);
    expect(await verdict(shell, "Write", { file_path: "docs/a" })).toBe("allow");
  });

  it.each(["project", "local"] as const)("never choose the mode bypassPermissions (%s) (advisory 21)", async (name) => {
    await using shell = await layered(name, { defaultMode: "auto-yes" }, true);
    expect(await verdict(shell, "Bash", { command: "npm test" })).toBe("ask");
    expect(notices(shell).join()).toContain('a project cannot choose the permission mode "auto-yes"');
    const permissions = await permissionsOf(shell);
    expect(() => permissions.setMode(shell.session, "bypassPermissions")).toThrow(UserError);
  });

  it("can forbid the mode bypassPermissions, trusted or not", async () => {
    await using shell = await layered("project", { disableBypassPermissionsMode: "disable" });
    (shell.kernel as NacreKernel).settings.add({
      name: "flag",
      source: "--permission-mode",
      values: { permissions: { defaultMode: "bypassPermissions" } },
    });
    const permissions = await permissionsOf(shell);
    expect(() => permissions.mode(shell.session)).toThrow(/switched off by permissions.disableBypassPermissionsMode/);
    expect(await verdict(shell, "Read", { file_path: "a" })).toBe("deny");
  });
});

describe("the mode of a session", () => {
  it.each([
    ["interactive", "default"],
    ["manual", "default"],
    ["auto", "bypassPermissions"],
    ["auto-yes", "bypassPermissions"],
    ["auto-no", "confirmEach"],
    ["read-only", "readOnly"],
    ["accept-edits", "acceptEdits"],
    ["acceptEdits", "acceptEdits"],
    ["deny", "deny"],
  ])("is understood in the spelling %s", async (spelling, name) => {
    await using shell = await gated({ settings: { "permissions.defaultMode": spelling } });
    expect((await permissionsOf(shell)).mode(shell.session)).toBe(name);
  });

  it("can be given as permissions.mode too", async () => {
    await using shell = await gated({ settings: { "permissions.mode": "plan" } });
    expect((await permissionsOf(shell)).mode(shell.session)).toBe("plan");
  });

  it("is refused with a sentence when there is no such mode", async () => {
    await using shell = await gated({ settings: { "permissions.defaultMode": "careful" } });
    const permissions = await permissionsOf(shell);
    expect(() => permissions.mode(shell.session)).toThrow(
      /^permissions.defaultMode: There is no permission mode "careful"; the modes are default, acceptEdits, plan/,
    );
    expect(() => permissions.setMode(shell.session, "wild")).toThrow(UserError);
  });

  it.runIf(process.getuid?.() === 0)("is not bypassPermissions for root outside a sandbox", async () => {
    const settings = { "permissions.defaultMode": "bypassPermissions" };
    await using shell = await gated({ settings, env: { IS_SANDBOX: "" } });
    const permissions = await permissionsOf(shell);
    expect(() => permissions.mode(shell.session)).toThrow(/refused for root: run as another user, or set IS_SANDBOX=1/);
    expect(await verdict(shell, "Read", { file_path: "a" })).toBe("deny");
  });

  it("becomes bypassPermissions later only in a run that was started for it", async () => {
    await using shell = await gated();
    const permissions = await permissionsOf(shell);
    expect(() => permissions.setMode(shell.session, "bypassPermissions")).toThrow(
      /--allow-dangerously-skip-permissions/,
    );
    await using prepared = await gated({ settings: { "permissions.allowBypass": true } });
    (await permissionsOf(prepared)).setMode(prepared.session, "bypassPermissions");
    expect(await verdict(prepared, "Bash", { command: "npm test" })).toBe("allow");
    expect(prepared.events.at(-1)).toMatchObject({ type: "change", mode: "bypassPermissions" });
  });

  it("is its parent's until it has one of its own", async () => {
    await using shell = await gated();
    const permissions = await permissionsOf(shell);
    permissions.setMode(shell.session, "plan");
    const child = await shell.kernel.open({ parent: shell.session.id, provider: "test-script" });
    expect(permissions.mode(child)).toBe("plan");
    permissions.setMode(shell.session, "readOnly");
    expect(permissions.mode(child)).toBe("readOnly");
    permissions.setMode(child, "deny");
    expect(permissions.mode(shell.session)).toBe("readOnly");
  });

  it("is for an agent that of the session it works for, with its rules, although nobody asked about that one before", async () => {
    await using shell = await gated();
    const permissions = await permissionsOf(shell);
    const agent = { id: "a", type: "helper", of: shell.session };
    const child = await shell.kernel.open({ agent, provider: "test-script" });
    expect(permissions.mode(child)).toBe("default");
    permissions.setMode(shell.session, "acceptEdits");
    expect(permissions.mode(child)).toBe("acceptEdits");
    const rules = [{ toolName: "Bash", ruleContent: "npm test" }];
    await permissions.apply(shell.session, [{ type: "addRules", rules, behavior: "deny", destination: "session" }]);
    const hook = await shell.kernel.hook("PreToolUse");
    const tool = (await shell.kernel.get("tool", "Bash"))!;
    const call = { id: "1", name: "Bash", input: { command: "npm test" } };
    const judged = await hook.promise({ call, tool, effect: "exec", again: false }, child);
    expect(judged.decision).toMatchObject({ behavior: "deny", rule: "Bash(npm test)" });
  });
});

describe("a conversation that is taken up", () => {
  const left = (mode: string): TurnEvent[] => [{ type: "change", at: 0, mode }];

  it.each([
    ["acceptEdits", {}, "acceptEdits"],
    ["dontAsk", {}, "dontAsk"],
    ["plan", {}, "default"],
    ["bypassPermissions", {}, "default"],
    ["no mode at all", {}, "default"],
    ["acceptEdits", { headless: true }, "default"],
  ])("by a person in the mode %s (%j) goes on in %s", async (mode, init, expected) => {
    await using shell = await gated({ session: { past: left(mode), source: "resume", ...init } });
    expect((await permissionsOf(shell)).mode(shell.session)).toBe(expected);
  });

  it("goes on in the mode that is asked for now", async () => {
    const settings = { "permissions.defaultMode": "dontAsk" };
    await using shell = await gated({ settings, session: { past: left("acceptEdits"), source: "resume" } });
    expect((await permissionsOf(shell)).mode(shell.session)).toBe("dontAsk");
  });
});

describe("an answer that changes permissions", () => {
  it("holds for the session at once, and says when it was to be written elsewhere", async () => {
    const answer: Answer = {
      behavior: "allow",
      updates: [
        {
          type: "addRules",
          rules: [{ toolName: "Bash", ruleContent: "npm test" }],
          behavior: "allow",
          destination: "localSettings",
        },
      ],
    };
    await using shell = await gated();
    await (await permissionsOf(shell)).apply(shell.session, answer.updates!);
    expect(await verdict(shell, "Bash", { command: "npm test" })).toBe("allow");
    expect((await judged(shell, "Bash", { command: "npm test" })).decision).toMatchObject({ origin: "session" });
    expect(notices(shell)).toEqual([
      "The change of permissions holds for this session only; it was not written to the local settings: no plugin that writes settings is loaded.",
    ]);
  });

  it("adds, replaces and removes rules", async () => {
    await using shell = await gated();
    const permissions = await permissionsOf(shell);
    const change = (
      type: "addRules" | "replaceRules" | "removeRules",
      ...contents: readonly string[]
    ): Promise<void> => {
      const rules = contents.map((ruleContent) => ({ toolName: "Bash", ruleContent }));
      return permissions.apply(shell.session, [{ type, rules, behavior: "allow", destination: "session" }]);
    };
    const answers = async (): Promise<readonly string[]> =>
      Promise.all(["a", "b", "c"].map((command) => verdict(shell, "Bash", { command })));
    await change("addRules", "a", "b");
    expect(await answers()).toEqual(["allow", "allow", "ask"]);
    await change("removeRules", "a");
    expect(await answers()).toEqual(["ask", "allow", "ask"]);
    await change("replaceRules", "c");
    expect(await answers()).toEqual(["ask", "ask", "allow"]);
    await change("removeRules", "gone");
    expect(notices(shell)).toEqual(["The allow rule Bash(gone) was not removed: it does not belong to this session."]);
    await expect(change("addRules", "")).rejects.toThrow("The allow rule Bash() does not count");
  });

  it("adds folders to the workspace and takes them away, but never the one the session stands in", async () => {
    await using shell = await gated();
    const permissions = await permissionsOf(shell);
    const apply = (type: "addDirectories" | "removeDirectories", ...directories: readonly string[]): Promise<void> =>
      permissions.apply(shell.session, [{ type, directories, destination: "session" }]);
    await apply("addDirectories", "/etc");
    expect(await verdict(shell, "Read", { file_path: "/etc/hostname" })).toBe("allow");
    await apply("removeDirectories", "/etc", shell.dir);
    expect(await verdict(shell, "Read", { file_path: "/etc/hostname" })).toBe("ask");
    expect(await verdict(shell, "Read", { file_path: "a" })).toBe("allow");
    await expect(apply("addDirectories", "/not/there")).rejects.toThrow("does not exist");
  });
});
