/**
 * Takes away what Node's permission flags leave: signals to other processes, one of which would open nacre itself to a
 * debugger. The plugin's own process stays its own to end.
 */
export function harden(): void {
  const kill = process.kill.bind(process);
  const own = (pid: number, signal?: string | number): true => {
    if (pid === process.pid) return kill(pid, signal);
    throw Object.assign(new Error("Signals to other processes are not allowed."), { code: "ERR_ACCESS_DENIED" });
  };
  for (const [name, value] of [["kill", own] as const, ["_kill", undefined], ["_debugProcess", undefined]] as const) {
    Object.defineProperty(process, name, { value, writable: false, configurable: false });
  }
}
