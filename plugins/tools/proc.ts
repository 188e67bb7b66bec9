import { readdirSync, readFileSync } from "node:fs";

/** Ids of all processes, where the system lists them as files (Linux); none elsewhere. */
export function listProcesses(): readonly number[] {
  if (process.platform !== "linux") return [];
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** What the system tells about a process; empty when it is gone or somebody else's. */
export function readProcess(pid: number, part: "stat" | "status" | "environ"): Buffer {
  try {
    return readFileSync(`/proc/${pid}/${part}`);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Kilobytes of memory that a process has to itself; 0 where nobody tells. */
export function ownMemory(pid: number): number {
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(readProcess(pid, "status").toString("latin1"))?.[1] ?? 0);
}
