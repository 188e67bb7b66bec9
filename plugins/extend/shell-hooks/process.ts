import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { messageOf } from "../../../schemas/errors.js";
import { forgetGroup, MARK, markOf, watchGroup } from "../../../schemas/orphans.js";

/** The most a hook may write to one of its streams. */
export const MOST_OUTPUT: number = 1024 * 1024;

/** Milliseconds in which output may still come after the program has ended, from children that hold its pipes. */
const AFTERGLOW = 100;

/** Milliseconds between the request to end and the end by force. */
const GRACE = 500;

/** What to start: never through a shell of our own. */
export interface Start {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** How a program ended. */
export interface Ended {
  /** As a shell counts: 128 and more for a signal. */
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Why what it did does not count. */
  readonly failure?: "timeout" | "flood" | "start" | "aborted";
  /** The sentence of a failure. */
  readonly problem?: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  end(why: "timeout" | "aborted"): void;
}

/** Everything one owner has started. Nothing of it outlives the owner, or the program, however that ends. */
export class Processes {
  readonly #groups = new Set<number>();
  readonly #atExit = (): void => this.endAll();

  /** Starts a program as the leader of a session and group of its own, hands it `input`, and collects what it writes. */
  run(start: Start, input: string, timeout: number): Running {
    const child = this.start(start);
    return child instanceof Error
      ? { ended: Promise.resolve(unstarted(child)), end: () => {} }
      : new Run(child, input, timeout);
  }

  /** The same for a program that is talked to: its group is ended with all others. An error instead of a throw. */
  start({ file, args, cwd, env }: Start): ChildProcess | Error {
    if (this.#groups.size === 0) process.off("exit", this.#atExit).once("exit", this.#atExit);
    try {
      const child = spawn(file, args, { cwd, env: { ...env, [MARK]: markOf() }, detached: true, stdio: "pipe" });
      const { pid } = child;
      if (pid !== undefined) {
        this.#groups.add(pid);
        watchGroup(pid);
        child.once("close", () => signal(pid, 0) || this.#forget(pid));
      }
      return child;
    } catch (error) {
      return error instanceof Error ? error : new Error(messageOf(error));
    }
  }

  #forget(group: number): void {
    this.#groups.delete(group);
    forgetGroup(group);
  }

  /** Ends every process that is left, by force. */
  endAll(): void {
    for (const group of this.#groups) {
      signal(group, "SIGKILL");
      this.#forget(group);
    }
    process.off("exit", this.#atExit);
  }
}

class Run implements Running {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #chunks: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
  readonly #sizes = { stdout: 0, stderr: 0 };
  readonly #timer: NodeJS.Timeout;
  #failure: Ended["failure"];
  #finish: (ended: Ended) => void = () => {};

  constructor(child: ChildProcess, input: string, timeout: number) {
    this.#child = child;
    this.ended = new Promise((resolve) => (this.#finish = resolve));
    this.#timer = setTimeout(() => this.end("timeout"), timeout);
    child.once("error", (error) => this.#done(unstarted(error)));
    if (child.pid === undefined) return;
    for (const name of ["stdout", "stderr"] as const) {
      child[name]!.on("data", (chunk: Buffer) => this.#take(name, chunk)).on("error", () => {});
    }
    child.stdin!.on("error", () => {}); // It need not read what it is told.
    child.stdin!.end(input);
    child.once("exit", () => {
      const late = setTimeout(() => this.#exited(), AFTERGLOW);
      child.once("close", () => {
        clearTimeout(late);
        this.#exited();
      });
    });
  }

  end(why: "timeout" | "aborted" | "flood"): void {
    if (this.#failure) return;
    this.#failure = why;
    const { pid } = this.#child;
    if (pid === undefined) return;
    signal(pid, "SIGTERM");
    signal(pid, "SIGCONT");
    setTimeout(() => {
      signal(pid, "SIGKILL");
      this.#exited();
    }, GRACE).unref();
  }

  #take(name: "stdout" | "stderr", chunk: Buffer): void {
    const left = MOST_OUTPUT - this.#sizes[name];
    this.#sizes[name] += chunk.length;
    if (left > 0) this.#chunks[name].push(chunk.subarray(0, left));
    if (this.#sizes[name] > MOST_OUTPUT) this.end("flood");
  }

  #exited(): void {
    const { exitCode, signalCode, pid } = this.#child;
    // What children of an ended program still write is read and dropped: a closed pipe would end them.
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.removeAllListeners("data").resume();
      (stream as Partial<Socket> | null)?.unref?.();
    }
    const failure = this.#failure;
    if (failure && pid !== undefined) signal(pid, "SIGKILL");
    const text = (name: "stdout" | "stderr"): string => Buffer.concat(this.#chunks[name]).toString("utf8");
    this.#done({
      code: exitCode ?? (signalCode ? 137 : 1),
      stdout: text("stdout"),
      stderr: text("stderr"),
      ...(failure && { failure }),
    });
  }

  #done(ended: Ended): void {
    clearTimeout(this.#timer);
    this.#finish(ended);
  }
}

function unstarted(error: unknown): Ended {
  return { stdout: "", stderr: "", failure: "start", problem: messageOf(error) };
}

/** Sends a signal to a group. False when nobody is left to receive it. */
export function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, name);
    return true;
  } catch {
    return false;
  }
}
