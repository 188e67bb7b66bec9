import { constants } from "node:os";

type Kill = (pid: number, signal: number) => number;

/**
 * Takes away what Node's permission flags leave: signals to other processes, one of which would open nacre itself to a
 * debugger. The plugin's own process stays its own to end.
 */
export function harden(): void {
  const raw = (process as unknown as { readonly _kill: Kill })._kill.bind(process);
  const kill = (pid: number, signal: NodeJS.Signals | number = "SIGTERM"): true => {
    if (pid === process.pid) raw(pid, typeof signal === "number" ? signal : constants.signals[signal]);
    else throw Object.assign(new Error("Signals to other processes are not allowed."), { code: "ERR_ACCESS_DENIED" });
    return true;
  };
  for (const [name, value] of Object.entries({ kill, _kill: undefined, _debugProcess: undefined })) {
    Object.defineProperty(process, name, { value, writable: false, configurable: false });
  }
}
