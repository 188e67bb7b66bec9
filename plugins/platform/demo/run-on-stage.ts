import { spawn } from "node:child_process";
import { once } from "node:events";
import { isSecretName } from "../../../schemas/redact.js";
import { EXIT } from "../../../schemas/errors.js";

const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Belongs to a test run that the demo may itself be part of; with it, `node --test` would run nothing. */
const FOREIGN = new Set(["NODE_TEST_CONTEXT", "NACRE_SCRIPT", "NACRE_PROVIDER", "NACRE_MODEL", "NACRE_BASH_TIMEOUT"]);

/**
 * Runs `nacre ... demo` once more with a home of its own: settings, plugins and sessions of the user neither change the
 * demo nor are changed by it. Resolves with the exit code.
 */
export async function runOnStage(
  flags: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.has(name) && !isSecretName(name)));
  const program = process.argv[1] ?? "";
  const child = spawn(process.execPath, [program, ...flags, "demo"], { stdio: "inherit", env: clean });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of PASSED_ON) process.on(signal, pass);
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return code ?? EXIT.interrupted;
  } finally {
    for (const signal of PASSED_ON) process.off(signal, pass);
  }
}
