import { lstatSync, realpathSync } from "node:fs";
import { isAbsolute, join, normalize, relative, sep } from "node:path";
import { codeOf } from "../../schemas/errors.js";

/** Where a path really leads, or why it must not be used. */
export type Inside =
  | { readonly real: string; readonly why?: undefined }
  | { readonly real?: undefined; readonly why: "missing" | "outside" | "loop" | "unreadable" };

/**
 * Resolves `path` (below `root`, or absolute) through all links, and tells whether it lies in `root` or is `root`
 * itself. What decides is where both really are: never how a path is written, nor what it begins with.
 */
export function inside(root: string, path: string): Inside {
  try {
    const real = realpathSync.native(isAbsolute(path) ? path : join(root, path));
    return contains(realRoot(root), real) ? { real } : { why: "outside" };
  } catch (error) {
    const code = codeOf(error);
    // What is not there can still be written as a way out: say so rather than that it is missing.
    if (!isAbsolute(path) && leaves(path)) return { why: "outside" };
    return { why: code === "ELOOP" ? "loop" : code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable" };
  }
}

/** Where the last folder that was asked for really is: many paths of one folder are asked for in a row. */
let last = { root: "", real: "", until: 0 };
const KEPT_MS = 50;

function realRoot(root: string): string {
  const now = performance.now();
  if (last.root !== root || now > last.until) last = { root, real: realpathSync.native(root), until: now + KEPT_MS };
  return last.real;
}

/** Whether a resolved path is a resolved folder or lies below it. */
export function contains(root: string, real: string): boolean {
  if (real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)) return true;
  const way = relative(root, real);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Whether a relative path is written so that it leaves its folder. */
export function leaves(path: string): boolean {
  const way = normalize(path);
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
}

/**
 * Whether a folder lies below another (or is it) with no link on the way: then it is inside without being resolved. False
 * says nothing. Asked of thousands of plugins, where resolving takes most of the time.
 */
export function isPlainlyBelow(root: string, dir: string): boolean {
  if (dir === root) return true;
  if (!dir.startsWith(`${root}/`)) return false;
  let at = root;
  for (const step of dir.slice(root.length + 1).split("/")) {
    if (step === "" || step === "." || step === "..") return false;
    at += `/${step}`;
    if (!lstatSync(at, { throwIfNoEntry: false })?.isDirectory()) return false;
  }
  return true;
}
