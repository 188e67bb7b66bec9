import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TurnEvent } from "../../schemas/event.js";
import type { Message } from "../../schemas/message.js";
import { PROGRAM } from "../../plugins/fronts/program.js";
import {
  expectAgentsTold,
  expectNobodyLeft,
  expectNothingLost,
  expectValid,
  fatesIn,
  linesOf,
  textOf,
  transcriptOf,
} from "./survivors.js";
import { randomFrom, ROUNDS, script, WATCHER } from "./kill-script.js";

const KILLS = Number(process.env["NACRE_KILLS"] ?? 60);
const SEED = Number(process.env["NACRE_SEED"] ?? Date.now() % 1_000_000);
const AT_ONCE = Number(process.env["NACRE_AT_ONCE"] ?? 2);
/** Milliseconds for one, on a machine that has other work to do. */
const SLOWEST = 10_000;

const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-kill-")));
const at = (...parts: string[]): string => join(base, ...parts);
afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 10 }));

/** How long a whole run takes here, in milliseconds: the moments are drawn from it. Other work makes it vary. */
let whole = 0;

/** Follows the machine: a run that ended by itself tells how long it takes now, one that was killed only that it takes longer. */
function learn(took: number, ended: boolean): void {
  whole = ended ? whole * 0.7 + took * 0.3 : whole * 1.01;
}

beforeAll(async () => {
  // A copy, so that a build meanwhile disturbs nothing.
  cpSync(dirname(PROGRAM), at("dist"), { recursive: true });
  symlinkSync(resolve("node_modules"), at("node_modules"));
  writeFileSync(at("script.json"), JSON.stringify(script()));
  mkdirSync(at("watcher"));
  for (const [name, text] of Object.entries(WATCHER)) writeFileSync(at("watcher", name), text);
  const times: number[] = [];
  for (let count = 0; count < 3; count++) {
    const started = performance.now();
    const run = `warm-${count}`;
    prepare(run);
    expect(await nacre(run, ["go"])).toMatchObject({ code: 0, stdout: "done\n" });
    times.push(performance.now() - started);
  }
  whole = times.toSorted((a, b) => a - b)[1]!;
});

function prepare(run: string): void {
  mkdirSync(at(run, "work"), { recursive: true });
  mkdirSync(at(run, "home"));
  writeFileSync(at(run, "work", "list.txt"), "list:\n");
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program in a folder of its own, and ends it after so many milliseconds. */
async function nacre(run: string, words: readonly string[], killAfter?: number): Promise<Ended> {
  const flags = [
    "-p",
    ...words,
    "--provider",
    "scripted",
    "--script",
    at("script.json"),
    "--plugin-dir",
    at("watcher"),
  ];
  const child = spawn(process.execPath, [at("dist/nacre.js"), ...flags, "--permission-mode", "bypassPermissions"], {
    cwd: at(run, "work"),
    env: {
      PATH: process.env["PATH"],
      HOME: at(run),
      NACRE_HOME: at(run, "home"),
      IS_SANDBOX: "1",
      REQUESTS: at(run, "requests.jsonl"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  // Not "close": a command that outlives a killed shell holds the pipes for a moment.
  const [code] = (await once(child, killer ? "exit" : "close")) as [number | null];
  clearTimeout(killer);
  return { code, stdout, stderr };
}

/** Ends a run, takes it up again, and looks at what is left. Says how far it had come. */
async function survive(run: string, moment: number): Promise<string> {
  prepare(run);
  const started = performance.now();
  const { code } = await nacre(run, ["go"], moment);
  learn(performance.now() - started, code !== null);
  await expectNobodyLeft(at(run));
  const path = transcriptOf(at(run));
  const { lines: before } = linesOf<TurnEvent>(path ?? "");
  const begun = before.some(({ type }) => type === "session");
  if (!begun) expect([textOf(at(run, "work", "log.txt")), textOf(at(run, "requests.jsonl"))]).toEqual(["", ""]);
  const again = await nacre(run, begun ? ["go on", "--continue"] : ["go"]);
  expect(again).toMatchObject({ code: 0, stdout: "done\n" });
  await expectNobodyLeft(at(run));
  const after = linesOf<TurnEvent>(transcriptOf(at(run))!);
  expect(after.lines.slice(0, before.length)).toEqual(before);
  expect(after.cut).toBeLessThanOrEqual(1);
  const fates = fatesIn(after.lines);
  const own = script().filter(({ when }) => !when);
  expect(fates.size).toBe(own.reduce((sum, turn) => sum + (turn.calls?.length ?? 0), 0));
  expectNothingLost(at(run), fates);
  expectAgentsTold(at(run));
  const requests = linesOf<readonly Message[]>(at(run, "requests.jsonl")).lines;
  for (const [place, messages] of requests.entries()) {
    expectValid(messages);
    const past = requests[place - 1] ?? [];
    expect(messages.slice(0, past.length)).toEqual(past);
  }
  rmSync(at(run), { recursive: true, force: true, maxRetries: 10 });
  if (!begun) return "before the session";
  return before.some(({ type }) => type === "end") ? "after the end" : "within the run";
}

it(
  `loses and repeats no call when it is killed at any of ${KILLS} moments of a run of ${ROUNDS} rounds`,
  async () => {
    const random = randomFrom(SEED);
    const shares = Array.from({ length: KILLS }, () => 0.25 + random() * 0.8);
    const tally: Record<string, number> = {};
    const worker = async (first: number): Promise<void> => {
      for (let count = first; count < KILLS; count += AT_ONCE) {
        const moment = whole * shares[count]!;
        const how = await survive(`run-${count}`, moment).catch((error: unknown) => {
          const place = `NACRE_SEED=${SEED}, kill ${count} after ${moment.toFixed(1)} of ${whole.toFixed(0)} ms (${at(`run-${count}`)})`;
          throw new Error(`${place}: ${String(error)}`, { cause: error });
        });
        tally[how] = (tally[how] ?? 0) + 1;
        const all = Object.values(tally).reduce((sum, one) => sum + one, 0);
        if (all % 100 === 0) console.info(`killed ${all}: ${JSON.stringify(tally)}, seed ${SEED}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => worker(first)));
    if (KILLS >= 50) expect(tally["within the run"]).toBeGreaterThan(KILLS / 4);
  },
  KILLS * SLOWEST,
);
