import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";

const running = new Set<ChildProcess>();

/** Remembers a process, so that it ends with this one however this one ends by itself. */
export function keepTrack(child: ChildProcess): void {
  if (running.size === 0) process.on("exit", endAll);
  running.add(child);
  child.once("exit", () => {
    running.delete(child);
    if (running.size === 0) process.removeListener("exit", endAll);
  });
}

/** Ends a process and everything it has started. */
export function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL"); // It has no group: it has ended, or has not begun.
  }
}

/** How a process ended, for a sentence. What starts it behind walls tells of a signal by a number, as shells do. */
export function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  const [told] = Object.entries(constants.signals).find(([, number]) => code === 128 + number) ?? [];
  return signal ?? told ?? `exit code ${code}`;
}

function endAll(): void {
  for (const child of running) endGroup(child);
}
