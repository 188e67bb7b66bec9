import type { KernelView } from "../../../core/types.js";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Command } from "../../../schemas/command.js";
import { boot, say, type Shell } from "../../../test/boot.js";
import { bench, marketplace, plugin, type Bench } from "./testing.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

const PLUGINS = [
  "marketplace",
  "config",
  "settings-files",
  "plugin-folders",
  "claude",
  "agent-plugins",
  "commands",
  "skills",
  "plugin-command",
  "command-line",
];

function shell(): Promise<Shell> {
  return boot({ plugins: PLUGINS, script: [], dir: b.dir, home: b.home });
}

async function type(at: Shell, args: string): Promise<string> {
  const command = (await at.kernel.get("command", "plugin")) as Command;
  const answer = await command.run({ name: "plugin", args, session: at.session, signal: AbortSignal.timeout(20_000) });
  return "answer" in answer ? answer.answer : "";
}

describe("/plugin in a session", () => {
  it("installs, shows and removes plugins, and what they bring is there at once", async () => {
    const dir = b.write(
      "shop",
      marketplace("shop", [{ name: "helper", source: "./helper" }], { helper: plugin("helper") }),
    );
    await using at = await shell();
    expect(await type(at, "")).toContain("No plugin is installed");
    expect(await type(at, `marketplace add "${dir}"`)).toContain('Added the marketplace "shop"');
    expect(await type(at, "install helper")).toContain("say -y to agree to it");
    expect(await type(at, "install helper -y")).toContain("Installed helper@shop 1.0.0");
    const catalogue = await at.kernel.service("catalogue");
    const names = async (): Promise<readonly string[]> =>
      (await catalogue?.parts("command"))?.map(({ owner, name }) => `${owner.name}:${name}`) ?? [];
    expect(await names()).toContain("helper:greet");
    expect(await type(at, "")).toContain("helper@shop 1.0.0");
    expect(await type(at, "list")).toMatch(/^helper +1\.0\.0 +installed/m);
    expect(await type(at, "disable helper")).toContain("Switched off helper@shop");
    expect(await names()).not.toContain("helper:greet");
    expect(await type(at, "uninstall helper")).toContain("Uninstalled helper@shop");
  });

  it("keeps the names of commands of a plugin whose name one of nacre has, and tells two installed ones apart", async () => {
    const dir = b.write("config", plugin("config"));
    const file = b.write("packed/config", plugin("config"));
    await using at = await shell();
    await type(at, `install ${dir} -y`);
    const names = async (): Promise<readonly string[]> => {
      const parts = (await (await at.kernel.service("catalogue"))?.parts("command")) ?? [];
      return parts.map(({ owner, name }) => `${owner.name}:${name}`);
    };
    expect(await names()).toContain("config:greet");
    b.commit("packed/config", {});
    await type(at, `install file://${file} -y`);
    expect((await names()).filter((name) => name.startsWith("config")).toSorted()).toEqual([
      "config:greet",
      "config@git:greet",
    ]);
  });

  it("answers a mistake with its sentence", async () => {
    await using at = await shell();
    expect(await type(at, "explode")).toContain('does not know "explode"');
    expect(await type(at, "install nothing")).toContain("No marketplace that was added lists");
    await expect(type(at, "install x --no-such-flag")).rejects.toThrow("Unknown flag --no-such-flag");
  });

  it("tells other plugins whether an installed folder is still what was approved", async () => {
    const dir = b.write(
      "shop",
      marketplace("shop", [{ name: "helper", source: "./helper", category: "c" }], { helper: plugin("helper") }),
    );
    await using at = await shell();
    await type(at, `marketplace add ${dir}`);
    await type(at, "install helper -y");
    const installed = (await at.kernel.service("installed"))!;
    const own = at.kernel.plugins.find(({ plugin: one }) => one.id === "helper@shop")!.plugin.dir!;
    expect(installed.entryOf(own)?.value).toMatchObject({ category: "c" });
    expect(await installed.verify(own)).toBeUndefined();
    expect(await installed.verify(b.dir)).toBeUndefined();
    writeFileSync(join(own, "hooks.json"), "{}");
    await new Promise((done) => setTimeout(done, 600));
    expect(await installed.verify(own)).toMatch(/does not start[^]*\+ hooks\.json/);
  });
});

describe("A hook of an installed plugin", () => {
  it("runs while its files are those that were approved, and not any more once one was changed", async () => {
    const command = `echo ran >> "${join(b.base, "log")}"`;
    const hooks = JSON.stringify({ hooks: { UserPromptSubmit: [{ hooks: [{ type: "command", command }] }] } });
    const dir = b.write("own", plugin("own", {}, { "hooks/hooks.json": hooks }));
    expect((await b.run(`plugin install ${dir} -y`)).code).toBe(0);
    const { findInstalled } = await import("./find-installed.js");
    const { Verifier } = await import("./trust/verify.js");
    const { pathsOf } = await import("./paths.js");
    const places = { origin: "user", home: b.home, userHome: b.base, project: b.dir, cwd: b.dir, dirs: [] } as const;
    const { plugins } = await findInstalled(places, {
      kernel: { version: "1.0.0" } as KernelView,
      verifier: async () => new Verifier(pathsOf(b.home)),
    });
    await using at = await boot({
      plugins: [...PLUGINS, "shell-hooks", ...plugins],
      script: ["one", "two", "three"].map(say),
      dir: b.dir,
      home: b.home,
    });
    await at.send("go");
    expect(readFileSync(join(b.base, "log"), "utf8")).toBe("ran\n");
    writeFileSync(join(plugins[0]!.dir!, "hooks/more.sh"), "x");
    await new Promise((done) => setTimeout(done, 600));
    await at.send("again");
    await at.send("and again");
    expect(readFileSync(join(b.base, "log"), "utf8")).toBe("ran\n");
    const notices = at.events.filter((event) => event.type === "notice" && event.text.includes("does not start"));
    expect(notices).toHaveLength(1);
  });

  it("changes nothing where nobody has typed it", async () => {
    const dir = b.write(
      "shop",
      marketplace("shop", [{ name: "helper", source: "./helper" }], { helper: plugin("helper") }),
    );
    const options = { plugins: PLUGINS, script: [], dir: b.dir, home: b.home, session: { headless: true } };
    await using at = await boot(options);
    for (const words of [`install ${dir}/helper -y`, `marketplace add "${dir}"`, "enable helper", "trust helper"]) {
      expect(await type(at, words)).toContain("A prompt changes no plugins in a run that nobody watches");
    }
    expect(await type(at, "")).toContain("No plugin is installed");
  });
});
