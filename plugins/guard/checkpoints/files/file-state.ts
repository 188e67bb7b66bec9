import { lstatSync, readlinkSync, realpathSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { native, pathOf } from "./byte-path.js";

/** What stood at a path at one moment. */
export type FileState =
  | { readonly kind: "none" }
  /** `hash` is that of its content; `kept`: the store has a copy. `owner` only where it is another one than ours. */
  | {
      readonly kind: "file";
      readonly mode: number;
      readonly size: number;
      readonly hash: string;
      readonly kept?: true;
      readonly owner?: readonly [uid: number, gid: number];
    }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "folder"; readonly mode: number }
  /** A device, pipe or socket: never opened, never put back. */
  | { readonly kind: "other" }
  /** Something was there of which there is no copy. `why` ends a sentence that begins with its name. */
  | { readonly kind: "lost"; readonly why: string };

export const NONE: FileState = { kind: "none" };

/** What the file system says of a path itself, links not followed. Undefined when nothing is there or can be seen. */
export function look(path: string): Stats | undefined {
  try {
    return lstatSync(native(path), { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * The same, where no folder on the way is a link by now: what is seen through one stands elsewhere. `known` keeps what was
 * found out about folders while nothing changes.
 */
export function lookStraight(path: string, known: Map<string, boolean> = new Map()): Stats | undefined {
  const folder = dirname(path);
  let straight = known.get(folder);
  if (straight === undefined) known.set(folder, (straight = isStraight(folder)));
  return straight ? look(path) : undefined;
}

function isStraight(folder: string): boolean {
  try {
    return pathOf(realpathSync.native(native(folder), { encoding: "buffer" })) === folder;
  } catch {
    return true; // It is gone, and so is what was in it.
  }
}

/** The state of everything but regular files. */
export function plainState(path: string, stat: Stats | undefined): FileState {
  if (!stat) return NONE;
  if (stat.isDirectory()) return { kind: "folder", mode: stat.mode & 0o7777 };
  if (!stat.isSymbolicLink()) return { kind: "other" };
  try {
    return { kind: "link", target: pathOf(readlinkSync(native(path), { encoding: "buffer" })) };
  } catch {
    return NONE;
  }
}

/** Whether two states are the same to whoever looks; what is lost is like nothing, not even itself. */
export function isSame(one: FileState, other: FileState): boolean {
  switch (one.kind) {
    case "file":
      return other.kind === "file" && one.hash === other.hash && one.mode === other.mode;
    case "link":
      return other.kind === "link" && one.target === other.target;
    case "folder":
      return other.kind === "folder" && one.mode === other.mode;
    case "lost":
      return false;
    default:
      return one.kind === other.kind;
  }
}
