import { resolve } from "node:path";
import { expect, it } from "vitest";
import { boot, call, say } from "../test/boot.js";
import { createKernel } from "./index.js";
import { NacreKernel } from "./kernel.js";
import { EXIT } from "../schemas/errors.js";
import type { SettingsSchema } from "../schemas/manifest.js";
import { Trusted } from "../schemas/trusted.js";
import type { Plugin } from "./types.js";

const data = (name: string, more: Partial<Plugin> = {}): Plugin => ({ name, dir: `/plugins/${name}`, ...more });

it("takes a plugin that is only data in and out by its name", async () => {
  await using kernel = createKernel({ env: {} });
  await kernel.load(data("words"), data("words"));
  expect(kernel.plugins.map(({ plugin, state }) => [plugin.name, state])).toEqual([["words", "data"]]);
  expect([...kernel.skipped.values()]).toEqual(['A plugin named "words" is there already.']);
  expect(await kernel.unload("words")).toEqual(["words"]);
  expect(kernel.plugins).toEqual([]);
});

it("lets a plugin require one that is only data", async () => {
  await using kernel = createKernel({ env: {} });
  await kernel.load({ name: "reader", requires: ["words"], setup: () => {} }, data("words"));
  expect(kernel.plugins.map(({ plugin }) => plugin.name)).toEqual(["reader", "words"]);
  expect(await kernel.unload("words")).toEqual(["reader", "words"]);
});

it.each([
  [{ "plugins.words.enabled": false }, []],
  [{ enabledPlugins: { "words@market": false } }, []],
  [{ enabledPlugins: { "words@elsewhere": false } }, ["words"]],
  [{ enabledPlugins: { "words@market": false }, "plugins.words.enabled": true }, ["words"]],
])("switches a plugin off and on by name or id: %o", async (settings, names) => {
  await using kernel = createKernel({ env: {} });
  for (const [path, value] of Object.entries(settings)) kernel.set(path, value);
  await kernel.load(data("words", { id: "words@market" }));
  expect(kernel.plugins.map(({ plugin }) => plugin.name)).toEqual(names);
});

it.each([
  [false, []],
  [true, ["words"]],
])("lets the machine's policy have the last word on a plugin: %s", async (policy, names) => {
  const env = {};
  await using kernel = new NacreKernel({ cwd: "/", home: "/nowhere", env, version: "1" });
  const values = { enabledPlugins: { "words@market": policy } };
  kernel.settings.add({ name: "managed", source: "/etc/nacre/managed.json", values });
  kernel.set("plugins.words.enabled", !policy);
  kernel.set("enabledPlugins", { "words@market": !policy });
  await kernel.load(data("words", { id: "words@market" }));
  expect(kernel.plugins.map(({ plugin }) => plugin.name)).toEqual(names);
});

it("switches a plugin on that is off by default", async () => {
  await using kernel = createKernel({ env: {} });
  kernel.set("enabledPlugins", { "words@market": true });
  await kernel.load(
    data("words", { id: "words@market", defaultEnabled: false }),
    data("other", { defaultEnabled: false }),
  );
  expect(kernel.plugins.map(({ plugin }) => plugin.name)).toEqual(["words"]);
});

it("loads the code of a tap that waits for parts of a kind once a plugin holds some", async () => {
  await using kernel = createKernel({ env: {} });
  const loaded: string[] = [];
  const waiting: Plugin = {
    name: "waiting",
    provides: { taps: [{ point: "UserPromptSubmit", when: ["has:word", "words.always"] }] },
    load: async () => ({ default: () => void loaded.push("waiting") }),
  };
  await kernel.load(waiting, data("pictures", { holds: ["picture"] }));
  await kernel.hook("UserPromptSubmit");
  expect(loaded).toEqual([]);
  await kernel.load(data("words", { holds: ["word"] }));
  await kernel.hook("UserPromptSubmit");
  expect(loaded).toEqual(["waiting"]);
});

it("knows settings that stand in no table", async () => {
  await using kernel = createKernel({ env: { QUIET: "1" } });
  await kernel.load({
    name: "quiet",
    settings: { key: "", properties: { quiet: { type: "boolean", default: false, env: "QUIET" } } },
    setup: () => {},
  });
  expect(kernel.settings.get("quiet")).toBe(true);
});

