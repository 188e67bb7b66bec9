import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { constants } from "node:os";
import { dirname } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { childEnv } from "../../../schemas/child-env.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import type { SandboxedProgram } from "../../../schemas/guards.js";
import { findProgramFor } from "./linux/programs.js";
import { listed } from "./network/hosts.js";
import { policyText, statusText } from "./policy-text.js";
import type { Walled } from "./walled.js";

/** `nacre sandbox`: what stands, in words, and a way to try it. Resolves with the exit code. */
export async function runSubcommand(
  { positionals, io }: Invocation,
  walled: Walled,
  kernel: KernelView,
): Promise<number> {
  const [verb = "status", ...rest] = positionals;
  if (verb === "run") return tryOut(rest, walled, { kernel, io });
  if (verb !== "status" && verb !== "policy") {
    throw new UserError(`There is no "nacre sandbox ${verb}"; there are status, policy and run -- COMMAND.`);
  }
  const here = await walled.here();
  io.stdout.write(verb === "status" ? statusText(here) : policyText(here));
  return here.problem === undefined || here.settings.enabled === false ? EXIT.done : EXIT.failed;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

interface Around {
  readonly kernel: KernelView;
  readonly io: Invocation["io"];
}

/** Runs a command with the walls of this folder, whether or not they are switched on. */
async function tryOut(words: readonly string[], walled: Walled, { kernel, io }: Around): Promise<number> {
  const [name, ...args] = words;
  if (name === undefined) throw new UserError("Name a command: nacre sandbox run -- COMMAND.");
  const { box, policy, problem } = await walled.here({ evenIfOff: true });
  if (!box) throw new UserError(`The sandbox does not work here: ${problem}`, EXIT.failed);
  const file = findProgramFor(name, kernel.env);
  if (file === undefined) throw new UserError(`There is no program ${name}.`);
  const { hosts } = policy;
  const program = await box.wrap({
    file,
    args,
    command: words.join(" "),
    env: childEnv(kernel.env, { sessionId: "try" }),
    cwd: kernel.cwd,
    terminal: true,
    ...(hosts.allowed.length > 0 && {
      judge: async (host: string, port: number) => listed(hosts, host, port) === true,
    }),
  });
  const { code, output } = await toEnd(program, kernel.cwd, io);
  for (const line of await program.finished({ code, output })) io.stderr.write(`${line}\n`);
  rmSync(dirname(policy.scratch), { recursive: true, force: true });
  return code;
}

/** Runs it in this terminal. A signal ends it, not nacre, so that nothing stays in the way of names. */
async function toEnd(
  { file, args, env, files }: SandboxedProgram,
  cwd: string,
  io: Invocation["io"],
): Promise<{ readonly code: number; readonly output: string }> {
  const stdio: ("inherit" | "pipe" | "ignore" | number)[] = ["inherit", "inherit", "pipe"];
  for (const [number, opened] of files ?? []) stdio[number] = opened;
  const child = spawn(file, args, { cwd, env, stdio: Array.from(stdio, (entry) => entry ?? "ignore") });
  const stop = (): void => void child.kill("SIGKILL");
  for (const signal of SIGNALS) process.on(signal, stop);
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    output = (output + chunk.toString("utf8")).slice(-100_000);
    io.stderr.write(chunk);
  });
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status, signal) => resolve({ code: status ?? codeOf(signal), output }));
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

function codeOf(signal: NodeJS.Signals | null): number {
  return signal === null ? EXIT.failed : 128 + constants.signals[signal];
}
