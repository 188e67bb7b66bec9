import { existsSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { boot, call, say, type BootOptions, type Shell } from "../../../test/boot.js";

/** A session in which the model runs one command. */
export async function run(command: string, more: object = {}, options: Partial<BootOptions> = {}): Promise<Shell> {
  const shell = await boot({
    plugins: ["bash"],
    script: [call("Bash", { command, ...more }), say("done")],
    ...options,
  });
  await shell.send("go");
  return shell;
}

/** Runs several commands in one session, and gives their results' texts. */
export async function texts(
  commands: readonly string[],
  options: Partial<BootOptions> = {},
): Promise<readonly string[]> {
  const script = [...commands.map((command) => call("Bash", { command })), say("done")];
  await using shell = await boot({ plugins: ["bash"], script, ...options });
  await shell.send("go");
  return shell.results().map((result) => String(result.content));
}

/** False also for a process that only waits to be collected. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** Process ids that a command has written down. */
export function pidsIn(file: string): number[] {
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : [];
}

/** Waits for a condition; fails when it does not come true. */
export async function until(condition: () => boolean, latest = 5_000): Promise<void> {
  const end = performance.now() + latest;
  while (!condition()) {
    if (performance.now() > end) throw new Error("It did not happen in time.");
    await wait(10);
  }
}
