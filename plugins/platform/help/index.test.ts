import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { boot } from "../../../test/boot.js";

const stranger: Plugin = {
  name: "stranger",
  provides: {
    flag: [
      { name: "shout", short: "S", type: "optional", value: "HOW", description: "Say it loud.", aliases: ["yell"] },
      { name: "secret", type: "boolean", description: "Nobody's business", hidden: true },
      { name: "old", type: "boolean", description: "Old", ignored: "it is gone." },
    ],
    subcommand: [{ name: "greet", aliases: ["hi"], usage: "NAME | --all", description: "Greets someone." }],
    provider: [{ name: "parrot", auto: { order: 0, hint: "buy a parrot" } }],
  },
};

async function help(
  positionals: readonly string[],
  {
    flags = {},
    columns,
    plugins = [stranger],
  }: { flags?: Record<string, boolean>; columns?: number; plugins?: readonly (string | Plugin)[] } = {},
): Promise<string> {
  await using shell = await boot({ plugins: ["help", ...plugins], script: [] });
  const stdout = Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns });
  const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  const subcommand = await shell.kernel.get("subcommand", "help");
  expect(await subcommand?.run({ flags, positionals, io })).toBe(0);
  return String(stdout.read());
}

describe("nacre help", () => {
  it("lists flags with short form, value and other names, and leaves out what is hidden or ignored", async () => {
    const text = await help([]);
    expect(text).toMatch(/^Plugin stranger\n {2}-S, --shout\[=HOW\] {2}Say it loud \(also --yell\)$/m);
    expect(text).not.toMatch(/secret|--old/);
  });

  it("lists flags that wake a plugin which sleeps until its setting is set", async () => {
    const text = await help([]);
    for (const flag of ["--profile NAME", "--record FILE", "--replay FILE", "--replay-tools recorded|live"])
      expect(text).toContain(flag);
    expect(text.match(/--profile NAME/g)).toHaveLength(1);
  });

  it("lists subcommands, the ways to connect a model and where to read more", async () => {
    const text = await help([]);
    expect(text).toMatch(/^ {2}greet {2}Greets someone$/m);
    expect(text).toMatch(/^ {2}parrot {2}buy a parrot$/m);
    expect(text).toMatch(/documentation is in/);
  });

  it("names the flags of the executable itself", async () => {
    const text = await help([]);
    for (const flag of ["--cwd DIR", "--plugin-dir DIR", "--safe-mode", "--verbose", "-v, --version", "-h, --help"]) {
      expect(text).toContain(flag);
    }
  });

  it.each([
    ["piped", undefined, 80],
    ["in a narrow terminal", 60, 60],
    ["in a wide terminal", 300, 120],
  ])("keeps to the width %s", async (_, columns, most) => {
    const plugins = ["command-line", "print", "permissions", "bash", stranger];
    const lines = (await help([], { plugins, ...(columns !== undefined && { columns }) })).split("\n");
    const prose = lines.filter((line) => !line.includes("/"));
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(most);
  });

  it.each([["greet"], ["hi"]])("explains the subcommand called %s", async (name) => {
    const text = await help([name]);
    expect(text).toBe("Usage\n  nacre greet NAME\n  nacre greet --all\n\nGreets someone.\n\nAlso called hi.\n");
  });

  it("explains subcommands of two words, and lists what there is below a word", async () => {
    const family: Plugin = {
      name: "family",
      provides: {
        subcommand: [
          { name: "plant", usage: "[NAME | all] | none", description: "Plants." },
          { name: "plant new", usage: "NAME", description: "Makes one" },
          { name: "seed sow", description: "Sows it." },
        ],
      },
    };
    const of = async (...words: string[]): Promise<string> => help(words, { plugins: [family] });
    expect(await of("plant", "new")).toBe("Usage\n  nacre plant new NAME\n\nMakes one.\n");
    expect(await of("plant")).toBe(
      "Usage\n  nacre plant [NAME | all]\n  nacre plant none\n\nPlants.\n\nSubcommands\n  plant new  Makes one\n",
    );
    expect(await of("seed")).toBe("Subcommands\n  seed sow  Sows it\n");
  });

  it("names the subcommands when there is no such one, unless --help was beside a prompt", async () => {
    await expect(help(["gret"])).rejects.toThrow('There is no subcommand "gret"; there are greet, help.');
    expect(await help(["what is this"], { flags: { help: true } })).toContain("Subcommands");
  });

  it("lets no control character of a plugin through", async () => {
    const evil: Plugin = {
      name: "evil",
      provides: { flag: [{ name: "x", type: "boolean", description: "a\u001b[2Jb" }] },
    };
    expect(await help([], { plugins: [evil] })).toContain("a\\x1b[2Jb");
  });
});
