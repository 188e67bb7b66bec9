import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../schemas/errors.js";
import type { SessionEvent, TurnEvent } from "../../../schemas/event.js";
import { ownStart } from "../../../schemas/process-start.js";
import { fileOf, projectFolder } from "./place.js";
import { begun, deskIn, prompt, sessionEvent, temporary } from "./samples.js";
import { Shelf } from "./shelf.js";

const OTHER = "/work/other";

interface Kept {
  readonly id: string;
  readonly age: number;
  readonly said?: string;
  readonly more?: Partial<SessionEvent>;
}

/** A home with some sessions, `age` seconds old. */
function shelfWith(home: string, ...kept: readonly Kept[]): Shelf {
  const desk = deskIn(home);
  for (const { id, age, said = `prompt of ${id}`, more } of kept) {
    const root = more?.root ?? "/work/project";
    const writer = begun(desk, sessionEvent(id, { cwd: root, ...more }));
    writer.take(prompt(said));
    writer.take({ type: "end", at: 1, reason: "completed", turns: 1, ms: 1 });
    writer.close();
    const time = Date.now() / 1000 - age;
    utimesSync(fileOf(projectFolder(home, root), id), time, time);
  }
  return new Shelf(desk);
}

describe("the sessions on disk", () => {
  it("are listed newest first, those of other folders only when asked for", async () => {
    using dir = temporary();
    const shelf = shelfWith(
      dir.path,
      { id: "old", age: 20 },
      { id: "new", age: 10 },
      { id: "far", age: 5, more: { root: OTHER } },
    );
    expect((await shelf.list("/work/project")).map((one) => one.id)).toEqual(["new", "old"]);
    expect((await shelf.list()).map((one) => one.id)).toEqual(["far", "new", "old"]);
    expect((await shelf.list())[0]).toMatchObject({ title: "prompt of far", cwd: OTHER });
  });

  it("do not make a listing wait for a named pipe, and a lock of a killed process alone is cleared away", async () => {
    using dir = temporary();
    const shelf = shelfWith(dir.path, { id: "one", age: 1 });
    const folder = projectFolder(dir.path, "/work/project");
    execFileSync("mkfifo", [join(folder, "pipe.jsonl")]);
    const dead = JSON.stringify({ pid: 4194305, start: "1" });
    for (const name of ["one", "never", "busy"]) writeFileSync(join(folder, `${name}.lock`), dead);
    writeFileSync(join(folder, "busy.lock"), JSON.stringify({ pid: process.pid, start: ownStart() }));
    expect((await shelf.list("/work/project")).map((one) => one.id)).toEqual(["one"]);
    expect(readdirSync(folder).toSorted()).toEqual(["busy.lock", "one.jsonl", "one.lock", "pipe.jsonl"]);
  });

  it("are found where their first line is broken", async () => {
    using dir = temporary();
    const shelf = shelfWith(dir.path, { id: "one", age: 1 });
    const file = fileOf(projectFolder(dir.path, "/work/project"), "one");
    writeFileSync(file, `{"type":"sess\n${readFileSync(file, "utf8").split("\n").slice(1).join("\n")}`);
    expect((await shelf.latest("/work/project", { headless: true }))?.path).toBe(file);
  });

  it("of two folders whose names look alike are told apart", async () => {
    using dir = temporary();
    const shelf = shelfWith(
      dir.path,
      { id: "dash", age: 1, more: { root: "/a/b-c" } },
      { id: "slash", age: 2, more: { root: "/a/b/c" } },
    );
    expect((await shelf.list("/a/b/c")).map((one) => one.id)).toEqual(["slash"]);
    expect((await shelf.latest("/a/b-c", { headless: true }))?.id).toBe("dash");
  });

  it("has a newest one, which a person's front takes only from those that a person watched", async () => {
    using dir = temporary();
    const shelf = shelfWith(dir.path, { id: "watched", age: 9 }, { id: "alone", age: 1, more: { headless: true } });
    expect((await shelf.latest("/work/project", { headless: true }))?.id).toBe("alone");
    expect((await shelf.latest("/work/project", { headless: false }))?.id).toBe("watched");
    expect(await shelf.latest("/nowhere", { headless: true })).toBeUndefined();
  });

  it.each([
    ["an id", "aaaa-1"],
    ["the beginning of an id", "aaaa"],
    ["a name", "the fix"],
  ])("are found by %s, also from another folder", async (_, wanted) => {
    using dir = temporary();
    const shelf = shelfWith(dir.path, { id: "aaaa-1", age: 1, more: { name: "the fix" } }, { id: "bbbb-1", age: 2 });
    expect((await shelf.find(wanted, "/work/project")).id).toBe("aaaa-1");
    expect((await shelf.find(wanted, OTHER)).id).toBe("aaaa-1");
  });

  it("are found by file", async () => {
    using dir = temporary();
    const shelf = shelfWith(dir.path);
    writeFileSync(
      join(dir.path, "x.jsonl"),
      `${JSON.stringify(sessionEvent("far"))}\n${JSON.stringify(prompt("hi"))}\n`,
    );
    const found = await shelf.find("./x.jsonl", dir.path);
    expect(found).toMatchObject({ id: "far", title: "hi" });
    const events: TurnEvent[] = [];
    for await (const event of found.events()) events.push(event);
    expect(events.map((event) => event.type)).toEqual(["session", "prompt"]);
  });

  it("of this folder come before those of others, and a name given twice means the newest", async () => {
    using dir = temporary();
    const shelf = shelfWith(
      dir.path,
      { id: "here", age: 9, more: { name: "n" } },
      { id: "there", age: 1, more: { name: "n", root: OTHER } },
      { id: "newer", age: 5, more: { name: "n" } },
    );
    expect((await shelf.find("n", "/work/project")).id).toBe("newer");
  });

  it("that a beginning does not tell apart are named", async () => {
    using dir = temporary();
    const shelf = shelfWith(dir.path, { id: "ab-1", age: 1 }, { id: "ab-2", age: 2 });
    await expect(shelf.find("ab", "/work/project")).rejects.toThrow(
      'Several sessions begin with "ab": ab-1, ab-2; give more of the id.',
    );
  });

  it("are named when the wanted one is not there", async () => {
    using dir = temporary();
    const shelf = shelfWith(dir.path, { id: "one", age: 1 });
    const error = await shelf.find("two", "/work/project").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      exitCode: 2,
      message:
        'There is no session "two". The last of this folder: one (prompt of one); see "nacre sessions list --all".',
    });
    await expect(shelf.find("two", OTHER)).rejects.toThrow("This folder has none");
  });

  it("have the name they were given last, and a title in one line of plain text", async () => {
    using dir = temporary();
    const shelf = shelfWith(dir.path, { id: "one", age: 1, said: `a\n\u001b[31m${"b".repeat(200)}` });
    const path = fileOf(projectFolder(dir.path, "/work/project"), "one");
    writeFileSync(path, `${JSON.stringify({ type: "change", at: 1, name: "renamed" })}\n`, { flag: "a" });
    const [one] = await shelf.list("/work/project");
    expect(one?.name).toBe("renamed");
    expect(one?.title).toMatch(/^a \[31mb+…$/);
    expect(one?.title).toHaveLength(80);
  });

  it("have as a title what was typed, without what commands made of it", async () => {
    using dir = temporary();
    const shelf = shelfWith(dir.path, { id: "one", age: 1, said: "/ship it" });
    const path = fileOf(projectFolder(dir.path, "/work/project"), "one");
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace('"text":"/ship it"}', '$&,{"type":"text","text":"Ship it now."}'),
    );
    expect((await shelf.list("/work/project"))[0]?.title).toBe("/ship it");
  });

  it("with a first line of 300 KB still have their title", async () => {
    using dir = temporary();
    const shelf = shelfWith(dir.path, { id: "one", age: 1, more: { system: ["x".repeat(300_000)] } });
    expect((await shelf.list())[0]?.title).toBe("prompt of one");
  });

  it("with a broken beginning are listed by their file's name", async () => {
    using dir = temporary();
    const shelf = shelfWith(dir.path, { id: "one", age: 1 });
    const path = fileOf(projectFolder(dir.path, "/work/project"), "broken");
    writeFileSync(path, "\0\0\0\n");
    expect((await shelf.list("/work/project")).map((one) => one.id).toSorted()).toEqual(["broken", "one"]);
  });
});
