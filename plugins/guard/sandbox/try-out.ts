import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { dirname } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { childEnv } from "../../../schemas/child-env.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import type { SandboxedProgram } from "../../../schemas/guards.js";
import { forgetGroup, MARK, markOf, watchGroup } from "../../../schemas/orphans.js";
import { findProgramFor } from "./linux/programs.js";
import { listed } from "./network/hosts.js";
import type { Walled } from "./walled.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

interface Around {
  readonly kernel: KernelView;
  readonly io: Invocation["io"];
}

/**
 * Runs a command with the walls of this folder, whether or not they are switched on. Resolves with its exit code. A
 * signal ends the command, not nacre, so that nothing stays in the way of names.
 */
export async function tryOut(words: readonly string[], walled: Walled, { kernel, io }: Around): Promise<number> {
  const [name, ...args] = words;
  if (name === undefined) throw new UserError("Name a command: nacre sandbox run -- COMMAND.");
  const { box, policy, problem } = await walled.here({ evenIfOff: true });
  if (!box) throw new UserError(`The sandbox does not work here: ${problem}`, EXIT.failed);
  const file = findProgramFor(name, kernel.env);
  if (file === undefined) throw new UserError(`There is no program ${name}.`);
  const { hosts } = policy;
  const stopping = new AbortController();
  const stop = (signal: NodeJS.Signals): void => stopping.abort(signal);
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    const program = await box.wrap({
      file,
      args,
      command: words.join(" "),
      env: { ...childEnv(kernel.env, { sessionId: "try" }), [MARK]: markOf() },
      cwd: kernel.cwd,
      terminal: true,
      ...(hosts.allowed.length > 0 && {
        judge: async (host: string, port: number) => listed(hosts, host, port) === true,
      }),
    });
    const ended = await toEnd(program, { cwd: kernel.cwd, io, signal: stopping.signal });
    for (const line of await program.finished(ended)) io.stderr.write(`${line}\n`);
    return ended.code;
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
    rmSync(dirname(policy.scratch), { recursive: true, force: true });
  }
}

interface Way {
  readonly cwd: string;
  readonly io: Invocation["io"];
  readonly signal: AbortSignal;
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

async function toEnd({ file, args, env, files }: SandboxedProgram, { cwd, io, signal }: Way): Promise<Ended> {
  if (signal.aborted) return { code: codeOf(signal.reason), output: "" };
  const stdio: ("inherit" | "pipe" | "ignore" | number)[] = ["inherit", "inherit", "pipe"];
  for (const [number, opened] of files ?? []) stdio[number] = opened;
  const child = spawn(file, args, { cwd, env, stdio: Array.from(stdio, (entry) => entry ?? "ignore") });
  const { pid } = child;
  if (pid !== undefined) watchGroup(pid);
  const stop = (): void => {
    for (const one of pid === undefined ? [] : [...childrenOf(pid), pid]) endNow(one);
  };
  signal.addEventListener("abort", stop);
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    output = (output + chunk.toString("utf8")).slice(-100_000);
    io.stderr.write(chunk);
  });
  return new Promise((resolve) => {
    child.on("error", ({ message }) => {
      io.stderr.write(`The command could not be started: ${message}\n`);
      resolve({ code: EXIT.failed, output: message });
    });
    child.on("close", (status, by) => {
      if (pid !== undefined) forgetGroup(pid);
      resolve({ code: signal.aborted ? codeOf(signal.reason) : (status ?? codeOf(by)), output });
    });
  });
}

/** bubblewrap's own child outlives it when it has not yet asked to be ended with it. */
function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

function codeOf(signal: NodeJS.Signals | null): number {
  return signal === null ? EXIT.failed : 128 + constants.signals[signal];
}
