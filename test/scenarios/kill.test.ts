import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TurnEvent } from "../../schemas/event.js";
import type { Message } from "../../schemas/message.js";
import { randomFrom, ROUNDS, script, WATCHER } from "./kill-script.js";

const KILLS = Number(process.env["NACRE_KILLS"] ?? 200);
const SEED = Number(process.env["NACRE_SEED"] ?? Date.now() % 1_000_000);
const AT_ONCE = 2;

const base = mkdtempSync(join(tmpdir(), "nacre-kill-"));
const at = (...parts: string[]): string => join(base, ...parts);
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** How long a whole run takes here, in milliseconds: the moments are drawn from it. */
let whole = 0;

beforeAll(async () => {
  // A copy, so that a build meanwhile disturbs nothing.
  cpSync(resolve("dist"), at("dist"), { recursive: true });
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

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

/** The lines that are whole; the last one before a kill may be cut. */
function linesOf<T>(path: string): { readonly lines: T[]; readonly cut: number } {
  const lines: T[] = [];
  let cut = 0;
  for (const line of textOf(path)
    .split("\n")
    .filter((one) => one !== "")) {
    try {
      lines.push(JSON.parse(line) as T);
    } catch {
      cut++;
    }
  }
  return { lines, cut };
}

/** The session's file. One that was killed before its first line was whole is no session and leaves its file behind. */
function transcriptOf(run: string): string | undefined {
  const folder = at(run, "home", "projects");
  if (!existsSync(folder)) return undefined;
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".jsonl") && textOf(join(folder, path)).includes("\n"),
  );
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0] === undefined ? undefined : join(folder, found[0]);
}

/** Every call of an answer has its one result in the message right after, and no result stands alone. */
function expectValid(messages: readonly Message[]): void {
  for (const [place, message] of messages.entries()) {
    const after = messages[place + 1]?.content ?? [];
    const calls = message.content.flatMap((block) => (block.type === "tool_use" ? [block.id] : []));
    const results = after.flatMap((block) => (block.type === "tool_result" ? [block.tool_use_id] : []));
    if (message.role === "assistant") expect(results).toEqual(calls);
    expect(message.content.length).toBeGreaterThan(0);
  }
  expect(messages[0]?.content.some((block) => block.type === "tool_result")).toBe(false);
}

interface Fate {
  readonly input: Record<string, unknown>;
  calls: number;
  readonly results: string[];
}

/** What the transcript tells of each call, by id. */
function fatesIn(events: readonly TurnEvent[]): Map<string, Fate> {
  const fates = new Map<string, Fate>();
  for (const event of events) {
    if (event.type === "reply") {
      for (const block of event.message.content) {
        if (block.type !== "tool_use") continue;
        expect(fates.has(block.id), `${block.id} is asked for twice`).toBe(false);
        fates.set(block.id, { input: block.input, calls: 0, results: [] });
      }
    } else if (event.type === "call") fates.get(event.id)!.calls++;
    else if (event.type === "result") fates.get(event.id)!.results.push(String(event.content));
  }
  return fates;
}

/** How often a call left its mark: in the log, in the list, or as its file. */
function marksOf(run: string, { input }: Fate): number | undefined {
  const word = /\bm\d+\w\b/.exec(String(input["command"] ?? input["new_string"] ?? input["content"] ?? ""))?.[0];
  if (word === undefined) return undefined;
  const file = typeof input["content"] === "string" ? `${word}.txt` : input["command"] ? "log.txt" : "list.txt";
  return textOf(at(run, "work", file)).split(word).length - 1;
}

function expectNothingLost(run: string, fates: ReadonlyMap<string, Fate>): void {
  for (const [id, fate] of fates) {
    expect(fate.results, id).toHaveLength(1);
    const [result] = fate.results as [string];
    const marks = marksOf(run, fate);
    if (result.startsWith("Interrupted before it ran")) {
      expect([id, fate.calls, marks ?? 0]).toEqual([id, 0, 0]);
    } else if (result.startsWith("Interrupted before it finished")) {
      expect([id, fate.calls, (marks ?? 0) <= 1]).toEqual([id, 1, true]);
    } else expect([id, fate.calls, marks ?? 1, result]).toEqual([id, 1, 1, result]);
  }
}

/** Ends a run, takes it up again, and looks at what is left. Says how far it had come. */
async function survive(run: string, moment: number): Promise<string> {
  prepare(run);
  await nacre(run, ["go"], moment);
  const path = transcriptOf(run);
  const { lines: before } = linesOf<TurnEvent>(path ?? "");
  const begun = before.some(({ type }) => type === "session");
  if (!begun) expect([textOf(at(run, "work", "log.txt")), textOf(at(run, "requests.jsonl"))]).toEqual(["", ""]);
  const again = await nacre(run, begun ? ["go on", "--continue"] : ["go"]);
  expect(again).toMatchObject({ code: 0, stdout: "done\n" });
  const after = linesOf<TurnEvent>(transcriptOf(run)!);
  expect(after.lines.slice(0, before.length)).toEqual(before);
  expect(after.cut).toBeLessThanOrEqual(1);
  const fates = fatesIn(after.lines);
  expect(fates.size).toBe(script().reduce((sum, turn) => sum + (turn.calls?.length ?? 0), 0));
  expectNothingLost(run, fates);
  const requests = linesOf<readonly Message[]>(at(run, "requests.jsonl")).lines;
  for (const [place, messages] of requests.entries()) {
    expectValid(messages);
    const past = requests[place - 1] ?? [];
    expect(messages.slice(0, past.length)).toEqual(past);
  }
  rmSync(at(run), { recursive: true, force: true });
  if (!begun) return "before the session";
  return before.some(({ type }) => type === "end") ? "after the end" : "within the run";
}

it(`loses and repeats no call when it is killed at any of ${KILLS} moments of a run of ${ROUNDS} rounds`, async () => {
  const random = randomFrom(SEED);
  const moments = Array.from({ length: KILLS }, () => whole * (0.25 + random() * 0.8));
  const tally: Record<string, number> = {};
  const worker = async (first: number): Promise<void> => {
    for (let count = first; count < KILLS; count += AT_ONCE) {
      const moment = moments[count]!;
      const how = await survive(`run-${count}`, moment).catch((error: unknown) => {
        const place = `NACRE_SEED=${SEED}, kill ${count} after ${moment.toFixed(1)} of ${whole.toFixed(0)} ms (${at(`run-${count}`)})`;
        throw new Error(`${place}: ${String(error)}`, { cause: error });
      });
      tally[how] = (tally[how] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => worker(first)));
  console.info(`killed: ${JSON.stringify(tally)}, seed ${SEED}`);
  if (KILLS >= 50) expect(tally["within the run"]).toBeGreaterThan(KILLS / 4);
}, 300_000);
