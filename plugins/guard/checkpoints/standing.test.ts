import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { keeping, picture, run, service } from "./testing.js";

const write = (name: string, content: string) => call("Write", { file_path: name, content });
const SLOW = 60_000;

describe("going back", () => {
  it(
    "keeps what was done before a prompt that changed nothing, also for prompts that were taken back",
    async () => {
      const script = [write("a.txt", "1"), say("one"), write("b.txt", "2"), say("two"), say("three")];
      await using shell = await keeping({ script });
      await shell.send("first");
      await shell.send("second");
      await shell.send("/rewind 1 conversation");
      await shell.send("third");
      const before = picture(shell.dir);
      expect((await shell.send("/rewind 1 files")).message).toContain("no file was put back");
      expect(picture(shell.dir)).toEqual(before);
    },
    SLOW,
  );

  it(
    "says of a fork what its parent has changed",
    async () => {
      await using shell = await keeping({ script: [write("a.txt", "1"), say("one"), write("b.txt", "2"), say("two")] });
      await shell.send("first");
      await shell.session.close();
      const transcripts = (await shell.kernel.service("transcripts"))!;
      const past = await transcripts.opening({ resume: shell.session.id, "fork-session": true }, { headless: true });
      const fork = await shell.kernel.open({ provider: "test-script", ...past });
      await fork.send("second");
      const { id } = fork.prompts[0]!;
      const left = `1 file stays that was changed before this session was forked: nacre rewind --session ${shell.session.id} puts such back.`;
      expect((await run(shell, "rewind", { session: fork.id, to: id, files: true, "dry-run": true })).out).toContain(
        left,
      );
      const restored = await (await service(shell)).restore(fork, id, { what: "both" });
      expect(restored).toMatchObject({ files: [join(shell.dir, "b.txt")], problems: [left] });
    },
    SLOW,
  );

  it(
    "passes over a later session whose commands changed nothing",
    async () => {
      await using shell = await keeping({ script: [write("a.txt", "1"), say("one")] });
      await shell.send("first");
      await shell.session.close();
      const script = [call("Bash", { command: "touch a.txt; true" }), say("two")];
      await using later = await keeping({ dir: shell.dir, home: shell.home, script });
      await later.send("second");
      await later.session.close();
      expect((await run(shell, "undo", { list: true })).out).toMatch(/Write +a\.txt/);
      expect((await run(shell, "undo", {})).code).toBe(0);
      expect(picture(shell.dir)).toEqual({});
    },
    SLOW,
  );

  it(
    "takes nothing back of a session that another process has open",
    async () => {
      await using shell = await keeping({ script: [write("a.txt", "1"), say("one")] });
      await shell.send("first");
      const before = picture(shell.dir);
      const to = shell.session.prompts[0]!.id;
      await expect(run(shell, "rewind", { to, both: true })).rejects.toThrow("is open in");
      expect(picture(shell.dir)).toEqual(before);
      expect((await run(shell, "rewind", { to, files: true })).code).toBe(0);
      expect(picture(shell.dir)).toEqual({});
    },
    SLOW,
  );
});
