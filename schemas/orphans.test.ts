import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endLeftovers, findMarked, processMark } from "./orphans.js";

const dir = mkdtempSync(join(tmpdir(), "nacre-orphans-"));
const here = (file: string): string => JSON.stringify(join(import.meta.dirname, file));

/** Starts a shell in a group of its own that runs the given script, says what it says, and then is busy or is done. */
const PARENT = `
import { spawn } from "node:child_process";
import { MARK, markOf, nextLimit, watchGroup, forgetGroup } from ${here("orphans.ts")};
import { ownStart } from ${here("process-start.ts")};
const [, , script, then] = process.argv;
const child = spawn("/bin/bash", ["-c", "ulimit -x " + nextLimit() + "; " + script], {
  env: { PATH: process.env.PATH, [MARK]: markOf("x") }, detached: true, stdio: ["ignore", "pipe", "ignore"],
});
watchGroup(child.pid);
let text = "";
child.stdout.on("data", (chunk) => {
  text += chunk;
  if (!text.endsWith("ready\\n")) return;
  process.stdout.write(process.pid + " " + ownStart() + "\\n" + text);
  if (then === "done") child.once("exit", () => { forgetGroup(child.pid); process.exit(0); });
});
setInterval(() => {}, 1000);
`;

beforeAll(async () => {
  const plugin = {
    name: "parent",
    resolveId: (id: string) => (id === "parent" ? id : null),
    load: (id: string) => (id === "parent" ? PARENT : null),
  };
  const bundle = await rolldown({ input: "parent", platform: "node", plugins: [plugin] });
  await bundle.write({ file: join(dir, "parent.mjs"), format: "esm", codeSplitting: false });
});
afterAll(() => rmSync(dir, { recursive: true }));

interface Begun {
  readonly pid: number;
  readonly start: string;
  readonly pids: readonly number[];
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<unknown>;
}

async function begin(script: string, then = "", env: NodeJS.ProcessEnv = process.env): Promise<Begun> {
  const child = spawn(process.execPath, [join(dir, "parent.mjs"), script, then], {
    stdio: ["ignore", "pipe", "ignore"],
    env,
  });
  const ended = new Promise((resolve) => void child.once("exit", resolve));
  let text = "";
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.endsWith("ready\n")) break;
  }
  const [own = "", ...lines] = text.trim().split("\n");
  const [pid = "", start = ""] = own.split(" ");
  const pids = lines.slice(0, -1).map(Number);
  return { pid: Number(pid), start, pids, ended, kill: (signal) => void child.kill(signal) };
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

async function gone(pids: readonly number[], within: number): Promise<number> {
  const begun = performance.now();
  while (pids.some(isAlive) && performance.now() - begun < within) await new Promise((done) => setTimeout(done, 10));
  expect(pids.filter(isAlive)).toEqual([]);
  return performance.now() - begun;
}

const overseers = (mark: string): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(mark);
      } catch {
        return false;
      }
    });

describe.runIf(process.platform === "linux")("What a killed process has started", () => {
  it.each([
    ["a shell and its children", "sleep 60 & echo $!; echo $$; echo ready; wait", 450],
    ["one that left its group", "setsid sh -c 'echo $$; exec sleep 60' & sleep 0.2; echo $$; echo ready; wait", 450],
    ["one that left its group and its parent", "(setsid sleep 60 & echo $!); echo ready; wait; sleep 60", 450],
    ["one that does not listen", "trap '' TERM; echo $$; echo ready; while :; do sleep 0.2; done", 1_500],
    ["one without our environment", "env -i sleep 60 & echo $!; echo $$; echo ready; wait", 450],
    ["one without all of that", "(env -i setsid sleep 60 & echo $!); echo ready; wait; sleep 60", 450],
    ["one that stands still", "sleep 60 & echo $!; kill -STOP $!; echo $$; echo ready; wait", 450],
  ])("ends with it at `kill -9`: %s", async (_what, script, within) => {
    const { pids, kill, ended, pid, start } = await begin(script);
    expect(pids.length > 0 && pids.every(isAlive)).toBe(true);
    kill("SIGKILL");
    await ended;
    await gone(pids, within);
    await gone(overseers(processMark({ pid, start })), 1_500);
    expect(findMarked(processMark({ pid, start }))).toEqual([]);
  });

  it("ends at the next start where nobody was left to see to it", async () => {
    const { pids, kill, ended, pid, start } = await begin("(setsid sleep 60 & echo $!); echo ready; sleep 60");
    for (const one of overseers(processMark({ pid, start }))) process.kill(one, "SIGKILL");
    kill("SIGKILL");
    await ended;
    expect(endLeftovers({ pid, start: "1" })).toBe(0);
    expect(pids.every(isAlive)).toBe(true);
    expect(endLeftovers({ pid, start })).toBeGreaterThan(0);
    await gone(pids, 500);
  });

  it("ends with a tidy end as well, where it has left its group", async () => {
    const { pids, ended, pid, start } = await begin("(setsid sleep 60 >/dev/null & echo $!); echo ready", "done");
    await ended;
    await gone(pids, 450);
    await gone(overseers(processMark({ pid, start })), 1_500);
  });

  it("ends with a tidy end where it has left its environment as well", async () => {
    const script = "(env -i setsid sleep 60 >/dev/null & echo $!); echo ready";
    const { pids, ended, pid, start } = await begin(script, "done");
    await ended;
    await gone(pids, 450);
    await gone(overseers(processMark({ pid, start })), 1_500);
  });

  it("is not waited for where nothing is left: the overseer goes first", async () => {
    const { ended, pid, start } = await begin("echo ready", "done");
    await ended;
    await gone(overseers(processMark({ pid, start })), 30);
  });
});
