import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { releaseLock, takeLock } from "./lock.js";
import { isRunning, ownStart } from "./process-start.js";
import { temporary } from "./samples.js";

async function sleeper(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 20000)"], { stdio: "ignore" });
  await once(child, "spawn");
  return child;
}

function startOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

describe("a lock", () => {
  it("is taken once and free again after it was given back", () => {
    using dir = temporary();
    const path = join(dir.path, "a.lock");
    expect(takeLock(path)).toBeUndefined();
    expect(takeLock(path)).toEqual({ pid: process.pid, alive: true, text: readFileSync(path, "utf8") });
    releaseLock(path);
    expect(existsSync(path)).toBe(false);
    expect(takeLock(path)).toBeUndefined();
    releaseLock(path);
  });

  it.runIf(process.platform === "linux")("of a living process is respected and names it", async () => {
    using dir = temporary();
    const path = join(dir.path, "a.lock");
    const child = await sleeper();
    const pid = child.pid!;
    writeFileSync(path, JSON.stringify({ pid, start: startOf(pid) }));
    expect(takeLock(path)?.pid).toBe(pid);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(takeLock(path)).toBeUndefined();
    releaseLock(path);
  });

  it("of a process number that now belongs to another process is taken over", () => {
    using dir = temporary();
    const path = join(dir.path, "a.lock");
    writeFileSync(path, JSON.stringify({ pid: process.pid, start: process.platform === "linux" ? "1" : "at 1" }));
    expect(takeLock(path)).toBeUndefined();
    releaseLock(path);
  });

  it.each(["", "{", "{}", '{"pid":"x"}', '{"pid":0}', "\0\0\0"])(
    "with the unreadable text %j counts only while it is new",
    (text) => {
      using dir = temporary();
      const path = join(dir.path, "a.lock");
      writeFileSync(path, text);
      expect(takeLock(path)?.pid).toBe(0);
      utimesSync(path, 1, 1);
      expect(takeLock(path)).toBeUndefined();
      releaseLock(path);
    },
  );

  it("is not given back by whoever does not hold it", () => {
    using dir = temporary();
    const path = join(dir.path, "a.lock");
    writeFileSync(path, "someone");
    releaseLock(path);
    expect(existsSync(path)).toBe(true);
  });

  it("throws what the file system says when its folder is not there", () => {
    expect(() => takeLock("/nowhere/at/all/a.lock")).toThrow(/ENOENT/);
  });
});

describe("the start of a process", () => {
  it("tells this process from another one with its number", () => {
    expect(isRunning(process.pid, ownStart())).toBe(true);
    expect(isRunning(process.pid, process.platform === "linux" ? "1" : "at 1")).toBe(false);
    expect(isRunning(2 ** 22 + 1, "1")).toBe(false);
  });
});
