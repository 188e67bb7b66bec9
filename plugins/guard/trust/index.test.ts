import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createKernel } from "../../../core/index.js";
import { NacreKernel } from "../../../core/kernel.js";
import { builtins } from "nacre:builtins";

const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-trust-")));
const home = join(base, "home");
for (const dir of ["home/work/app", "home/work/app-evil", "elsewhere"]) mkdirSync(join(base, dir), { recursive: true });
symlinkSync(join(home, "work/app"), join(base, "link-to-app"));
symlinkSync(join(base, "elsewhere"), join(home, "work/app/link-out"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const trust = builtins.find((plugin) => plugin.name === "trust")!;

async function isTrusted(root: string, settings: Readonly<Record<string, unknown>>): Promise<boolean> {
  await using kernel = createKernel({ cwd: base, home: join(home, ".nacre"), env: { HOME: home } });
  for (const [path, value] of Object.entries(settings)) kernel.set(path, value);
  await kernel.load(trust);
  return (await kernel.service("trust"))!.isTrusted(root);
}

describe("trust", () => {
  it("trusts nothing on its own", async () => {
    expect(await isTrusted(join(home, "work/app"), {})).toBe(false);
  });

  it("trusts the folder of a run that was started with --trust-workspace", async () => {
    expect(await isTrusted(join(home, "work/app"), { "trust.workspace": true })).toBe(true);
  });

  it.each([
    ["the folder itself", "home/work/app", "home/work/app", true],
    ["a folder above it", "home/work", "home/work/app", true],
    ["a link to it", "link-to-app", "home/work/app", true],
    ["a folder whose name begins alike", "home/work/app", "home/work/app-evil", false],
    ["a folder in it", "home/work/app", "home/work", false],
    ["a folder that a link in it leads to", "home/work/app", "home/work/app/link-out", false],
    ["a folder that does not exist", "home/gone", "home/gone", false],
    ["home itself", "home", "home", false],
  ])("listing %s", async (_, listed, root, expected) => {
    expect(await isTrusted(join(base, root), { "trust.folders": [join(base, listed)] })).toBe(expected);
  });

  it("reads a leading tilde in the list as home, and ignores relative paths", async () => {
    expect(await isTrusted(join(home, "work/app"), { "trust.folders": ["~/work/app"] })).toBe(true);
    expect(await isTrusted(join(home, "work/app"), { "trust.folders": ["home/work/app", 7] })).toBe(false);
  });

  it("does not count what a project's own settings say, trusted or not", async () => {
    const kernel = new NacreKernel({ cwd: base, home: join(home, ".nacre"), env: { HOME: home }, version: "0" });
    const values = { trust: { workspace: true, folders: [join(home, "work/app")] } };
    kernel.settings.add({ name: "project", source: join(base, ".nacre.toml"), values });
    await kernel.load(trust);
    expect(await (await kernel.service("trust"))!.isTrusted(join(home, "work/app"))).toBe(false);
    await kernel[Symbol.asyncDispose]();
  });
});
