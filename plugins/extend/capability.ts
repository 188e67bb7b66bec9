import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** What a plugin's code can be allowed to do from a process of its own. */
export type Capability =
  | { readonly kind: "read" | "write"; readonly path: string }
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "exec" | "workers" | "addons" | "network" };

/** Stands for the folder that nacre works in. */
const WORKSPACE = "workspace";

/**
 * Reads one word of a plugin's `capabilities`; undefined for what is none. A path is absolute, below `~/`, or the word
 * `workspace`; it never holds a `*`, which would stand for more than it shows.
 */
export function capabilityIn(text: string): Capability | undefined {
  if (text === "exec" || text === "workers" || text === "addons" || text === "network") return { kind: text };
  const [, kind, rest = ""] = /^(read|write|env):(.+)$/s.exec(text) ?? [];
  if (kind === "env") return /^[A-Za-z_]\w*$/.test(rest) ? { kind, name: rest } : undefined;
  if (kind !== "read" && kind !== "write") return undefined;
  const isPath = rest === WORKSPACE || isAbsolute(rest) || rest.startsWith("~/");
  return isPath && !/[*\0\n]/.test(rest) ? { kind, path: rest } : undefined;
}

/** What a capability means, as it is shown before it is granted. */
export function capabilityText(text: string): string {
  const capability = capabilityIn(text);
  switch (capability?.kind) {
    case "read":
    case "write":
      return `may ${capability.kind} ${capability.path === WORKSPACE ? "the folder you work in" : capability.path} (${text})`;
    case "env":
      return `sees the variable ${capability.name} (${text})`;
    case "exec":
      return "may start programs, which no wall holds (exec)";
    case "workers":
      return "may start threads, which only walls of the system hold (workers)";
    case "addons":
      return "may load native code, which only walls of the system hold (addons)";
    case "network":
      return "uses the network (network)";
    default:
      return `declares: ${text}`;
  }
}

/** The folder or file that a path of a capability names. */
export function capabilityPath(path: string, workspace: string, home: string = homedir()): string {
  if (path === WORKSPACE) return workspace;
  return path.startsWith("~/") ? join(home, path.slice(2)) : path;
}
