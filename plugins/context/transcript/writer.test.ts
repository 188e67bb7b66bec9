import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { TurnEvent } from "../../../schemas/event.js";
import { fileOf, lockOf, projectFolder } from "./place.js";
import { begun, call, deskIn, notice, prompt, readBack, ROOT, sessionEvent, temporary } from "./samples.js";

const end: TurnEvent = { type: "end", at: 9, reason: "completed", turns: 1, ms: 1 };

function lines(path: string): Record<string, unknown>[] {
  const text = readFileSync(path, "utf8");
  expect(text.endsWith("\n")).toBe(true);
  return text
    .slice(0, -1)
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("a writer", () => {
  it("leaves no file for a session that nobody used", () => {
    using dir = temporary();
    const writer = begun(deskIn(dir.path), sessionEvent("a"));
    writer.take(notice("hello"));
    writer.take({ type: "prompt", at: 1, id: "h", content: [], origin: "hook" });
    writer.close();
    expect(existsSync(join(dir.path, "projects"))).toBe(false);
  });

  it("makes the file at the first prompt, the session first, readable by nobody else", () => {
    using dir = temporary();
    const desk = deskIn(dir.path);
    const writer = begun(desk, sessionEvent("a"));
    writer.take(notice("before"));
    expect(writer.take(prompt("hi"))).toBeUndefined();
    const path = join(dir.path, "projects", "-work-project", "a.jsonl");
    expect(lines(path).map((line) => line["type"])).toEqual(["session", "notice", "prompt"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir.path, "projects")).mode & 0o777).toBe(0o700);
    writer.close();
  });

  it("has every event in the file when it returns, and keeps no details of a result", () => {
    using dir = temporary();
    const writer = begun(deskIn(dir.path), sessionEvent("a"));
    const path = fileOf(projectFolder(dir.path, ROOT), "a");
    writer.take(prompt("hi"));
    for (const event of [call("1", "read"), call("2", "write")]) {
      writer.take(event);
      expect(lines(path).at(-1)).toEqual(event);
    }
    const result = { type: "result", at: 5, id: "1", name: "T", content: "ok", isError: false, ms: 1 } as const;
    writer.take({ ...result, details: { big: "x".repeat(1000) } });
    expect(lines(path).at(-1)).toEqual(result);
    writer.close();
  });

  it("goes on after the end of a turn and tells the name in the turn's last line", () => {
    using dir = temporary();
    const writer = begun(deskIn(dir.path), sessionEvent("a", { name: "fix" }));
    for (const event of [prompt("one"), end, prompt("two"), end]) expect(writer.take(event)).toBeUndefined();
    const path = fileOf(projectFolder(dir.path, ROOT), "a");
    expect(lines(path).map((line) => line["type"])).toEqual(["session", "prompt", "end", "prompt", "end"]);
    expect(lines(path).at(-1)?.["name"]).toBe("fix");
    writer.close();
  });

  it("puts a session that runs under another one beside that one's file", () => {
    using dir = temporary();
    const writer = begun(deskIn(dir.path), sessionEvent("child", { parent: "mother" }));
    writer.take(prompt("hi"));
    const folder = projectFolder(dir.path, ROOT);
    expect(existsSync(join(folder, "mother", "subagents", "agent-child.jsonl"))).toBe(true);
    writer.close();
  });

  it.each(["../../../escape", "..", "a/b", ".hidden", "x".repeat(400)])("keeps the id %j inside its folder", (id) => {
    using dir = temporary();
    const writer = begun(deskIn(dir.path), sessionEvent(id));
    expect(writer.take(prompt("hi"))).toBeUndefined();
    const file = fileOf(projectFolder(dir.path, ROOT), id);
    expect(dirname(file)).toBe(projectFolder(dir.path, ROOT));
    expect(existsSync(file)).toBe(true);
    writer.close();
  });

  it("takes a cut last line for lost and goes on in a line of its own", async () => {
    using dir = temporary();
    const desk = deskIn(dir.path);
    const path = fileOf(projectFolder(dir.path, ROOT), "a");
    const first = begun(desk, sessionEvent("a"));
    first.take(prompt("one"));
    first.close();
    appendFileSync(path, '{"type":"prompt","content":[{"ty');
    const second = begun(desk, sessionEvent("a", { source: "resume" }));
    second.take(prompt("two"));
    second.close();
    const { events, reading } = await readBack(dir.path, path);
    expect(events.map((event) => event.type)).toEqual(["session", "prompt", "session", "prompt"]);
    expect(reading.damaged).toBe(0);
  });

  it("says once that a session cannot be saved and stays silent from then on", () => {
    using dir = temporary();
    writeFileSync(join(dir.path, "projects"), "a file where the folder should be");
    const writer = begun(deskIn(dir.path), sessionEvent("a"));
    expect(writer.take(prompt("hi"))).toMatch(/^This session goes on without being saved to .*a\.jsonl: /);
    expect(writer.take(prompt("again"))).toBeUndefined();
    expect(writer.take(end)).toBeUndefined();
    writer.close();
  });

  it.runIf(process.getuid?.() !== 0)("names a home without permission to write", () => {
    using dir = temporary();
    chmodSync(dir.path, 0o500);
    const writer = begun(deskIn(dir.path), sessionEvent("a"));
    expect(writer.take(prompt("hi"))).toContain("there is no permission to write");
    chmodSync(dir.path, 0o700);
  });

  it("says so when the file was removed between two turns, and makes no new one without its past", () => {
    using dir = temporary();
    const writer = begun(deskIn(dir.path), sessionEvent("a"));
    for (const event of [prompt("one"), end]) writer.take(event);
    const path = fileOf(projectFolder(dir.path, ROOT), "a");
    rmSync(path);
    expect(writer.take(prompt("two"))).toContain("its file was removed");
    expect(existsSync(path)).toBe(false);
  });

  it("never writes a new session into a file that is there", () => {
    using dir = temporary();
    const path = fileOf(projectFolder(dir.path, ROOT), "a");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "old\n");
    const writer = begun(deskIn(dir.path), sessionEvent("a"));
    expect(writer.take(prompt("hi"))).toContain("is there already");
    expect(readFileSync(path, "utf8")).toBe("old\n");
  });

  it("holds the lock from the first prompt until it closes", () => {
    using dir = temporary();
    const writer = begun(deskIn(dir.path), sessionEvent("a"));
    const lock = lockOf(fileOf(projectFolder(dir.path, ROOT), "a"));
    expect(existsSync(lock)).toBe(false);
    writer.take(prompt("hi"));
    expect(JSON.parse(readFileSync(lock, "utf8"))).toMatchObject({ pid: process.pid });
    writer.close();
    expect(existsSync(lock)).toBe(false);
  });

  it("saves nothing of a session that another process took meanwhile", () => {
    using dir = temporary();
    const path = fileOf(projectFolder(dir.path, ROOT), "a");
    const one = begun(deskIn(dir.path), sessionEvent("a"));
    one.take(prompt("mine"));
    const before = readFileSync(path, "utf8");
    const other = begun(deskIn(dir.path), sessionEvent("a", { source: "resume" }));
    expect(other.take(prompt("mine too"))).toContain(`open in process ${process.pid}`);
    expect(readFileSync(path, "utf8")).toBe(before);
    one.close();
  });
});
