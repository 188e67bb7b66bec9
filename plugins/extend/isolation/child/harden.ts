import { syncBuiltinESMExports } from "node:module";
import { constants } from "node:os";
import v8 from "node:v8";

type Kill = (pid: number, signal: number) => number;
type Builtin = (name: string) => object | undefined;

/**
 * Takes away what Node's permission flags leave: signals to other processes, one of which would open nacre itself to a
 * debugger; and what writes wherever it is told to without going through `node:fs`, which is V8's flags, Node's reports
 * and databases. The plugin's own process stays its own to end.
 */
export function harden(): void {
  for (const name of ["setFlagsFromString", "setHeapSnapshotNearHeapLimit", "writeHeapSnapshot"]) {
    fix(v8, name, refusal("Files written by V8"));
  }
  const sqlite = (process as { readonly getBuiltinModule?: Builtin }).getBuiltinModule?.("node:sqlite");
  if (sqlite) for (const name of ["DatabaseSync", "backup"]) fix(sqlite, name, refusal("Databases"));
  syncBuiltinESMExports();
  fix(process, "report", undefined);
  const raw = (process as unknown as { readonly _kill: Kill })._kill.bind(process);
  const { pid: own } = process; // What the code makes of that number later does not count.
  const refuse = refusal("Signals to other processes");
  const kill = (pid: number, signal: NodeJS.Signals | number = "SIGTERM"): true => {
    if (pid !== own) refuse();
    raw(own, typeof signal === "number" ? signal : constants.signals[signal]);
    return true;
  };
  for (const [name, value] of Object.entries({ kill, _kill: undefined, _debugProcess: undefined })) {
    fix(process, name, value);
  }
}

function fix(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: false, configurable: false });
}

function refusal(what: string): () => never {
  return function refuse() {
    throw Object.assign(new Error(`${what} are not allowed.`), { code: "ERR_ACCESS_DENIED" });
  };
}
