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

/** Of a process that stands behind others which only start it and wait: the one that works, once it is there. */
export function innermost({ pid }: { readonly pid?: number | undefined }): () => number | undefined {
  let found: number | undefined;
  return () => {
    if (found !== undefined || pid === undefined) return found;
    const inner = onlyChild(onlyChild(pid));
    // Until it has become the program, it is one of those that start it.
    if (inner !== undefined && read(inner, "comm") !== read(pid, "comm")) found = inner;
    return found;
  };
}

function onlyChild(pid: number | undefined): number | undefined {
  const children = pid === undefined ? "" : read(pid, `task/${pid}/children`);
  return /^\d+ $/.test(children) ? Number(children) : undefined;
}

function read(pid: number, name: string): string {
  if (process.platform !== "linux") return "";
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
}
