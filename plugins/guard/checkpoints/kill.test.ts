import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, it } from "vitest";
import { undo } from "./history.js";
import { limits } from "./kill-limits.js";
import { Ledger } from "./ledger.js";
import { commitAll, picture, temporary } from "./testing.js";

/** Random ends; the whole measure of 1,000 is asked for with NACRE_KILLS. */
const KILLS = Number(process.env["NACRE_KILLS"] ?? 20);
const AT_ONCE = 2;
const LONG = 900_000;

const base = temporary();
const program = join(base.path, "target.cjs");

beforeAll(async () => {
  const bundle = await rolldown({
    input: join(import.meta.dirname, "kill-target.ts"),
    platform: "node",
    transform: { target: "node20" },
  });
  await bundle.write({ file: program, format: "cjs" });
  return () => base[Symbol.dispose]();
});

interface Place {
  readonly dir: string;
  readonly home: string;
}

function place(name: string, repository: boolean): Place {
  const [dir, home] = [join(base.path, name, "work"), join(base.path, name, "home")];
  cpSync(template(repository), dir, { recursive: true, preserveTimestamps: true });
  return { dir, home };
}

function template(repository: boolean): string {
  const dir = join(base.path, repository ? "repository" : "plain");
  if (existsSync(dir)) return dir;
  mkdirSync(join(dir, "d"), { recursive: true });
  writeFileSync(join(dir, "a.txt"), "first");
  writeFileSync(join(dir, "d/gone.txt"), "gone");
  if (repository) commitAll(dir);
  return dir;
}

/** Runs the program until it ends, at its n-th change or after some milliseconds. Answers with what it printed. */
async function run({ dir, home }: Place, at: number, after?: number): Promise<string> {
  const child = spawn(process.execPath, [program, home, dir, String(at)], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (data: Buffer) => (out += data.toString("latin1")));
  const closed = new Promise((done) => void child.on("close", done));
  if (after !== undefined) {
    await Promise.race([once(child.stdout, "data"), closed]);
    await sleep(after);
    child.kill("SIGKILL");
  }
  await closed;
  return out.replace(/^begun\n/, "");
}

/** Whatever was done can be taken back to the beginning, and whatever was half taken back as well. */
async function expectWhole(where: Place, before: object): Promise<void> {
  const ledger = new Ledger({ home: where.home, root: where.dir, session: "s", env: process.env }, limits);
  for (let count = 0; count < 10; count++) {
    const back = await undo(ledger, { force: false, dryRun: false, redo: false, prompt: "p" }).catch(() => undefined);
    if (!back) break;
    expect(back.problems).toEqual([]);
  }
  ledger.close();
  expect(without(picture(where.dir))).toEqual(before);
}

/** A file that was being put back when the end came stays beside its place; whoever writes there next removes it. */
function without(all: Record<string, string>): object {
  return Object.fromEntries(Object.entries(all).filter(([path]) => !/(^|\/)\.nacre-\d+-[0-9a-f]+\.tmp$/.test(path)));
}

describe.each([false, true])("a process that is killed (in a repository: %s)", (repository) => {
  it(
    "at any of its writes leaves a journal from which undo is right",
    async () => {
      const whole = place(`whole-${repository}`, repository);
      const before = picture(whole.dir);
      const writes = Number(await run(whole, 0));
      expect(writes).toBeGreaterThan(50);
      await expectWhole(whole, before);
      const check = async (at: number): Promise<void> => {
        const where = place(`at-${repository}-${at}`, repository);
        expect(await run(where, at)).toBe("");
        await expectWhole(where, before);
      };
      for (let at = 1; at <= writes; at += AT_ONCE) {
        await Promise.all(Array.from({ length: Math.min(AT_ONCE, writes - at + 1) }, (_, next) => check(at + next)));
      }
    },
    LONG,
  );

  it(
    `at any moment leaves a journal from which undo is right, ${KILLS} times out of ${KILLS}`,
    async () => {
      for (let count = 0; count < KILLS; count++) {
        const where = place(`random-${repository}-${count}`, repository);
        const before = picture(where.dir);
        await run(where, 0, Math.random() * 150);
        await expectWhole(where, before);
      }
    },
    LONG + KILLS * 2_000,
  );
});
