import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { FlagValue, Io } from "../../../schemas/front.js";
import { call, say, type Shell } from "../../../test/boot.js";
import { house, type House } from "./house.js";

describe("nacre sessions", () => {
  async function run(shell: Shell, positionals: string[], flags: Record<string, FlagValue> = {}): Promise<string> {
    const stdout = new PassThrough();
    const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() } as unknown as Io;
    const command = await shell.kernel.get("subcommand", "sessions");
    expect(await command?.run({ positionals, flags, io })).toBe(0);
    stdout.end();
    return Buffer.concat(await stdout.toArray()).toString("utf8");
  }

  async function used(home: House): Promise<Shell> {
    const shell = await home.boot({
      script: [call("Look", { path: "a" }), say("All ```good```.")],
      session: { id: "abc" },
    });
    await shell.send("Look at a.");
    return shell;
  }

  it("lists them as a table and as JSON", async () => {
    using home = house();
    await using shell = await used(home);
    expect(await run(shell, ["list"])).toMatch(/^abc {2}\d{4}-\d\d-\d\d \d\d:\d\d {2,}\d KB {2}Look at a\.\n$/);
    expect(JSON.parse(await run(shell, ["list"], { json: true, all: true }))).toMatchObject([
      { id: "abc", cwd: home.dir },
    ]);
  });

  it("shows and exports one as Markdown, JSON and JSON lines", async () => {
    using home = house();
    await using shell = await used(home);
    const markdown = await run(shell, ["show", "abc"]);
    for (const part of ["## User\n\nLook at a.", '"path": "a"', "Result: Look", "All ```good```."])
      expect(markdown).toContain(part);
    const events = JSON.parse(await run(shell, ["export", "abc"], { format: "json" })) as object[];
    const lines = (await run(shell, ["export", "abc"], { format: "jsonl" })).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual(events);
    expect(await run(shell, ["export", "abc", "out.md"])).toBe("");
    expect(readFileSync(join(home.dir, "out.md"), "utf8")).toBe(markdown);
    await expect(run(shell, ["export", "abc", "out.md"])).rejects.toThrow("it exists already");
  });

  it.each([
    [["drop"], {}, "there are list, show and export"],
    [["show"], {}, "needs a session"],
    [["show", "abc"], { format: "pdf" }, "--format must be one of md, json, jsonl"],
  ])("refuses %j %j", async (positionals, flags, sentence) => {
    using home = house();
    await using shell = await used(home);
    await expect(run(shell, positionals, flags)).rejects.toThrow(sentence);
  });
});
