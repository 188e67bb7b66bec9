import { listProcesses, readProcess } from "./proc.js";

/** The variable that every process we start inherits to its children. */
export const MARK = "NACRE_PROCESS_OWNER";

/**
 * Processes that carry a mark in their environment, so that one that left its group (`setsid`, a daemon) is found as
 * well. Only Linux can tell; elsewhere the list is empty.
 */
export function findMarked(mark: string): readonly number[] {
  const needle = `${MARK}=${mark}\0`;
  return listProcesses().filter((pid) => pid !== process.pid && readProcess(pid, "environ").includes(needle));
}
