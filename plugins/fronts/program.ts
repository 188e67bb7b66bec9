import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The built program. */
export const PROGRAM: string = process.env["NACRE_PROGRAM"] ?? resolve("dist/nacre.js");

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder to work in with a script for the scripted provider, and a home beside it. */
export interface Workshop extends Disposable {
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The arguments that choose the script. */
  readonly provider: readonly string[];
  start(args: readonly string[]): ChildProcessWithoutNullStreams;
  /** Starts the program, lets it read this and waits for its end. */
  run(args: readonly string[], input?: string): Promise<Ran>;
}

export function workshop(script: string): Workshop {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-fronts-")));
  const [dir, home] = [join(base, "work"), join(base, "home")];
  for (const folder of [dir, home]) mkdirSync(folder);
  writeFileSync(join(base, "script.yaml"), script);
  const env = { PATH: process.env["PATH"], HOME: home, NACRE_HOME: join(home, ".nacre") };
  const start = (args: readonly string[]): ChildProcessWithoutNullStreams =>
    spawn(process.execPath, [PROGRAM, ...args], { cwd: dir, env });
  return {
    dir,
    env,
    provider: ["--provider", "scripted", "--script", join(base, "script.yaml")],
    start,
    run(args, input = "") {
      const child = start(args);
      child.stdin.on("error", () => {}).end(input);
      return ended(child);
    },
    [Symbol.dispose]: () => remove(base),
  };
}

/** A program whose terminal has gone may still write its last into its home. */
function remove(folder: string): void {
  for (let tries = 0; ; tries++) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (tries === 100) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}

/** Resolves when a program has ended and all it wrote has been read. */
export function ended(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (part: string) => (said[name] += part));
  }
  return new Promise((done) => void child.on("close", (code) => done({ code, ...said })));
}
