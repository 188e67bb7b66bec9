import { homedir } from "node:os";

/** The user's home folder; an empty `HOME` says nothing. */
export function userHome(env: Readonly<Record<string, string | undefined>>): string {
  return env["HOME"] || homedir();
}
