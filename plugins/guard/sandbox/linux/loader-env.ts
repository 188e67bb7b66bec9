import { isLoaderVariable } from "../../../../schemas/loader-variable.js";
import type { Command } from "./command.js";

/** Exports as many words as the first says, and becomes the rest. */
const EXPORTING = `for (( left = $1; left > 0; left-- )); do export "$2"; shift; done; shift; unset left; exec "$@"`;

/**
 * What makes the walls, and what starts before the filter, must not load libraries from a folder that a command may
 * write. So such variables are kept from them, and only set for the command itself.
 */
export function withoutLoader(
  command: Command,
  env: NodeJS.ProcessEnv,
  bash: string,
): { readonly command: Command; readonly env: NodeJS.ProcessEnv } {
  const names = Object.keys(env).filter((name) => isLoaderVariable(name) && env[name] !== undefined);
  if (names.length === 0) return { command, env };
  const set = names.map((name) => `${name}=${env[name]}`);
  const words = ["nacre", String(set.length), ...set, command.file, ...command.args];
  return {
    command: { file: bash, args: ["--noprofile", "--norc", "-p", "-c", EXPORTING, ...words] },
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name))),
  };
}
