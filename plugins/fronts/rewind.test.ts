import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Plugin } from "../../core/types.js";
import { call, say } from "../../test/boot.js";
import { person } from "./plain/person.js";
import { connect } from "./print/test-client.js";

const SLOW = 60_000;

const open: Plugin = {
  name: "open-gate",
  setup: (ctx) =>
    ctx.tap("PreToolUse", async (pending) => ({
      ...pending,
      decision: { behavior: "allow" as const, reason: "test" },
    })),
};
const plugins = ["checkpoints", "commands", "write", open];
const script = [call("Write", { file_path: "a.txt", content: "1" }), say("one"), say("two")];

it(
  "/rewind at the terminal asks for a prompt and for what goes back.",
  async () => {
    await using run = await person(script, { plugins });
    await run.sees("> ");
    run.type("make a file\r");
    await run.sees("one");
    await run.sees("> ");
    run.type("/rewind\r");
    await run.sees("1  make a file (1 file changed)");
    await run.sees("Enter to stay: ");
    run.type("1\r");
    await run.sees("b = both: ");
    run.type("b\r");
    await run.sees("The conversation goes on from before");
    expect(existsSync(join(run.run.shell.dir, "a.txt"))).toBe(false);
    expect(await run.leave()).toBe(0);
  },
  SLOW,
);

it(
  "rewind_files puts back what was changed since a message of the client, or says what it would.",
  async () => {
    await using client = await connect(script, { plugins });
    const id = "7b0f7a3e-0000-4000-8000-000000000001";
    client.run.say({ type: "user", uuid: id, message: { role: "user", content: "make a file" } });
    await client.run.line((line) => line["type"] === "result");
    const file = join(client.run.shell.dir, "a.txt");
    const would = await client.request({ subtype: "rewind_files", user_message_id: id, dry_run: true });
    expect(would).toMatchObject({ response: { canRewind: true, filesChanged: [file] } });
    expect(existsSync(file)).toBe(true);
    writeFileSync(file, "mine");
    const not = await client.request({ subtype: "rewind_files", user_message_id: id });
    expect(not).toMatchObject({ response: { canRewind: false, error: expect.stringContaining("has changed since") } });
    writeFileSync(file, "1");
    await client.request({ subtype: "rewind_files", user_message_id: id });
    expect(existsSync(file)).toBe(false);
    expect(await client.request({ subtype: "rewind_files", user_message_id: "x" })).toMatchObject({ subtype: "error" });
    expect(await client.close()).toBe(0);
  },
  SLOW,
);
