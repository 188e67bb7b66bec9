import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, it } from "vitest";
import { fileOf, lockOf, projectFolder } from "./place.js";
import { begun, deskIn, prompt, readBack, ROOT, sessionEvent, temporary } from "./samples.js";

const KILLS = 50;
const AT_ONCE = 2;

const dir = temporary();
const program = join(dir.path, "target.cjs");

beforeAll(async () => {
  const bundle = await rolldown({ input: join(import.meta.dirname, "kill-target.ts"), platform: "node" });
  await bundle.write({ file: program, format: "cjs" });
  return () => dir[Symbol.dispose]();
});

/** Runs the program and ends it at once some time after its first word. Answers with the last event it has told of. */
async function killed(id: string, after: number): Promise<number> {
  const child = spawn(process.execPath, [program, dir.path, id], { stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  child.stdout.on("data", (data: Buffer) => {
    told = told.slice(-64) + data.toString("latin1");
  });
  await once(child.stdout, "data");
  await sleep(after);
  child.kill("SIGKILL");
  await once(child, "close");
  return Number(told.trimEnd().split("\n").at(-1));
}

async function check(id: string, after: number): Promise<void> {
  const last = await killed(id, after);
  const path = fileOf(projectFolder(dir.path, ROOT), id);
  const { events, reading } = await readBack(dir.path, path);
  expect(reading.damaged).toBe(0);
  const calls = events.flatMap((event) => (event.type === "call" ? [Number(event.id)] : []));
  expect(calls).toEqual(calls.map((_, index) => index));
  expect(calls.length).toBeGreaterThan(last);
  expect(existsSync(lockOf(path))).toBe(true);
  const again = begun(deskIn(dir.path), sessionEvent(id, { source: "resume" }));
  expect(again.take(prompt("on"))).toBeUndefined();
  again.close();
  expect((await readBack(dir.path, path)).events.slice(-2).map((event) => event.type)).toEqual(["session", "prompt"]);
}

describe("a process that is killed at a random moment", () => {
  it(`has lost no event it had been told was written, ${KILLS} times out of ${KILLS}, and its session goes on`, async () => {
    for (let count = 0; count < KILLS; count += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, (_, index) => check(`s${count + index}`, Math.random() * 20));
      await Promise.all(batch);
    }
  });
});
