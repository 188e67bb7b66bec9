import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
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
    env: kernel.env,
    cwd: kernel.cwd,
    terminal: true,
    ...(hosts.allowed.length > 0 && {
      judge: async (host: string, port: number) => listed(hosts, host, port) === true,
    }),
  });
  let output = "";
  const code = await new Promise<number>((resolve, reject) => {
    const stdio = ["inherit", "inherit", "pipe"] as const;
    const child = spawn(program.file, program.args, { cwd: kernel.cwd, env: program.env, stdio: [...stdio] });
    child.stderr?.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-100_000);
      io.stderr.write(chunk);
    });
    child.on("error", reject);
    child.on("close", (status) => resolve(status ?? EXIT.failed));
  });
  for (const line of await program.finished({ code, output })) io.stderr.write(`${line}\n`);
  rmSync(dirname(policy.scratch), { recursive: true, force: true });
  return code;
}
