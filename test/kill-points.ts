import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROGRAM } from "../plugins/fronts/program.js";

/** A folder of one run: `work` is where it runs, `home` is nacre's. */
export interface Site {
  readonly dir: string;
  at(path: string): string;
  /** Runs the built program to its end. */
  nacre(...words: readonly string[]): Promise<Ran>;
}

export interface Ran {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Plan {
  /** What has to be there before. */
  prepare(site: Site): void | Promise<void>;
  /** The command line that is killed. */
  readonly words: (site: Site) => readonly string[];
  /** Looks at what is left and goes on from there. Throws when anything is wrong. */
  survive(site: Site): void | Promise<void>;
  /** Counts only steps in this folder of the site. */
  readonly below?: string;
}

const AT_ONCE = 2;
const PRELOAD = join(import.meta.dirname, "kill-at.cjs");

/**
 * Runs a command line as often as it changes the file system, and kills it at another of these steps each time, before
 * the step or with half of a write done. Resolves with the names of the steps; rejects with the first that was not
 * survived.
 */
export async function killAtEachStep(plan: Plan): Promise<readonly string[]> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-kill-at-")));
  try {
    const steps = await stepsOf(plan, base);
    let next = 1;
    const worker = async (): Promise<void> => {
      while (next <= steps.length) await killAt(plan, base, { at: next++, steps });
    };
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return steps;
  } finally {
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Files below a folder that are there only while something is written. */
export function leftIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => /\.(lock|tmp)(\.|$)/.test(name));
}

async function stepsOf(plan: Plan, base: string): Promise<readonly string[]> {
  const site = siteIn(base, "whole");
  await plan.prepare(site);
  const tell = join(base, "steps");
  const ran = await run(site, plan.words(site), { ...belowOf(plan, site), KILL_TELL: tell });
  if (ran.code !== 0) throw new Error(`The run without a kill ended with ${ran.code}: ${ran.stderr}`);
  await plan.survive(site);
  return readFileSync(tell, "utf8").split("\n");
}

async function killAt(
  plan: Plan,
  base: string,
  { at, steps }: { at: number; steps: readonly string[] },
): Promise<void> {
  const site = siteIn(base, String(at));
  await plan.prepare(site);
  const ran = await run(site, plan.words(site), { ...belowOf(plan, site), KILL_AT: String(at) });
  const place = `killed at step ${at} of ${steps.length} (${steps[at - 1]})`;
  // What a run writes can depend on times; one that needed fewer steps was not killed.
  if (ran.signal !== "SIGKILL" && ran.code !== 0) throw new Error(`${place}: ended with ${ran.code}: ${ran.stderr}`);
  try {
    await plan.survive(site);
  } catch (error) {
    throw new Error(`${place}: ${String(error)}`, { cause: error });
  }
  rmSync(site.dir, { recursive: true, force: true, maxRetries: 5 });
}

function belowOf({ below }: Plan, site: Site): Readonly<Record<string, string>> {
  return below === undefined ? {} : { KILL_BELOW: site.at(below) };
}

function siteIn(base: string, name: string): Site {
  const dir = join(base, name);
  for (const folder of ["work", "home"]) mkdirSync(join(dir, folder), { recursive: true });
  const site: Site = {
    dir,
    at: (path) => join(dir, path),
    nacre: (...words) => run(site, words, {}),
  };
  return site;
}

function run(site: Site, words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const own = { PATH: process.env["PATH"], HOME: site.dir, NACRE_HOME: site.at("home"), IS_SANDBOX: "1", ...env };
  const child = spawn(process.execPath, ["--require", PRELOAD, PROGRAM, ...words], {
    cwd: site.at("work"),
    env: own,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  return new Promise((done) => {
    // Not "close": what a killed run has started holds the pipes for a moment.
    child.once("exit", (code, signal) => setImmediate(() => done({ code, signal, stdout, stderr })));
  });
}
