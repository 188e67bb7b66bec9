import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { FlagValue } from "../../../schemas/front.js";
import { call, say } from "../../../test/boot.js";
import { house, open, pathOf, texts, transcripts } from "./house.js";
import { lockOf } from "./place.js";

describe("taking a session up again", () => {
  it("sends the same beginning byte for byte, whatever the clock says now", async () => {
    using home = house();
    const first = await home.boot({ script: [call("Look", { a: "ü\u2028" }), say("done")] });
    await first.send("one");
    const last = first.requests.at(-1)!;
    const { id } = first.session;
    await first[Symbol.asyncDispose]();

    await using second = await home.boot({ script: [say("again")] });
    const session = await open(second, { resume: id });
    expect(session.id).toBe(id);
    await session.send("two");
    const request = second.requests[0]!;
    expect(JSON.stringify(request.system)).toBe(JSON.stringify(last.system));
    expect(JSON.stringify(request.messages.slice(0, last.messages.length))).toBe(JSON.stringify(last.messages));
    expect(texts(request.messages).at(-1)).toBe("two");
    const kinds = readFileSync(pathOf(second, id), "utf8").match(/"source":"\w+"/g);
    expect(kinds).toEqual(['"source":"startup"', '"source":"resume"']);
  });

  it("answers a call that was cut off by a kill, once, in the file as well", async () => {
    using home = house();
    const first = await home.boot({ script: [call("Do", {}), say("done")], session: { id: "s" } });
    await first.send("one");
    const path = pathOf(first);
    await first[Symbol.asyncDispose]();
    const kept = readFileSync(path, "utf8").split("\n").slice(0, 4);
    expect(kept.at(-1)).toContain('"type":"call"');
    writeFileSync(path, `${kept.join("\n")}\n{"type":"resu`);

    for (const round of ["two", "three"]) {
      await using shell = await home.boot({ script: [say("ok")] });
      const session = await open(shell, { resume: "s" });
      await session.send(round);
      expect(shell.events.filter((event) => event.type === "notice")).toEqual([]);
    }
    const results = readFileSync(path, "utf8").match(/Interrupted before it finished/g);
    expect(results).toHaveLength(1);
  });

  it("says which lines were damaged and goes on with the others", async () => {
    using home = house();
    const first = await home.boot({ session: { id: "s" } });
    await first.send("one");
    appendFileSync(pathOf(first), "garbage\nmore garbage\n");
    await first[Symbol.asyncDispose]();
    await using second = await home.boot({});
    const session = await open(second, { continue: true });
    await session.send("two");
    expect(texts(session.messages)).toEqual(["one", "ok", "two", "ok"]);
    const notices = second.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
    expect(notices).toEqual([expect.stringContaining("2 damaged lines were skipped in ")]);
  });

  it("continues the newest session of the folder", async () => {
    using home = house();
    for (const id of ["older", "newer"]) {
      await using shell = await home.boot({ session: { id } });
      await shell.send(`said in ${id}`);
    }
    await using shell = await home.boot({});
    const session = await open(shell, { continue: true });
    expect(session.id).toBe("newer");
    expect(texts(session.messages)).toEqual(["said in newer", "ok"]);
  });

  it("forks: a new session with the same past, the old one untouched", async () => {
    using home = house();
    const first = await home.boot({ session: { id: "old" } });
    await first.send("shared");
    const path = pathOf(first);
    const before = readFileSync(path, "utf8");
    // The first run is still going: a fork needs no lock.
    const second = await home.boot({});
    const fork = await open(second, { resume: "old", "fork-session": true });
    await fork.send("only here");
    expect(fork.id).not.toBe("old");
    expect(fork.parent).toBe("old");
    expect(readFileSync(path, "utf8")).toBe(before);
    for (const shell of [first, second]) await shell[Symbol.asyncDispose]();

    await using third = await home.boot({});
    const again = await open(third, { resume: fork.id.slice(0, 13) });
    expect(texts(again.messages)).toEqual(["shared", "ok", "only here", "ok"]);
    await again.send("more");
    expect(texts(again.messages).slice(-2)).toEqual(["more", "ok"]);
  });

  it("of another process is refused with its number and the way out", async () => {
    using home = house();
    await using first = await home.boot({ session: { id: "s" } });
    await first.send("one");
    await using second = await home.boot({});
    await expect(open(second, { resume: "s" })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        new RegExp(`^This session is open in process ${process.pid} .*--fork-session`),
      ) as string,
    });
  });

  it("that is open in the same process is refused as well", async () => {
    using home = house();
    await using shell = await home.boot({ session: { id: "s" } });
    await shell.send("one");
    await expect(open(shell, { resume: "s" })).rejects.toThrow(`open in process ${process.pid}`);
    await shell.session.close();
    const again = await open(shell, { resume: "s" });
    expect(again.id).toBe("s");
    await again.close();
    expect(existsSync(lockOf(pathOf(shell, "s")))).toBe(false);
  });

  it("keeps the name it was given and finds it by that", async () => {
    using home = house();
    const first = await home.boot({ session: { name: "big fix" } });
    await first.send("one");
    const { id } = first.session;
    await first[Symbol.asyncDispose]();
    const second = await home.boot({});
    const session = await open(second, { resume: "big fix" });
    await session.send("two");
    expect(session.id).toBe(id);
    await second[Symbol.asyncDispose]();
    await using third = await home.boot({});
    const [one] = await (await transcripts(third)).list(home.dir);
    expect(one).toMatchObject({ id, name: "big fix", title: "one" });
  });

  it("gives a new session the id that was asked for, once", async () => {
    using home = house();
    const id = "6f1b9a52-3f0e-4c39-9f0c-2f1d3c5b7a90";
    await using first = await home.boot({});
    await (await open(first, { "session-id": id })).send("one");
    await using second = await home.boot({});
    await expect(open(second, { "session-id": id })).rejects.toThrow(
      `The session ${id} exists already: go on in it with --resume`,
    );
  });

  it.each<[string, Record<string, FlagValue>, RegExp]>([
    ["an id that is no UUID", { "session-id": "x" }, /^--session-id must be a UUID/],
    ["an id for a session that has one", { resume: "s", "session-id": "x" }, /add --fork-session/],
    ["an empty session", { resume: "" }, /^--resume needs a value/],
    ["a fork of nothing", { "fork-session": true }, /^--fork-session needs the session to fork/],
    ["two sessions", { resume: "s", continue: true }, /exclude each other/],
    ["nothing to continue", { continue: true }, /^There is no session to continue in /],
    ["a session that is not there", { resume: "s" }, /^There is no session "s"/],
  ])("refuses %s", async (_, flags, sentence) => {
    using home = house();
    await using shell = await home.boot({});
    await expect(open(shell, flags)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(sentence) as string,
    });
  });
});
