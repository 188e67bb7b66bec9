import { realpathSync } from "node:fs";
import { UserError } from "../../../schemas/errors.js";
import { capabilityIn, capabilityPath, type Capability } from "../capability.js";

/** What stands around a process, before it is written as flags of a Node version. */
export interface Bounds {
  /** Files and folders it may read. */
  readonly read: readonly string[];
  /** Folders it may read and write. */
  readonly write: readonly string[];
  readonly granted: readonly string[];
  /** The folder nacre works in. */
  readonly workspace: string;
  readonly userHome: string;
}

/** Node's flags for these bounds: `version` is Node's, such as 24.1.0. Throws a UserError for what no flag can say. */
export function permissionFlags(version: string, bounds: Bounds): readonly string[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isFinal = major >= 24 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13);
  const { read, write, has } = reachOf(bounds);
  return [
    isFinal ? "--permission" : "--experimental-permission",
    ...both(read).map((path) => `--allow-fs-read=${path}`),
    ...both(write).map((path) => `--allow-fs-write=${path}`),
    ...(has("exec") ? ["--allow-child-process"] : []),
    ...(has("workers") ? ["--allow-worker"] : []),
    ...(has("addons") ? ["--allow-addons"] : []),
    // Earlier versions know no wall around the network.
    ...(major >= 25 && has("network") ? ["--allow-net"] : []),
  ];
}

/** What a process may reach. */
export interface Reach {
  /** Files and folders it may read, those it may write among them. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  has(kind: Capability["kind"]): boolean;
}

export function reachOf(bounds: Bounds): Reach {
  const granted = bounds.granted.flatMap((text) => capabilityIn(text) ?? []);
  const paths = (kind: "read" | "write"): readonly string[] =>
    granted.flatMap((one) => (one.kind === kind ? [capabilityPath(one.path, bounds.workspace, bounds.userHome)] : []));
  const write = [...bounds.write, ...paths("write")];
  return {
    read: [...bounds.read, ...paths("read"), ...write],
    write,
    has: (kind) => granted.some((one) => one.kind === kind),
  };
}

/** Each path as it is written and as it really is: Node compares what the code asks for with both. */
function both(paths: readonly string[]): readonly string[] {
  const all = new Set<string>();
  for (const path of paths) {
    if (/[*\0]/.test(path))
      throw new UserError(`${path} cannot be walled in: a "*" in it would stand for other folders.`);
    all.add(path);
    try {
      const real = realpathSync.native(path);
      if (!real.includes("*")) all.add(real);
    } catch {
      // What is not there yet can only be meant as it is written.
    }
  }
  return [...all];
}
