import { spawn } from "node:child_process";
import { EXIT, UserError } from "../../../schemas/errors.js";
import { forgetGroup, MARK, markOf, watchGroup } from "../../../schemas/orphans.js";

/** What is run, and where. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** How a run ended. */
export interface Ran {
  /** Absent when a signal or the time limit ended it. */
  readonly code?: number;
  readonly late: boolean;
  readonly ms: number;
  /** The end of what it wrote. */
  readonly tail: string;
}

const TAIL = 4000;

/** Runs a command with nothing on its standard input, and ends its whole process group with it. */
export function runCommand({ file, args, cwd, env, timeout, signal }: Command): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const marked = { ...env, [MARK]: markOf() };
    const child = spawn(file, args, { cwd, env: marked, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    if (child.pid !== undefined) watchGroup(child.pid);
    let tail = "";
    let late = false;
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // All of it has ended.
      }
    };
    const timer = setTimeout(() => {
      late = true;
      end();
    }, timeout);
    signal.addEventListener("abort", end, { once: true });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => void (tail = (tail + part).slice(-TAIL)));
    }
    const settle = (): void => {
      clearTimeout(timer);
      if (child.pid !== undefined) forgetGroup(child.pid);
      signal.removeEventListener("abort", end);
    };
    child.once("error", (error) => {
      settle();
      reject(new UserError(`${file} cannot be run: ${error.message}.`, EXIT.usage));
    });
    // What it left behind may hold the pipes open.
    child.once("exit", () => setTimeout(end, 100).unref());
    child.once("close", (code) => {
      settle();
      resolve({ ...(code !== null && { code }), late, ms: Math.round(performance.now() - started), tail });
    });
  });
}
