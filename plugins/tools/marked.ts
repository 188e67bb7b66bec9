import { listProcesses, readProcess } from "./proc.js";

/** The variable that every process we start inherits to its children. */
export const MARK = "NACRE_PROCESS_OWNER";

/** What that variable holds for the children of one owner: the marks of all who started us, and its own. */
export function markOf(own: string): string {
  const outer = process.env[MARK];
  return outer ? `${outer}.${own}` : own;
}

/**
 * Processes below one owner, told by their environment, so that one that left its group (`setsid`, a daemon, a nacre
 * inside) is found as well. Only Linux can tell; elsewhere the list is empty.
 */
export function findMarked(own: string): readonly number[] {
  return listProcesses().filter((pid) => pid !== process.pid && readProcess(pid, "environ").includes(own));
}
