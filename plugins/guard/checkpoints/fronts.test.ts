import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boot, call, say } from "../../../test/boot.js";
import { commitAll, git, keeping, open, picture, run, service } from "./testing.js";

const write = (name: string, content: string) => call("Write", { file_path: name, content });
const SLOW = 60_000;

describe("/undo and /rewind", () => {
  it(
    "list what there is, put it back, and tell the model with the next prompt",
    async () => {
      await using shell = await keeping({
        script: [write("a.txt", "1"), say("one"), write("b.txt", "2"), say("two"), say("three")],
      });
      await shell.send("first");
      await shell.send("second");
      expect((await shell.send("/undo list")).message).toMatch(/ {2}Write {3}b\.txt\n.* {2}Write {3}a\.txt$/);
      expect((await shell.send("/rewind")).message).toMatch(
        /1 .*second \(1 file changed\).*\n +2 .*first \(1 file changed\)/,
      );
      expect((await shell.send("/undo --dry-run")).message).toBe(
        "undo Write: b.txt: 1 file would be put back.\n  b.txt",
      );
      expect(existsSync(join(shell.dir, "b.txt"))).toBe(true);
      expect((await shell.send("/undo")).message).toBe("undo Write: b.txt: 1 file put back.\n  b.txt");
      expect(existsSync(join(shell.dir, "b.txt"))).toBe(false);
      await shell.send("third");
      const said = JSON.stringify(shell.requests.at(-1)!.messages.at(-1));
      expect(said).toContain("third");
      expect(said).toContain(`- ${shell.dir}/b.txt`);
      expect(JSON.stringify(shell.requests.at(-1)!.messages.slice(0, -1))).not.toContain("put files back");
    },
    SLOW,
  );

  it.each(["files", "conversation", "both"] as const)(
    "go back to a prompt with %s",
    async (what) => {
      const script = [
        write("a.txt", "1"),
        say("one"),
        write("a.txt", "2"),
        write("b.txt", "2"),
        say("two"),
        say("three"),
      ];
      await using shell = await keeping({ script });
      await shell.send("first");
      const before = picture(shell.dir);
      const messages = shell.session.messages.length;
      const request = shell.requests.length;
      await shell.send("second");
      const after = picture(shell.dir);
      const end = await shell.send(`/rewind 1 ${what}`);
      expect(end.message).toContain(what === "conversation" ? "goes on from before" : "2 files put back");
      expect(picture(shell.dir)).toEqual(what === "conversation" ? after : before);
      expect(shell.session.messages).toHaveLength(what === "files" ? messages + 6 : messages);
      await shell.send("third");
      const said = JSON.stringify(shell.requests.at(-1)!.messages.at(-1));
      const told = { files: "put files back", conversation: "Files were not put back", both: undefined }[what];
      if (told === undefined) expect(said).not.toContain("a.txt");
      else expect(said).toContain(told);
      const sent = shell.requests.at(-1)!.messages;
      if (what !== "files")
        expect(sent.slice(0, messages)).toEqual(shell.requests[request]!.messages.slice(0, messages));
    },
    SLOW,
  );

  it(
    "let no stale edit through",
    async () => {
      const edit = (from: string, to: string) => call("Edit", { file_path: "a.txt", old_string: from, new_string: to });
      const script = [
        call("Read", { file_path: "a.txt" }),
        edit("one", "two"),
        say("done"),
        edit("one", "three"),
        say("done"),
        edit("one", "three"),
        say("end"),
      ];
      await using shell = await keeping({ script, files: { "a.txt": "one\n" } });
      await shell.send("go");
      await shell.send("/undo");
      await shell.send("again");
      expect(shell.results().at(-1)).toMatchObject({
        isError: true,
        content: expect.stringContaining("changed since it was read"),
      });
      await (await service(shell)).restore(shell.session, shell.session.prompts[0]!.id, { what: "conversation" });
      await shell.send("and again");
      expect(shell.results().at(-1)).toMatchObject({
        isError: true,
        content: expect.stringContaining("has not been read"),
      });
    },
    SLOW,
  );

  it.each([
    ["/undo sideways", '/undo knows "redo" and "list"'],
    ["/undo", "There is nothing to undo"],
    ["/rewind 7 files", "There is no prompt 7"],
    ["/rewind 1", "Say what goes back"],
    ["/rewind 1 everything", "Say what goes back"],
  ])("say what is wrong with %s", async (line, sentence) => {
    await using shell = await keeping({ script: [say("one")] });
    await shell.send("first");
    expect(JSON.stringify(await shell.send(line))).toContain(JSON.stringify(sentence).slice(1, -1));
  });
});

