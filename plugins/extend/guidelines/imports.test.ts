import { symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BootOptions } from "../../../test/boot.js";
import { folders, notices, start, told, TRUST, write } from "./testing.js";

describe("Imports", () => {
  const chain = {
    "AGENTS.md": "See @a.md, @b.md and `@c.md`\n```\n@c.md\n```\nmail me@c.md @nobody",
    "a.md": "A",
    "b.md": "B",
    "c.md": "C",
  };

  it("stand behind the file that imports them, not those in code", async () => {
    await using shell = await start({ files: chain });
    const { files, text } = await told(shell);
    expect(files).toEqual(["AGENTS.md", "a.md", "b.md"]);
    expect(text).toContain('imported-by="');
    expect(notices(shell)).toEqual([]);
  });

  it("are read once, also where a file is read by its own name", async () => {
    await using shell = await start({ files: { "CLAUDE.md": "@AGENTS.md\nmore", "AGENTS.md": "a" } });
    expect((await told(shell)).files).toEqual(["AGENTS.md", "CLAUDE.md"]);
  });

  it("report a cycle and what is missing", async () => {
    await using shell = await start({
      files: { "AGENTS.md": "@docs/a.md", "docs/a.md": "@b.md @gone.md", "docs/b.md": "@../AGENTS.md" },
    });
    expect((await told(shell)).files).toEqual(["AGENTS.md", "docs/a.md", "docs/b.md"]);
    expect(notices(shell)).toEqual([
      `Guidelines: ${shell.dir}/AGENTS.md imports docs/a.md imports docs/b.md imports AGENTS.md: a cycle.`.replaceAll(
        `${shell.dir}/`,
        "",
      ),
      "Guidelines: docs/a.md, @gone.md: docs/gone.md does not exist.",
    ]);
  });

  it.each([
    [true, 5],
    [false, 4],
  ])("go so deep and no deeper (trusted: %s)", async (trusted, deep) => {
    const files: Record<string, string> = { "AGENTS.md": "@1.md" };
    for (let place = 1; place < 9; place++) files[`${place}.md`] = `level ${place} @${place + 1}.md`;
    await using shell = await start({ files, settings: trusted ? TRUST : {} });
    expect((await told(shell)).files).toEqual([
      "AGENTS.md",
      ...Array.from({ length: deep }, (_, place) => `${place + 1}.md`),
    ]);
    expect(notices(shell)[0]).toContain(`imports go ${deep} files deep at most`);
  });

  it("of the user's own files lead anywhere", async () => {
    await using outer = await start({});
    const { home, dir } = folders(outer.dir);
    await using shell = await start({ home, dir, user: { ".claude/CLAUDE.md": "@~/notes.md", "notes.md": "n" } });
    expect((await told(shell)).files).toEqual(["~/.claude/CLAUDE.md", "~/notes.md"]);
  });

  it.each([["@~/secret.md"], ["@../../secret.md"], ["@link.md"]])(
    "of a project that is not trusted never leave it: %s",
    async (path) => {
      await using outer = await start({});
      const { home, dir } = folders(outer.dir);
      write(dirname(home), "secret.md", "secret");
      write(dir, "AGENTS.md", path);
      symlinkSync(join(dirname(home), "secret.md"), join(dir, "link.md"));
      symlinkSync(join(dirname(home), "secret.md"), join(dir, "CLAUDE.md"));
      await using shell = await start({ home, dir, plugins: ["guidelines", "read", "trust", "permissions"] });
      expect((await told(shell)).text).not.toContain("\nsecret");
      expect(notices(shell).join("\n")).toMatch(
        /outside of the project; it is not read, because the project is not trusted/,
      );
    },
  );

  it.each([
    ["a person says yes", { ask: async () => ({ behavior: "allow" as const }) }, true],
    ["a person says no", { ask: async () => ({ behavior: "deny" as const, message: "no" }) }, false],
    ["nobody is there", { session: { headless: true } }, false],
    ["a rule allows it", { session: { headless: true }, rule: true }, true],
  ])(
    "of a trusted project leave it when %s",
    async (_who, { rule, ...options }: Partial<BootOptions> & { rule?: boolean }, follows) => {
      await using outer = await start({});
      const { home, dir } = folders(outer.dir);
      write(dirname(home), "shared.md", "shared");
      write(dir, "AGENTS.md", "@~/shared.md");
      const settings = { ...TRUST, ...(rule && { "permissions.allow": ["Read(~/shared.md)"] }) };
      await using shell = await start({
        home,
        dir,
        settings,
        plugins: ["guidelines", "read", "trust", "permissions"],
        ...options,
      });
      expect((await told(shell)).files).toEqual(follows ? ["AGENTS.md", "~/shared.md"] : ["AGENTS.md"]);
      expect(notices(shell).filter((text) => text.startsWith("Guidelines"))).toHaveLength(follows ? 0 : 1);
      await shell.send("again");
      expect(notices(shell).filter((text) => text.startsWith("Guidelines"))).toHaveLength(follows ? 0 : 1);
    },
  );
});
