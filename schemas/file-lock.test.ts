import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { describe, expect, it } from "vitest";
import { releaseLock, takeLock, withLock } from "./file-lock.js";
import { isRunning, ownStart } from "./process-start.js";

function temporary(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "nacre-lock-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

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
    expect(takeLock(path)).toEqual({ pid: process.pid });
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ pid: process.pid, start: ownStart() });
    expect(readdirSync(dir.path)).toEqual(["a.lock"]);
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

  it.each([
    ["a pipe", "mkfifo"],
    ["a folder", "mkdir"],
    ["a link to what never ends", "ln -s /dev/zero"],
    ["a link to nothing", "ln -s nowhere"],
  ])("that is %s is named at once and stays", async (_what, make) => {
    using dir = temporary();
    const path = join(dir.path, "a.lock");
    execFileSync("sh", ["-c", `${make} "${path}"`]);
    expect(() => takeLock(path)).toThrow(`${path} is not the lock file that belongs there: remove it and try again.`);
    await expect(withLock(path, () => {})).rejects.toThrow("remove it");
    expect(readdirSync(dir.path)).toEqual(["a.lock"]);
  });

  it("of a process number that now belongs to another process is taken over", () => {
    using dir = temporary();
    const path = join(dir.path, "a.lock");
    const start = process.platform === "linux" ? "1" : "at 1";
    writeFileSync(path, JSON.stringify({ pid: process.pid, start }));
    const told: object[] = [];
    expect(takeLock(path, (gone) => told.push(gone))).toBeUndefined();
    expect(told).toEqual([{ pid: process.pid, start }]);
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

/** Takes the lock again and again, leaves it as a killed process would or gives it back, and tells when it was not alone. */
const WAITER = `
import { closeSync, openSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { releaseLock, takeLock } from ${JSON.stringify(join(import.meta.dirname, "file-lock.ts"))};
const path = process.argv[2];
for (let held = 0, end = Date.now() + 10_000; held < 150 && Date.now() < end;) {
  if (takeLock(path)) continue;
  held++;
  closeSync(openSync(path + ".inside", "wx"));
  unlinkSync(path + ".inside");
  if (held % 3 === 0) releaseLock(path);
  else {
    writeFileSync(path + "." + process.pid, JSON.stringify({ pid: 4194305, start: "1", id: process.pid + "-" + held }));
    renameSync(path + "." + process.pid, path);
  }
}
`;

describe("a lock that many wait for", () => {
  it("belongs to one at a time, also while those who have it die", async () => {
    using dir = temporary();
    const plugin = {
      name: "waiter",
      resolveId: (id: string) => (id === "waiter" ? id : null),
      load: (id: string) => (id === "waiter" ? WAITER : null),
    };
    const bundle = await rolldown({ input: "waiter", platform: "node", plugins: [plugin] });
    await bundle.write({ file: join(dir.path, "waiter.mjs"), format: "esm" });
    const path = join(dir.path, "a.lock");
    const ends = Array.from({ length: 5 }, async () => {
      const child = spawn(process.execPath, [join(dir.path, "waiter.mjs"), path], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      let said = "";
      child.stderr.on("data", (data) => (said += String(data)));
      await once(child, "close");
      return said;
    });
    expect(await Promise.all(ends)).toEqual(["", "", "", "", ""]);
    expect(readdirSync(dir.path).filter((name) => !/^(waiter\.mjs|a\.lock)$/.test(name))).toEqual([]);
  });

  it("is waited for, and whoever waits in vain is told who has it", async () => {
    using dir = temporary();
    const path = join(dir.path, "a.lock");
    const child = await sleeper();
    writeFileSync(path, JSON.stringify({ pid: child.pid, start: startOf(child.pid!) }));
    await expect(withLock(path, () => "mine", 50)).rejects.toThrow(
      `${path} is held by process ${child.pid}; try again when it has ended, or remove that file.`,
    );
    setTimeout(() => child.kill("SIGKILL"), 50);
    expect(await withLock(path, () => "mine")).toBe("mine");
    expect(readdirSync(dir.path)).toEqual([]);
  });

  it("is given back when the work fails", async () => {
    using dir = temporary();
    const failing = withLock(join(dir.path, "a.lock"), () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(readdirSync(dir.path)).toEqual([]);
  });

  it("lets the work of one process run one after the other", async () => {
    using dir = temporary();
    let inside = 0;
    const work = async (): Promise<number> => {
      const most = ++inside;
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside--;
      return most;
    };
    const all = Array.from({ length: 8 }, () => withLock(join(dir.path, "a.lock"), work));
    expect(await Promise.all(all)).toEqual(Array(8).fill(1));
  });
});

describe("the start of a process", () => {
  it("tells this process from another one with its number", () => {
    expect(isRunning(process.pid, ownStart())).toBe(true);
    expect(isRunning(process.pid, process.platform === "linux" ? "1" : "at 1")).toBe(false);
    expect(isRunning(2 ** 22 + 1, "1")).toBe(false);
  });
});
