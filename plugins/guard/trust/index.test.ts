import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { builtins } from "nacre:builtins";
import { createKernel } from "../../../core/index.js";
import { NacreKernel } from "../../../core/kernel.js";

const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-trust-")));
const home = join(base, "home");
const folders = ["work/app/src", "work/app/.git", "work/app-evil", "work/app/vendor/lib/.git", "plain/below/.git"];
for (const dir of folders) mkdirSync(join(home, dir), { recursive: true });
mkdirSync(join(base, "elsewhere"));
symlinkSync(join(home, "work/app"), join(base, "link-to-app"));
symlinkSync(join(base, "elsewhere"), join(home, "work/app/link-out"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const trust = builtins.find((plugin) => plugin.name === "trust")!;

interface Given {
  readonly cwd?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

async function isTrusted(folder: string, { cwd = base, settings = {} }: Given): Promise<boolean> {
  await using kernel = createKernel({ cwd, home: join(home, ".nacre"), env: { HOME: home } });
  for (const [path, value] of Object.entries(settings)) kernel.set(path, value);
  await kernel.load(trust);
  return (await (await kernel.service("trust"))!.of(folder)) !== undefined;
}

describe("trust", () => {
  it("trusts nothing on its own", async () => {
    expect(await isTrusted(join(home, "work/app"), {})).toBe(false);
  });

  it.each([
    ["the root", "work/app", "work/app", true],
    ["a folder of the same repository", "work/app", "work/app/src", true],
    ["the root, from a folder in it", "work/app/src", "work/app", true],
    ["a repository in it (advisories 30, 34)", "work/app", "work/app/vendor/lib", false],
    ["the repository around it", "work/app/vendor/lib", "work/app", false],
    ["what a link in it leads to", "work/app", "work/app/link-out", false],
    ["another folder", "work/app", "work/app-evil", false],
    ["a folder below one that is no repository", "plain", "plain", true],
    ["a repository below one that is none", "plain", "plain/below", false],
  ])(
    "lets --trust-workspace speak of where nacre was started and of nothing else: %s",
    async (_, cwd, root, expected) => {
      const given = { cwd: join(home, cwd), settings: { "trust.workspace": true } };
      expect(await isTrusted(join(home, root), given)).toBe(expected);
    },
  );

  it.each([
    ["the folder itself", "home/work/app", "home/work/app", true],
    ["a link to it", "link-to-app", "home/work/app", true],
    ["a folder above a repository", "home/work", "home/work/app", false],
    ["a folder above a repository, with all in it", "home/work/**", "home/work/app", true],
    ["a repository around another", "home/work/app", "home/work/app/vendor/lib", false],
    ["a repository around another, with all in it", "home/work/app/**", "home/work/app/vendor/lib", true],
    ["a folder above one that is no repository", "home/work", "home/work/app-evil", true],
    ["a folder whose name begins alike", "home/work/app", "home/work/app-evil", false],
    ["a folder in it", "home/work/app/src", "home/work/app", false],
    ["a folder that a link in it leads to", "home/work/app/**", "home/work/app/link-out", false],
    ["a folder that does not exist", "home/gone", "home/gone", false],
    ["home itself", "home/**", "home", false],
  ])("listing %s (advisories 2, 30)", async (_, listed, root, expected) => {
    const settings = { "trust.folders": [join(base, listed)] };
    expect(await isTrusted(join(base, root), { settings })).toBe(expected);
  });

  it("reads a leading tilde in the list as home, and ignores relative paths", async () => {
    const app = join(home, "work/app");
    expect(await isTrusted(app, { settings: { "trust.folders": ["~/work/app"] } })).toBe(true);
    expect(await isTrusted(app, { settings: { "trust.folders": ["home/work/app", 7] } })).toBe(false);
  });

  it("says which entries of the list are no paths, where that leaves a project untrusted", async () => {
    const app = join(home, "work/app");
    await using kernel = createKernel({ cwd: app, home: join(home, ".nacre"), env: { HOME: home } });
    kernel.set("trust.folders", ["home/work/app", "~/elsewhere", 7]);
    await kernel.load(trust);
    const settled = await (await kernel.service("trust"))!.settle(app, [join(app, "src")]);
    const rest = "does not count: it must be an absolute path or begin with ~/.";
    expect(settled.trusted).toBeUndefined();
    expect(settled.warnings.slice(1)).toEqual([`trust.folders: "home/work/app" ${rest}`, `trust.folders: 7 ${rest}`]);
  });

  it.each([
    ["trust", ["shw"], 'nacre trust does not know "shw": show, list or revoke.'],
    ["trust show", ["x"], 'nacre trust show does not know "x".'],
    ["trust list", ["x"], 'nacre trust list does not know "x".'],
    ["trust revoke", [".", "x"], 'nacre trust revoke does not know "x".'],
  ])("refuses a word too many: nacre %s %j", async (name, positionals, sentence) => {
    await using kernel = createKernel({ cwd: base, home: join(home, ".nacre"), env: { HOME: home } });
    await kernel.load(trust);
    const { stdin, stdout, stderr } = process;
    const run = (await kernel.get("subcommand", name))!.run({ positionals, flags: {}, io: { stdin, stdout, stderr } });
    await expect(run).rejects.toThrow(sentence);
  });

  it("does not count what a project's own settings say, trusted or not", async () => {
    const kernel = new NacreKernel({ cwd: base, home: join(home, ".nacre"), env: { HOME: home }, version: "0" });
    const values = { trust: { workspace: true, folders: [join(home, "work/**")] } };
    kernel.settings.add({ name: "project", source: join(base, ".nacre.toml"), values });
    await kernel.load(trust);
    expect(await (await kernel.service("trust"))!.of(join(home, "work/app"))).toBeUndefined();
    await kernel[Symbol.asyncDispose]();
  });
});

describe("a .git file", () => {
  const main = join(home, "main");
  const records = join(main, ".git/worktrees/wt");
  const worktree = join(home, "wt");
  const forged = join(home, "forged");
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  write(join(records, "gitdir"), `${worktree}/.git\n`);
  write(join(worktree, ".git"), `gitdir: ${records}\n`);
  const settings = { "trust.workspace": true };

  it("borrows the trust of the checkout that knows the worktree by this place", async () => {
    expect(await isTrusted(worktree, { cwd: main, settings })).toBe(true);
  });

  it.each([
    ["the records of another worktree", `gitdir: ${records}\n`, {}],
    ["the repository of the checkout itself", `gitdir: ${main}/.git\n`, {}],
    ["records that are not there", `gitdir: ${main}/.git/worktrees/none\n`, {}],
    [
      "records of its own with a commondir",
      "gitdir: own/.git/worktrees/x\n",
      {
        "own/.git/worktrees/x/commondir": `${main}/.git\n`,
        "own/.git/worktrees/x/gitdir": `${worktree}/.git\n`,
      },
    ],
    ["a module's folder", `gitdir: ${main}/.git/modules/forged\n`, {}],
    ["two folders at once", `gitdir: nowhere\ngitdir: ${records}\n`, {}],
  ])("that names %s borrows nothing (advisory 24)", async (_, text, files) => {
    rmSync(forged, { recursive: true, force: true });
    write(join(forged, ".git"), text);
    for (const [file, content] of Object.entries(files)) write(join(forged, file), content);
    expect(await isTrusted(forged, { cwd: main, settings })).toBe(false);
  });

  it("that is a link, a pipe's place or too long borrows nothing (advisory 24)", async () => {
    rmSync(forged, { recursive: true, force: true });
    mkdirSync(forged);
    symlinkSync(join(worktree, ".git"), join(forged, ".git"));
    expect(await isTrusted(forged, { cwd: main, settings })).toBe(false);
    rmSync(join(forged, ".git"));
    write(join(forged, ".git"), `gitdir: ${records}\n${"#".repeat(5000)}`);
    expect(await isTrusted(forged, { cwd: main, settings })).toBe(false);
  });
});