describe("nacre undo and nacre rewind", () => {
  it(
    "work on the last session of the folder that changed files, and the model hears of it when that goes on",
    async () => {
      await using shell = await keeping({ script: [write("a.txt", "1"), say("one"), write("b.txt", "2"), say("two")] });
      await shell.send("first");
      await shell.send("second");
      await shell.session.close();
      expect((await run(shell, "undo", { list: true })).out).toMatch(/b\.txt.*\n.*a\.txt/);
      const list = JSON.parse((await run(shell, "rewind", { list: true, json: true })).out) as {
        id: string;
        title: string;
      }[];
      expect(list.map(({ title }) => title)).toEqual(["second", "first"]);
      expect(await run(shell, "undo", {})).toEqual({ code: 0, out: "undo Write: b.txt: 1 file put back.\n  b.txt\n" });
      const transcripts = (await shell.kernel.service("transcripts"))!;
      const past = await transcripts.opening({ resume: shell.session.id }, { headless: true });
      const again = await shell.kernel.open({ provider: "test-script", ...past });
      expect(JSON.stringify(again.messages.at(-1))).toContain("put files back");
      await again.close();
      const back = await run(shell, "rewind", { to: list[1]!.id, both: true });
      expect(back.out).toContain("The conversation goes on from before that prompt.");
      expect(back.code).toBe(0);
      expect(picture(shell.dir)).toEqual({});
      const other = await transcripts.opening({ resume: shell.session.id }, { headless: true });
      expect((await shell.kernel.open({ provider: "test-script", ...other })).messages).toEqual([]);
    },
    SLOW,
  );

  it(
    "tell the model of an open session with its next prompt",
    async () => {
      await using shell = await keeping({ script: [write("a.txt", "1"), say("one"), say("two")] });
      await shell.send("first");
      expect((await run(shell, "undo", {})).code).toBe(0);
      await shell.send("second");
      expect(JSON.stringify(shell.requests.at(-1)!.messages.at(-1))).toContain("put files back");
      await expect(run(shell, "rewind", { to: shell.session.prompts[0]!.id, conversation: true })).rejects.toThrow(
        "is open in",
      );
    },
    SLOW,
  );

  it(
    "take no beginning of an id that several sessions share",
    async () => {
      await using shell = await keeping({ script: [write("a.txt", "1"), say("one"), write("b.txt", "2"), say("two")] });
      await shell.send("first");
      const other = await shell.kernel.open({ provider: "test-script" });
      await other.send("second");
      await Promise.all([shell.session.close(), other.close()]);
      await expect(run(shell, "undo", { session: "" })).rejects.toThrow('Several sessions begin with ""');
      expect(existsSync(join(shell.dir, "b.txt"))).toBe(true);
      expect((await run(shell, "undo", { session: other.id.slice(0, 13) })).code).toBe(0);
      expect(existsSync(join(shell.dir, "b.txt"))).toBe(false);
    },
    SLOW,
  );

  it.each([
    ["undo", {}, "No session of this folder has changed files"],
    ["undo", { session: "nowhere" }, "has not changed files"],
    ["rewind", {}, "There is no session in"],
    ["rewind", { files: true, both: true }, "exclude each other"],
    ["undo all", {}, 'nacre undo takes no "all"'],
    ["rewind 2", {}, 'nacre rewind takes no "2"'],
  ])("say why not: %s %j", async (name, flags, sentence) => {
    await using shell = await boot({ script: [] });
    await expect(run(shell, name, flags)).rejects.toThrow(sentence);
  });
});

describe("two sessions in one folder", () => {
  it(
    "take back each its own, and leave alone what the other changed since",
    async () => {
      await using one = await keeping({ script: [write("a.txt", "1"), say("done")] });
      await one.send("go");
      await using two = await boot({
        plugins: ["checkpoints", "read", "write", open],
        script: [[call("Read", { file_path: "a.txt" })], [write("a.txt", "2"), write("b.txt", "2")], say("done")],
        dir: one.dir,
        home: one.home,
      });
      await two.send("go");
      const first = await (await service(one)).restore(one.session, undefined);
      expect(first.files).toEqual([]);
      expect(first.problems[0]).toContain("a.txt stays: it has changed since.");
      const second = await (await service(two)).restore(two.session, two.session.prompts[0]!.id);
      expect(second.files).toHaveLength(2);
      expect(picture(one.dir)).toEqual({ "a.txt": "644 1" });
      expect((await (await service(one)).restore(one.session, undefined)).files).toHaveLength(1);
      expect(picture(one.dir)).toEqual({});
    },
    SLOW,
  );
});

it(
  "What a repository configures does not run while it is looked at.",
  async () => {
    const script = [call("Bash", { command: "echo 1 >> a.txt" }), say("done")];
    await using shell = await keeping({
      script,
      files: { "a.txt": "a\n", ".gitattributes": "* filter=evil diff=evil\n" },
    });
    commitAll(shell.dir);
    const evil = `touch ${shell.dir}/../evil; cat`;
    for (const key of ["filter.evil.clean", "filter.evil.smudge", "core.fsmonitor", "diff.evil.textconv"])
      git(shell.dir, "config", key, evil);
    await shell.send("go");
    await (await service(shell)).restore(shell.session, undefined);
    expect(existsSync(join(shell.dir, "../evil"))).toBe(false);
    expect(readFileSync(join(shell.dir, "a.txt"), "utf8")).toBe("a\n");
  },
  SLOW,
);
