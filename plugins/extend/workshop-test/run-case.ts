import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { messageOf } from "../../../schemas/errors.js";
import { forgetGroup, MARK, markOf, watchGroup } from "../../../schemas/orphans.js";
import type { TurnEvent } from "../../../schemas/event.js";
import { compare } from "./compare.js";
import { readEvents, type Outcome } from "./outcome.js";
import type { PlacedTest } from "./test-case.js";

/** How a test went. */
export interface TestResult {
  readonly test: PlacedTest;
  readonly ok: boolean;
  /** One sentence each. */
  readonly failures: readonly string[];
  readonly ms: number;
}

/** What runs the tests: the program itself, with the plugin under test. */
export interface Bench {
  readonly program: readonly string[];
  readonly plugin: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const DEADLINE = 60_000;
const LIMIT = 4 * 1024 * 1024;

/** Runs one test in a working folder and a home of its own, which are gone afterwards. */
export async function runCase(test: PlacedTest, bench: Bench): Promise<TestResult> {
  const started = performance.now();
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-plugin-test-")));
  const house = new House(base, test, bench);
  try {
    const failures = await house.run();
    return { test, ok: failures.length === 0, failures, ms: Math.round(performance.now() - started) };
  } catch (error) {
    return { test, ok: false, failures: [messageOf(error)], ms: Math.round(performance.now() - started) };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

class House {
  readonly #test: PlacedTest;
  readonly #bench: Bench;
  readonly #base: string;
  readonly #work: string;

  constructor(base: string, test: PlacedTest, bench: Bench) {
    this.#test = test;
    this.#bench = bench;
    this.#base = base;
    this.#work = join(base, "work");
  }

  async run(): Promise<readonly string[]> {
    const { setup, prompt, expect = {} } = this.#test;
    this.#furnish();
    if (setup !== undefined) {
      const { exit, stderr } = await this.#spawn(["sh", "-c", setup]);
      if (exit !== 0) return [`The setup ended with ${exit}: ${stderr.trim()}`];
    }
    let last: Ended | undefined;
    for (const [at, words] of [prompt].flat().entries()) last = await this.#say(words, at > 0);
    return compare(expect, this.#outcome(last ?? { exit: 0, stdout: "", stderr: "" }), this.#work);
  }

  #furnish(): void {
    const { files = {}, model = [] } = this.#test;
    mkdirSync(this.#work);
    mkdirSync(join(this.#base, "home"));
    for (const [path, content] of Object.entries(files)) {
      const file = resolve(this.#work, path);
      if (!file.startsWith(`${this.#work}/`)) throw new Error(`The file ${path} leaves the working folder.`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    writeFileSync(join(this.#base, "script.jsonl"), model.map((turn) => `${JSON.stringify(turn)}\n`).join(""));
  }

  #say(prompt: string, goesOn: boolean): Promise<Ended> {
    const { file, replay, mode, settings, args = [] } = this.#test;
    const source =
      replay === undefined
        ? ["--provider", "scripted", "--script", join(this.#base, "script.jsonl")]
        : ["--replay", resolve(dirname(file), replay)];
    const words = [
      "-p",
      prompt,
      "--trust-workspace",
      "--plugin-dir",
      this.#bench.plugin,
      ...source,
      ...(mode === undefined ? [] : ["--permission-mode", mode]),
      ...(settings === undefined ? [] : ["--settings", JSON.stringify(settings)]),
      ...(goesOn ? ["--continue"] : []),
      ...args,
    ];
    return this.#spawn([...this.#bench.program, ...words]);
  }

  async #spawn([command = "", ...args]: readonly string[]): Promise<Ended> {
    const { PATH, LANG, TZ, IS_SANDBOX } = this.#bench.env;
    const home = join(this.#base, "home");
    const own = {
      PATH,
      LANG,
      TZ,
      IS_SANDBOX,
      HOME: home,
      NACRE_HOME: join(home, ".nacre"),
      PLUGIN_ROOT: this.#bench.plugin,
    };
    const env = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
    const marked = { ...env, [MARK]: markOf() };
    const child = spawn(command, args, {
      cwd: this.#work,
      env: marked,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    if (child.pid !== undefined) watchGroup(child.pid);
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (piece: string) => {
        if (texts[name].length < LIMIT) texts[name] += piece;
      });
    }
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, DEADLINE);
    const exit = await new Promise<number>((done, fail) => {
      child.once("error", fail);
      child.once("close", (code) => done(code ?? -1));
    }).finally(() => {
      clearTimeout(timer);
      if (child.pid !== undefined) forgetGroup(child.pid);
    });
    if (late) throw new Error(`It did not end within ${DEADLINE / 1000} s.`);
    return { exit, ...texts };
  }

  #outcome({ exit, stdout, stderr }: Ended): Outcome {
    return { exit, answer: stdout, notices: stderr, ...readEvents(this.#events()) };
  }

  /** What the transcript tells; a run that ended before it began has none. */
  #events(): TurnEvent[] {
    const folder = join(this.#base, "home", ".nacre", "projects");
    let names: string[] = [];
    try {
      names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    } catch {
      return [];
    }
    const files = names.filter((name) => name.endsWith(".jsonl") && !name.includes("subagents"));
    const lines = files.flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as TurnEvent);
  }
}
