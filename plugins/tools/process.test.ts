import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { isAlive, until } from "./bash/testing.js";
import { Processes } from "./process.js";

const dir = mkdtempSync(join(tmpdir(), "nacre-processes-"));

/** A program that starts three processes, one of which leaves the group, says so, and ends in some way. */
const PARENT = `
import { Processes, endAll } from ${JSON.stringify(join(import.meta.dirname, "process.ts"))};
const script = "trap '' TERM; echo $$; setsid sleep 60 & echo $!; sleep 60 & echo $!; wait";
let text = "";
await new Processes().start(
  { file: "/bin/bash", args: ["--norc", "-c", script], cwd: "/", env: { PATH: process.env.PATH } },
  {
    onOutput(chunk) {
      text += chunk;
      if (text.split("\\n").length !== 4) return;
      process.stdout.write(text, () => {
        if (process.argv[2] === "exit") process.exit(5);
        if (process.argv[2] === "throw") throw new Error("oops");
        if (process.argv[2] === "endAll") void endAll();
      });
    },
  },
);
`;

beforeAll(async () => {
  const bundle = await rolldown({
    input: "parent",
    platform: "node",
    plugins: [
      {
        name: "parent",
        resolveId: (id) => (id === "parent" ? id : null),
        load: (id) => (id === "parent" ? PARENT : null),
      },
    ],
  });
  await bundle.write({ file: join(dir, "parent.mjs"), format: "esm", codeSplitting: false });
});
afterAll(() => rmSync(dir, { recursive: true }));

describe("When the program that started processes", () => {
  it.each([
    ["exits", "exit", undefined, { code: 5, signal: null }],
    ["fails with an uncaught error", "throw", undefined, { code: 1, signal: null }],
    ["ends them all and is done", "endAll", undefined, { code: 0, signal: null }],
    ["is interrupted", "", "SIGINT", { code: null, signal: "SIGINT" }],
    ["is terminated", "", "SIGTERM", { code: null, signal: "SIGTERM" }],
    ["loses its terminal", "", "SIGHUP", { code: null, signal: "SIGHUP" }],
  ] as const)("%s, none of them is left and it ends as it would have", async (_how, argument, signal, expected) => {
    const parent = spawn(process.execPath, [join(dir, "parent.mjs"), argument], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let text = "";
    parent.stdout.on("data", (chunk) => (text += chunk));
    const end = new Promise((resolve) => void parent.once("close", (code, signal) => resolve({ code, signal })));
    await until(() => text.split("\n").length === 4);
    const pids = text.trim().split("\n").map(Number);
    expect(pids.every(isAlive) || signal === undefined).toBe(true);
    if (signal) parent.kill(signal);
    expect(await end).toEqual(expected);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

describe("A program that starts processes itself", () => {
  it("takes them with it even when it is killed", async () => {
    const processes = new Processes();
    let text = "";
    const program = { file: process.execPath, args: [join(dir, "parent.mjs")], cwd: "/", env: process.env };
    await processes.start(program, { onOutput: (chunk) => (text += chunk) });
    await until(() => text.split("\n").length === 4);
    const pids = text.trim().split("\n").map(Number);
    expect(pids.every(isAlive)).toBe(true);
    processes.killAllNow();
    await until(() => !pids.some(isAlive));
    await processes.endAll();
  });
});

describe("A program that cannot be started", () => {
  it.each([
    ["is not there", { file: "/nowhere/program" }, /ENOENT/],
    ["has no folder to run in", { cwd: "/nowhere" }, /ENOENT/],
    ["is given a NUL", { args: ["a\0b"] }, /null bytes/],
    ["is given too much", { args: ["x".repeat(3_000_000)] }, /longer than the system takes/],
  ])("because it %s is a rejection that says why, and leaves nothing open", async (_why, wrong, message) => {
    const processes = new Processes();
    const program = { file: "/bin/sh", args: [], cwd: "/", env: {}, ...wrong };
    const attempt = (): Promise<unknown> => processes.start(program, { onOutput() {} });
    await expect(attempt()).rejects.toThrow(message);
    const before = openFiles();
    for (let i = 0; i < 5; i++) await expect(attempt()).rejects.toThrow(message);
    await until(() => openFiles() <= before);
    await processes.endAll();
  });
});

describe("Starting programs one after the other", () => {
  it("leaves no file open, and none behind", async () => {
    const processes = new Processes();
    const once = async (): Promise<number> => {
      const watch = { onOutput() {} };
      const { ended } = await processes.start({ file: "/bin/sh", args: ["-c", "echo x"], cwd: "/", env: {} }, watch);
      return (await ended).code;
    };
    const own = join(dir, "tmp");
    mkdirSync(own);
    vi.stubEnv("TMPDIR", own);
    const holding = await processes.start({ file: "/bin/sleep", args: ["9"], cwd: "/", env: {} }, { onOutput() {} });
    await once();
    const before = openFiles();
    for (let i = 0; i < 50; i++) expect(await once()).toBe(0);
    expect(openFiles()).toBeLessThanOrEqual(before);
    expect(readdirSync(own)).toEqual([]);
    vi.unstubAllEnvs();
    expect(isAlive(holding.group.id)).toBe(true);
    await processes.endAll();
  });
});

function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}
