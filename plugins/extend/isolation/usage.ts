import { readFileSync } from "node:fs";

/** Linux counts processor time in these parts of a second, whatever the machine. */
const TICKS = 100;

/** Resident memory of a process in bytes; undefined where the system does not say. Some ten microseconds. */
export function memoryOf(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(pid, "status"))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Processor time of a process in seconds; 0 where the system does not say. */
export function cpuOf(pid: number): number {
  const text = read(pid, "stat");
  // The name of the program stands in brackets and may hold anything.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS || 0;
}

function read(pid: number, name: string): string {
  if (process.platform !== "linux") return "";
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
}
