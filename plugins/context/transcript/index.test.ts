import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { call, say, type BootOptions } from "../../../test/boot.js";
import { echo, house, pathOf } from "./house.js";
import { fileOf, lockOf, projectFolder } from "./place.js";

describe("a session", () => {
  it("has each event on disk before anything acts on it", async () => {
    using home = house();
    const seen: string[][] = [];
    const types = (path: string): string[] =>
      readFileSync(path, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => (JSON.parse(line) as { type: string }).type);
    const spy: Plugin = {
      name: "spy",
      setup(ctx) {
        const look = (): void => void seen.push(types(fileOf(projectFolder(home.home, home.dir), "s")));
        const inputSchema = { type: "object" };
        const run = async (): Promise<{ content: string }> => {
          look();
          return { content: "" };
        };
        ctx.add("tool", { name: "Spy", description: "", inputSchema, effect: "write", run });
        ctx.add("middleware", {
          name: "spy",
          model(request, signal, next) {
            look();
            return next(request, signal);
          },
        });
      },
    };
    await using shell = await home.boot({
      plugins: ["transcript", echo, spy],
      script: [call("Spy", {}), say("done")],
      session: { id: "s" },
    });
    await shell.send("go");
    const started = ["session", "prompt"];
    expect(seen).toEqual([started, [...started, "reply", "call"], [...started, "reply", "call", "result"]]);
    expect(types(pathOf(shell)).slice(-2)).toEqual(["reply", "end"]);
    expect(readFileSync(pathOf(shell), "utf8")).not.toContain("details");
  });

  it("that was opened and never used leaves nothing behind", async () => {
    using home = house();
    const shell = await home.boot({});
    await shell[Symbol.asyncDispose]();
    expect(existsSync(join(home.home, "projects"))).toBe(false);
  });

  it.each<[string, Partial<BootOptions>]>([
    ["the setting transcript.persist", { settings: { "transcript.persist": false } }],
    ["a replay of a recording", { settings: { "record.replay": "run.jsonl" } }],
    ["CLAUDE_CODE_SKIP_PROMPT_HISTORY", { env: { CLAUDE_CODE_SKIP_PROMPT_HISTORY: "1" } }],
  ])("is not written down when %s says so", async (_, options) => {
    using home = house();
    await using shell = await home.boot(options);
    await shell.send("secret");
    expect(existsSync(join(home.home, "projects"))).toBe(false);
  });

  it("that cannot be saved says so once and goes on", async () => {
    using home = house();
    writeFileSync(join(home.home, "projects"), "in the way");
    await using shell = await home.boot({ script: [call("Do", {}), say("done")] });
    expect((await shell.send("go")).reason).toBe("completed");
    const notices = shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
    expect(notices).toEqual([expect.stringMatching(/^This session goes on without being saved to /)]);
  });

  it("gives its lock back when it is closed", async () => {
    using home = house();
    await using shell = await home.boot({});
    await shell.send("one");
    expect(existsSync(lockOf(pathOf(shell)))).toBe(true);
    await shell.session.close();
    expect(existsSync(lockOf(pathOf(shell)))).toBe(false);
  });
});
