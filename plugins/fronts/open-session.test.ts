import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FlagValue } from "../../schemas/front.js";
import { textOf } from "../../schemas/message.js";
import { call, say } from "../../test/boot.js";
import { drive, gate, tools, type Drive } from "./drive.js";

const ID = "0d0c1c3e-9f39-4f3c-a9a4-333333333333";

describe("openSession", () => {
  let base = "";
  beforeAll(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-open-")));
    mkdirSync(join(base, "work"));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  const run = (prompt: string, flags: Record<string, FlagValue>): Promise<Drive> =>
    drive({
      words: [prompt],
      input: "",
      flags: { "output-format": "json", ...flags },
      plugins: [tools, gate, "transcript"],
      script: [say(`answer to ${prompt}`)],
      dir: join(base, "work"),
      home: join(base, "home"),
    });
  const asked = (run: Drive): string[] => run.shell.requests[0]!.messages.map((message) => textOf(message.content));
  const session = (run: Drive): unknown => (JSON.parse(run.stdout()) as { session_id: unknown }).session_id;

  it("opens a new session, takes it up again by --continue, by id and by name, and forks it", async () => {
    await using first = await run("one", { "session-id": ID, name: "mine" });
    expect(await first.code).toBe(0);
    expect(session(first)).toBe(ID);
    await first[Symbol.asyncDispose]();

    await using second = await run("two", { continue: true });
    expect(await second.code).toBe(0);
    expect(session(second)).toBe(ID);
    expect(asked(second)).toEqual(["one", "answer to one", "two"]);
    await second[Symbol.asyncDispose]();

    await using forked = await run("three", { resume: "mine", "fork-session": true });
    expect(await forked.code).toBe(0);
    expect(session(forked)).not.toBe(ID);
    expect(asked(forked)).toEqual(["one", "answer to one", "two", "answer to two", "three"]);
    await forked[Symbol.asyncDispose]();

    await using last = await run("four", { resume: ID.slice(0, 13) });
    expect(await last.code).toBe(0);
    expect(asked(last)).toEqual(["one", "answer to one", "two", "answer to two", "four"]);
  });

  it("refuses a session that is not there in one sentence", async () => {
    await using missing = await run("one", { resume: "nowhere" });
    await expect(missing.code).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("nowhere") as string,
    });
  });

  it.each(["continue", "resume", "fork-session"])("says that --%s needs sessions on disk", async (flag) => {
    const script = [call("Look", {})];
    await using bare = await drive({
      words: ["go"],
      input: "",
      flags: { [flag]: flag === "resume" ? "x" : true },
      script,
    });
    await expect(bare.code).rejects.toMatchObject({
      exitCode: 2,
      message: `--${flag} needs sessions on disk, and no plugin that keeps them is loaded.`,
    });
  });
});
