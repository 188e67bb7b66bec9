import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../../schemas/errors.js";
import type { ResultEvent } from "../../../schemas/event.js";
import { boot, call, say, type BootOptions, type Shell } from "../../../test/boot.js";
import { probe } from "./linux/probe.js";
import { findPrograms } from "./linux/programs.js";

/** Why tests with real walls cannot run here; undefined where they can. */
export async function whyNot(): Promise<string | undefined> {
  if (process.platform !== "linux") return "the walls of Linux are needed";
  try {
    return await probe(findPrograms({ allSockets: false, env: process.env }), false);
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * A session with the sandbox on, in which the model runs commands one after the other. There is no gate of permissions,
 * so that every command comes to the walls.
 */
export async function boxed(
  commands: readonly (string | object)[],
  options: Partial<BootOptions> = {},
): Promise<Shell> {
  const calls = commands.map((one) => call("Bash", typeof one === "string" ? { command: one } : one));
  const shell = await boot({
    plugins: ["bash", "sandbox", "write"],
    script: [...calls, say("done")],
    ...options,
    settings: { "sandbox.enabled": true, ...options.settings },
  });
  await shell.send("go");
  return shell;
}

/** What the model read of each command. */
export function texts(shell: Shell): readonly string[] {
  return shell.results().map(({ content }: ResultEvent) => String(content));
}

/** Runs one command and gives what the model read. */
export async function text(command: string | object, options: Partial<BootOptions> = {}): Promise<string> {
  await using shell = await boxed([command], options);
  return texts(shell)[0]!;
}

/** Processes of the machine whose command line holds a word. */
export function running(word: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(join("/proc", pid, "cmdline"), "utf8").includes(word);
    } catch {
      return false;
    }
  });
}
