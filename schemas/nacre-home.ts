import { join, resolve } from "node:path";
import { userHome } from "./user-home.js";

/** Where nacre keeps what is the user's: `NACRE_HOME`, or `.nacre` in the home folder. An absolute path. */
export function nacreHome(env: Readonly<Record<string, string | undefined>>): string {
  return resolve(env["NACRE_HOME"] || join(userHome(env), ".nacre"));
}
