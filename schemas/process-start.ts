import { readFileSync } from "node:fs";

/** `ps` prints whole seconds, so two readings of one start may differ by this many milliseconds. */
const SLACK = 2_000;

/** When this process started, in a form that `isRunning` understands. */
export function ownStart(): string {
  return procStat(process.pid)?.start ?? `at ${Math.round(performance.timeOrigin)}`;
}

/** Whether the very process that wrote `start` still runs. A process that took over its number is another one. */
export function isRunning(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const stat = procStat(pid);
  if (stat) return stat.state !== "Z" && stat.state !== "X" && (start === "" || stat.start === start);
  const now = psStart(pid);
  const then = Number(start.replace(/^at /, ""));
  return now === undefined || !Number.isFinite(then) || Math.abs(now - then) <= SLACK;
}

/** State and start (clock ticks since boot) of a process on Linux. */
function procStat(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold anything; the state is the third.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, start] = [fields[0], fields[19]];
    return state !== undefined && start !== undefined ? { state, start } : undefined;
  } catch {
    return undefined;
  }
}

function psStart(pid: number): number | undefined {
  if (process.platform === "win32") return undefined;
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const env = { ...process.env, LC_ALL: "C" };
  const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { env, encoding: "utf8", timeout: 2_000 });
  const time = Date.parse(stdout ?? "");
  return Number.isNaN(time) ? undefined : time;
}
