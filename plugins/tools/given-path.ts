import { homedir } from "node:os";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { KernelView } from "../../core/types.js";
import type { Session } from "../../schemas/session.js";

/** The home folder that a leading `~` stands for. */
export function homeOf(kernel: Pick<KernelView, "env">): string {
  return kernel.env["HOME"] ?? homedir();
}

/** A path as a model gives it, made absolute: `~` is the home folder, other beginnings count from `cwd`. */
export function absolutePath(given: string, cwd: string, home: string): string {
  if (given === "") throw new Error("The path is empty.");
  if (given.includes("\0")) throw new Error("The path contains a NUL character.");
  return resolve(cwd, given === "~" || given.startsWith("~/") ? join(home, given.slice(1)) : given);
}

/** True when `path` is `folder` or lies in it, by whole segments. Both are absolute and normal. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** A path as results show it: relative to the session's folder where it lies in there, absolute otherwise. */
export function shownPath(path: string, session: Pick<Session, "cwd">): string {
  return path !== session.cwd && isAbsolute(path) && isWithin(session.cwd, path) ? relative(session.cwd, path) : path;
}

/** A file name without characters that would break a line or a terminal. */
export function shownName(name: string): string {
  return /\p{Cc}/u.test(name) ? name.replaceAll(/\p{Cc}/gu, escaped) : name;
}

function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