it("keeps what the first plugin says of a setting, also after another one is gone", async () => {
  await using kernel = createKernel({ env: {} });
  const settings = (scope: "user" | "any"): SettingsSchema => ({ key: "door", properties: { open: { scope } } });
  await kernel.load({ name: "guard", settings: settings("user"), setup: () => {} });
  await kernel.load({ name: "thief", settings: settings("any"), setup: () => {} });
  expect(kernel.settings.declared().get("door.open")).toEqual({ scope: "user" });
  await kernel.unload("thief");
  expect(kernel.settings.declared().get("door.open")).toEqual({ scope: "user" });
});

it("holds back what a project's file says that the person has not agreed to, whenever the file is read", async () => {
  const kernel = new NacreKernel({ cwd: "/", home: "/nowhere", env: {}, version: "1" });
  const { settings } = kernel;
  const add = (source: string): void =>
    settings.add({ name: "project", source, values: { permissions: { allow: ["old", "new"], deny: ["no"] }, x: 1 } });
  await kernel.load({
    name: "gate",
    settings: { key: "permissions", properties: { deny: { scope: "any" }, allow: {} } },
  });
  add("/early");
  expect([settings.get("permissions.allow"), settings.get("permissions.deny")]).toEqual([undefined, ["no"]]);
  settings.admit(new Trusted("/", ({ value }) => value === "old"));
  add("/late");
  expect([settings.get("permissions.allow"), settings.get("permissions.deny")]).toEqual([["old"], ["no"]]);
  expect(settings.waiting().map(({ path, value, source }) => [path, value, source])).toEqual(
    ["/early", "/late"].flatMap((file) => [
      ["permissions.allow", "new", file],
      ["x", 1, file],
    ]),
  );
  await kernel[Symbol.asyncDispose]();
});

it("leaves another name of an item with the plugin that came first", async () => {
  await using kernel = new NacreKernel({ cwd: "/", home: "/nowhere", env: {}, version: "1" });
  const tool = (name: string): NonNullable<Plugin["provides"]> => ({ tool: [{ name, aliases: ["run"] } as never] });
  await kernel.load(data("house", { provides: tool("Bash") }), data("stranger", { provides: tool("Other") }));
  expect(kernel.registry.find("tool", "run")?.name).toBe("Bash");
});

it("opens a session with the system's own clock when a plugin's does not load", async () => {
  const load = (): never => {
    throw new Error("it is broken");
  };
  const late: Plugin = { name: "late", provides: { clock: [{ name: "late" } as never] }, load };
  await using shell = await boot({ plugins: [late], script: [say("done")] });
  expect(await shell.send("go")).toMatchObject({ reason: "completed" });
});

it("refuses calls that a plugin would have judged whose names are taken", async () => {
  const gate: Plugin = {
    name: "watch",
    provides: { tool: [{ name: "Read" } as never], taps: [{ point: "PreToolUse" }] },
    load: async () => ({ default: () => {} }),
  };
  await using shell = await boot({
    plugins: ["read", gate],
    script: [call("Read", { file_path: "a.txt" }), say("done")],
  });
  await shell.send("go");
  expect(shell.result(0).content).toContain('Plugin "watch" judges calls and is left out');
  expect(shell.kernel.warnings).toEqual([expect.stringContaining('Plugin "watch" is left out')]);
});

it("ends with the setting's own sentence and exit code where a plugin is handed one of the wrong type", async () => {
  await using kernel = createKernel({ env: {} });
  const settings = { properties: { size: { type: "number" } } } as const;
  const provides = { service: [{ name: "sized" }] };
  await kernel.load({ name: "sized", settings, provides, setup: (ctx) => void ctx.settings });
  kernel.set("sized.size", "large");
  const wrong = { message: 'sized.size: "sized.size" must be a number, not "large".', exitCode: EXIT.usage };
  await expect(kernel.get("service", "sized")).rejects.toMatchObject(wrong);
});

it("tells once of a plugin that cannot be loaded, and goes on without what it would have done", async () => {
  const provides = { taps: [{ point: "PreModel" }, { point: "UserPromptSubmit" }, { point: "Stop" }] };
  const broken: Plugin = { name: "broken", provides, load: () => Promise.reject(new Error("no such file")) };
  await using shell = await boot({ plugins: [broken], script: [say("one"), say("two")] });
  await shell.send("first");
  expect((await shell.send("second")).reason).toBe("completed");
  const told = shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
  expect(told).toEqual(['Plugin "broken" could not be loaded: no such file.']);
});

it.each([
  [{ NACRE_HOME: "", HOME: "/h" }, "/h/.nacre"],
  [{ NACRE_HOME: "n", HOME: "/h" }, resolve("n")],
])("keeps what is the user's where the environment %j says, as an absolute path", (env, home) => {
  expect(createKernel({ env }).home).toBe(home);
});
